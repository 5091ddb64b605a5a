/** Events of a span that are drawn as one mark, because they are too close to be told apart. */
export interface EventMark {
  /** Place on the time line, 0 to 1. */
  readonly at: number;
  /** Indices of the events, in the order of time. */
  readonly events: readonly number[];
  readonly isError: boolean;
}

export interface TimedEvent {
  /** From the span's start; outside the span where clocks or code are off. */
  readonly offsetNano: number;
  readonly isError: boolean;
}

/** Marks closer than this share of the width are one. */
const LEAST_DISTANCE = 0.012;

/** The range that shows the span and all of its events, in nanoseconds from the span's start. */
export function timelineRange(
  events: readonly TimedEvent[],
  durationNano: number,
): { readonly startNano: number; readonly endNano: number } {
  let startNano = 0;
  let endNano = Math.max(durationNano, 1);
  for (const { offsetNano } of events) {
    startNano = Math.min(startNano, offsetNano);
    endNano = Math.max(endNano, offsetNano);
  }
  return { startNano, endNano };
}

/** The marks of events that are in the order of time. */
export function eventMarks(events: readonly TimedEvent[], durationNano: number): readonly EventMark[] {
  const { startNano, endNano } = timelineRange(events, durationNano);
  const marks: { readonly at: number; readonly events: number[]; isError: boolean }[] = [];
  for (const [index, { offsetNano, isError }] of events.entries()) {
    const at = (offsetNano - startNano) / (endNano - startNano);
    const last = marks.at(-1);
    if (last !== undefined && at - last.at < LEAST_DISTANCE) {
      last.events.push(index);
      last.isError ||= isError;
    } else marks.push({ at, events: [index], isError });
  }
  return marks;
}
