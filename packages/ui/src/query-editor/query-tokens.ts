import { intrinsics, kindKeywords, lex, statusKeywords, type Token } from '@throughline/traceql';

/** What a piece of a query's text is, for its colour. */
export type TokenStyle = 'field' | 'keyword' | 'text' | 'number' | 'operator' | 'bracket' | 'comment' | 'invalid';

export interface StyledRange {
  readonly from: number;
  readonly to: number;
  readonly style: TokenStyle;
}

/** A longer text is shown plain: it is lexed at every key. */
export const MAX_COLOURED_LENGTH = 20_000;

const spellings: ReadonlySet<string> = new Set(Object.values(intrinsics).flatMap(({ spellings: names }) => names));
const keywords: ReadonlySet<string> = new Set([
  ...statusKeywords.keys(),
  ...kindKeywords.keys(),
  'true',
  'false',
  'nil',
  'minInt',
  'maxInt',
  'parent',
]);
const BRACKETS: ReadonlySet<string> = new Set(['{', '}', '(', ')']);

/** The pieces of a query's text in order, as the language's own lexer sees them. */
export function styledRanges(text: string): readonly StyledRange[] {
  const ranges: StyledRange[] = [];
  let end = 0;
  for (const token of lex(text)) {
    // The lexer skips comments as it skips blanks: what is no blank between two tokens is one.
    const gap = text.slice(end, token.range.start);
    if (gap.trim() !== '') {
      const from = end + gap.search(/\S/);
      ranges.push({ from, to: end + gap.trimEnd().length, style: 'comment' });
    }
    end = token.range.end;
    const style = styleOf(token);
    if (style !== undefined && token.range.end > token.range.start) {
      ranges.push({ from: token.range.start, to: token.range.end, style });
    }
  }
  return ranges;
}

function styleOf(token: Token): TokenStyle | undefined {
  switch (token.kind) {
    case 'symbol':
      return BRACKETS.has(token.symbol) ? 'bracket' : 'operator';
    case 'text':
      return 'text';
    case 'integer':
    case 'float':
    case 'duration':
      return 'number';
    case 'attribute':
      return 'field';
    case 'word':
    case 'scopedWord':
      if (spellings.has(token.word)) return 'field';
      return keywords.has(token.word) ? 'keyword' : 'invalid';
    case 'invalid':
      return token.problem.code === 'unterminated' ? 'text' : 'invalid';
    case 'end':
      return undefined;
  }
}
