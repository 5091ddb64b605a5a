import { CodedError } from '@throughline/model';
import { parseQuery, type Query, type QueryError } from '@throughline/traceql';

/** A TraceQL text that cannot be used, `invalid_query`, with what the language says about it. */
export class QueryTextError extends CodedError {
  readonly queryError: QueryError;

  constructor(queryError: QueryError) {
    super('invalid_query', queryError.message);
    this.name = 'QueryTextError';
    this.queryError = queryError;
  }
}

/** @throws QueryTextError */
export function queryFromText(text: string): Query {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new QueryTextError(parsed.error);
  return parsed.query;
}
