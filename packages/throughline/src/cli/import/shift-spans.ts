import type { Span } from '@throughline/model';

const MAX_INSTANT = 2n ** 64n - 1n;

/** The latest end (or start, of a span that ends before it starts); undefined without spans. */
export function latestInstant(spans: readonly Span[], latest?: bigint): bigint | undefined {
  let found = latest;
  for (const { startTimeUnixNano: start, endTimeUnixNano: end } of spans) {
    const last = end > start ? end : start;
    if (found === undefined || last > found) found = last;
  }
  return found;
}

/**
 * The span moved by `byNano`, with its events; every distance stays exact. An instant of 0 means "not known" in OTLP and
 * stays. Undefined if the span would leave the time that 64 bits can hold.
 */
export function shiftSpan(span: Span, byNano: bigint): Span | undefined {
  const shift = (instant: bigint): bigint => (instant === 0n ? 0n : instant + byNano);
  const startTimeUnixNano = shift(span.startTimeUnixNano);
  const endTimeUnixNano = shift(span.endTimeUnixNano);
  const events = span.events.map((event) => ({ ...event, timeUnixNano: shift(event.timeUnixNano) }));
  const instants = [startTimeUnixNano, endTimeUnixNano, ...events.map(({ timeUnixNano }) => timeUnixNano)];
  if (instants.some((instant) => instant < 0n || instant > MAX_INSTANT)) return undefined;
  return { ...span, startTimeUnixNano, endTimeUnixNano, events };
}
