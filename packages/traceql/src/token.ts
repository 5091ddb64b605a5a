import type { AttributeScope } from './conditions.ts';
import type { QueryProblem } from './query-error.ts';
import type { TextRange } from './syntax.ts';

/**
 * A token of the query's text. Lexing never fails: what is no token is an `invalid` one that carries its problem, so
 * that completion can work on half a query. The last token is `end`.
 */
export type Token = { readonly range: TextRange } & (
  | { readonly kind: 'symbol'; readonly symbol: string }
  | { readonly kind: 'text'; readonly value: string }
  /** Not yet checked against the int64 range: the sign is a token of its own. */
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'duration'; readonly value: bigint }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'attribute'; readonly scope: AttributeScope; readonly parent: boolean; readonly name: string }
  /** `scope:name`, whether it exists or not. */
  | { readonly kind: 'scopedWord'; readonly word: string }
  | { readonly kind: 'invalid'; readonly problem: QueryProblem }
  | { readonly kind: 'end' }
);

export function invalidToken(
  code: QueryProblem['code'],
  range: TextRange,
  message: string,
  suggestion?: string,
): Token {
  const problem = { code, range, message };
  return { kind: 'invalid', range, problem: suggestion === undefined ? problem : { ...problem, suggestion } };
}
