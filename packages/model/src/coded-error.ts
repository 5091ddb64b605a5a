/**
 * An operation's failure that a person or a client can act on: a stable code, whether a retry can help, and when.
 * Bugs throw plain errors; user mistakes and failing operations throw this one.
 */
export class CodedError extends Error {
  /** Stable, lower snake case, e.g. `store_directory_locked`. */
  readonly code: string;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;
  /** When to try again, if known. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { readonly retryable?: boolean; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
