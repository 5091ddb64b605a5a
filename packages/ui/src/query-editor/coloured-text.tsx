import type { ReactNode } from 'react';

import { MAX_COLOURED_LENGTH, styledRanges } from './query-tokens.ts';
import { TOKEN_STYLES } from './token-styles.ts';

/** A query's text in the editor's colours. */
export function ColouredText({ text }: { readonly text: string }): ReactNode {
  if (text.length > MAX_COLOURED_LENGTH) return text;
  const pieces: ReactNode[] = [];
  let end = 0;
  for (const { from, to, style } of styledRanges(text)) {
    if (from > end) pieces.push(text.slice(end, from));
    pieces.push(
      <span key={from} style={TOKEN_STYLES[style]}>
        {text.slice(from, to)}
      </span>,
    );
    end = to;
  }
  pieces.push(text.slice(end));
  return pieces;
}
