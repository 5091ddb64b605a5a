/**
 * A computation that can pause: each `yield` is a place where its caller may do something else, or give it up. A step is a
 * few milliseconds of work at most, but for a trace of very many spans, which is one step.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** All steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Spans of a step. */
const SPANS_OF_A_STEP = 1_000;

/** The traces in order, with a pause after so many of their spans: `yield* stepping(traces, (trace) => ...)`. */
export function* stepping<T extends { readonly spans: readonly unknown[] }>(
  traces: Iterable<T>,
  visit: (trace: T, index: number) => void,
): Steps<void> {
  let spanCount = 0;
  let index = 0;
  for (const trace of traces) {
    visit(trace, index++);
    spanCount += trace.spans.length;
    if (spanCount < SPANS_OF_A_STEP) continue;
    spanCount = 0;
    yield;
  }
}
