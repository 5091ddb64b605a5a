import type { Span } from '@throughline/model';
import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import type * as fc from 'fast-check';

/** Microseconds of later instants are no exact JSON numbers (the year 2116 is well within). */
const LATEST_UNIX_NANO = 2n ** 62n;

/** Any span at times that formats in microseconds can tell: after 1970's first microsecond, before 2116. */
export const microsecondSpan: fc.Arbitrary<Span> = arbitrarySpan.map((span) => ({
  ...span,
  startTimeUnixNano: within(span.startTimeUnixNano),
  endTimeUnixNano: within(span.endTimeUnixNano),
  events: span.events.map((event) => ({ ...event, timeUnixNano: within(event.timeUnixNano) })),
}));

function within(unixNano: bigint): bigint {
  return 1000n + (unixNano % LATEST_UNIX_NANO);
}

/** The instant or duration without what is below the microsecond. */
export function wholeMicros(nano: bigint): bigint {
  return nano - (nano % 1000n);
}
