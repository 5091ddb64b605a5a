import type { TokenStyle } from './query-tokens.ts';

export interface TokenLook {
  readonly color: string;
  readonly fontWeight?: number;
  readonly fontStyle?: 'italic';
}

/** How a piece of a query looks, in the app's tokens: to be set as styles, in the editor and in the plain field. */
export const TOKEN_STYLES: Readonly<Record<TokenStyle, TokenLook>> = {
  field: { color: 'var(--text)', fontWeight: 500 },
  keyword: { color: 'var(--accent)' },
  text: { color: 'var(--success)' },
  number: { color: 'var(--warning)' },
  operator: { color: 'var(--text-muted)' },
  bracket: { color: 'var(--text-muted)', fontWeight: 600 },
  comment: { color: 'var(--text-faint)', fontStyle: 'italic' },
  invalid: { color: 'var(--error)' },
};
