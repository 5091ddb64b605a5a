import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/** The tracer of every span that the helpers make. Asked for each time: the provider may be registered later. */
export const HELPER_SCOPE = '@throughline/sdk';

/** `error.type` of a thrown value: its `code` where that is text, else its class, else `_OTHER`. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  return error.name === '' ? 'Error' : error.name;
}

export function errorMessage(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return 'a value that cannot be shown';
  }
}

/**
 * Marks a span as failed: status ERROR with the message, `error.type`, and an `exception` event unless `error` is only a
 * message. Without a span it is the active one; without an active one nothing happens.
 */
export function markAsError(
  error: unknown,
  span: Span | undefined = trace.getActiveSpan(),
  attributes?: Attributes,
): void {
  if (span === undefined || !span.isRecording()) return;
  const message = errorMessage(error);
  if (typeof error !== 'string') {
    span.recordException(error instanceof Error ? error : message);
    span.setAttribute('error.type', errorType(error));
  }
  if (attributes !== undefined) span.setAttributes(attributes);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/**
 * Runs `work` and ends the span when it is done: at once, or when the promise it gives settles. What `work` throws or
 * rejects with marks the span and is thrown on unchanged. For a promise, the one given back is derived from it, so that
 * the span has ended before the caller goes on, and a rejection nobody handles is still reported as such. Lazy thenables
 * (query builders) are started by this, as `await` would.
 */
export function settle<R>(span: Span, work: () => R): R {
  let result: R;
  try {
    result = work();
  } catch (error) {
    markAsError(error, span);
    span.end();
    throw error;
  }
  if (!isThenable(result)) {
    span.end();
    return result;
  }
  const settled = result.then(
    (value) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      markAsError(error, span);
      span.end();
      throw error;
    },
  );
  // `then` of a promise of T gives a promise of T again: both callbacks pass on what they got.
  return settled as R;
}
