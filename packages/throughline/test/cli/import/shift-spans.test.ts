import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latestInstant, shiftSpan } from '../../../src/cli/import/shift-spans.ts';
import { EPOCH_UNIX_NANO, testSpan } from '../test-spans.ts';

describe('shiftSpan', () => {
  test('keeps every distance to the nanosecond and everything else as it is', () => {
    fc.assert(
      fc.property(arbitrarySpan, fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (span, byNano) => {
        const shifted = shiftSpan(span, byNano);
        fc.pre(shifted !== undefined);
        const moved = (instant: bigint) => (instant === 0n ? 0n : instant + byNano);
        expect(shifted).toEqual({
          ...span,
          startTimeUnixNano: moved(span.startTimeUnixNano),
          endTimeUnixNano: moved(span.endTimeUnixNano),
          events: span.events.map((event) => ({ ...event, timeUnixNano: moved(event.timeUnixNano) })),
        });
      }),
    );
  });

  test('a span that would leave the time of 64 bits is not shifted', () => {
    const span = testSpan({ id: 1, durationNano: 10 });
    expect(shiftSpan(span, -EPOCH_UNIX_NANO)?.startTimeUnixNano).toBe(0n);
    expect(shiftSpan(span, -EPOCH_UNIX_NANO - 1n)).toBeUndefined();
    const room = 2n ** 64n - 1n - span.endTimeUnixNano;
    expect(shiftSpan(span, room)?.endTimeUnixNano).toBe(2n ** 64n - 1n);
    expect(shiftSpan(span, room + 1n)).toBeUndefined();
  });
});

describe('latestInstant', () => {
  test('is the latest end, and goes on from what was found before', () => {
    const spans = [testSpan({ id: 1, durationNano: 50 }), testSpan({ id: 2, startNano: 10, durationNano: 20 })];
    expect(latestInstant(spans)).toBe(EPOCH_UNIX_NANO + 50n);
    expect(latestInstant(spans, EPOCH_UNIX_NANO + 60n)).toBe(EPOCH_UNIX_NANO + 60n);
    expect(latestInstant([])).toBeUndefined();
  });

  test('counts the start of a span that ends before it', () => {
    expect(latestInstant([testSpan({ id: 1, startNano: 5, durationNano: -100 })])).toBe(EPOCH_UNIX_NANO + 5n);
  });
});
