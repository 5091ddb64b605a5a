import type { TextRange } from './syntax.ts';

/** Stable codes of what can be wrong with a query. */
export type QueryErrorCode =
  | 'query_too_long'
  | 'query_too_deep'
  | 'invalid_token'
  | 'unterminated'
  | 'syntax'
  | 'unknown_name'
  | 'not_supported'
  | 'type_mismatch'
  | 'invalid_regex'
  | 'invalid_nil';

/** A place in a query's text. Line and column count from 1, columns and offset in UTF-16 units. */
export interface QueryPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A user's mistake, as a value: where it is, what is wrong, and what to write instead where that is known. */
export interface QueryError {
  readonly code: QueryErrorCode;
  readonly message: string;
  readonly position: QueryPosition;
  readonly range: TextRange;
  readonly suggestion?: string;
}

/** A mistake before its line and column are looked up. */
export interface QueryProblem {
  readonly code: QueryErrorCode;
  readonly message: string;
  readonly range: TextRange;
  readonly suggestion?: string;
}

export function queryError(text: string, problem: QueryProblem): QueryError {
  return { ...problem, position: positionAt(text, problem.range.start) };
}

export function positionAt(text: string, offset: number): QueryPosition {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    line++;
    lineStart = next + 1;
  }
  return { offset, line, column: offset - lineStart + 1 };
}
