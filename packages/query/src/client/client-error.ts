import { CodedError } from '@throughline/model';

/**
 * A request that failed. `code` is the server's own (`trace_not_found`, `invalid_query`, ...) or, where no answer of
 * the API came, `unreachable` (no connection), `unexpected_answer` (not what the API answers) or `http_error`.
 */
export class QueryClientError extends CodedError {
  /** Undefined when no answer came. */
  readonly httpStatus: number | undefined;
  /** What else the server said: `parameter`, `suggestion`, `reason`, `position`. */
  readonly details: QueryErrorDetails;

  constructor(
    code: string,
    message: string,
    options: {
      readonly httpStatus?: number | undefined;
      readonly retryable?: boolean;
      readonly retryAfterMs?: number | undefined;
      readonly details?: QueryErrorDetails;
      readonly cause?: unknown;
    } = {},
  ) {
    const { retryable = false, retryAfterMs, cause } = options;
    super(code, message, { retryable, cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    this.name = 'QueryClientError';
    this.httpStatus = options.httpStatus;
    this.details = options.details ?? {};
  }
}

export interface QueryErrorDetails {
  /** The parameter that is wrong. */
  readonly parameter?: string;
  /** What was probably meant. */
  readonly suggestion?: string;
  /** What is wrong with a TraceQL text. */
  readonly reason?: string;
  /** Where in a TraceQL text: `offset` in UTF-16 units from 0, line and column from 1. */
  readonly position?: { readonly offset: number; readonly line: number; readonly column: number };
}
