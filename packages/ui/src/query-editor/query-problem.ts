import { parseQuery } from '@throughline/traceql';

/** What is wrong with a query's text, and where; offsets count UTF-16 units. */
export interface QueryProblem {
  /** The language's own code, e.g. `syntax`. */
  readonly code: string | undefined;
  readonly message: string;
  readonly suggestion: string | undefined;
  readonly range: { readonly start: number; readonly end: number } | undefined;
}

export function problemOfText(text: string): QueryProblem | undefined {
  const { error } = parseQuery(text);
  if (error === undefined) return undefined;
  const { code, message, suggestion, range } = error;
  return { code, message, suggestion, range };
}
