import { type Attributes, diag, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { watchResult } from './watch-thenable.ts';

/** The tracer of every span that the helpers make. Asked for each time: the provider may be registered later. */
export const HELPER_SCOPE = '@throughline/sdk';

/** `error.type` of a thrown value: its `code` where that is text, else its class, else `_OTHER`. */
export function errorType(error: unknown): string {
  try {
    if (!(error instanceof Error)) return '_OTHER';
    if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
    return error.name === '' ? 'Error' : error.name;
  } catch {
    return '_OTHER';
  }
}

export function errorMessage(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'a value that cannot be shown';
  }
}

/** What `recordException` takes: an error as it is, of any other value its text. */
export function exceptionOf(error: unknown): Error | string {
  try {
    if (error instanceof Error) return error;
  } catch {
    // A proxy that says nothing any more.
  }
  return errorMessage(error);
}

/**
 * Marks a span as failed: status ERROR with the message, `error.type`, and an `exception` event unless `error` is only a
 * message. Without a span it is the active one; without an active one nothing happens. Throws nothing.
 */
export function markAsError(
  error: unknown,
  span: Span | undefined = trace.getActiveSpan(),
  attributes?: Attributes,
): void {
  if (span === undefined || !span.isRecording()) return;
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(error) });
  try {
    if (typeof error !== 'string') span.setAttribute('error.type', errorType(error));
    if (attributes !== undefined) span.setAttributes(attributes);
    if (typeof error !== 'string') span.recordException(exceptionOf(error));
  } catch (failure) {
    // Of other SDKs, whose spans throw at what they cannot read: the application's own error must go on.
    diag.error('an error could not be recorded', failure);
  }
}

/**
 * Runs `work` and ends the span when it is done: at once, or when the promise it gives settles, of which the caller gets
 * what `watchResult` makes. What `work` throws or rejects with marks the span and is thrown on unchanged.
 */
export function settle<R>(span: Span, work: () => R): R {
  let result: R;
  try {
    result = work();
  } catch (error) {
    fail(span, error);
    throw error;
  }
  return watchResult(result, { end: () => span.end(), fail: (error) => fail(span, error) });
}

function fail(span: Span, error: unknown): void {
  markAsError(error, span);
  span.end();
}
