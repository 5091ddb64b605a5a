import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseSort, shownOrder, SORT_KEYS, sortBy, sortText, sortTraces } from '../../src/search/result-sort.ts';
import type { ResultTrace } from '../../src/search/result-trace.ts';

const trace: fc.Arbitrary<ResultTrace> = fc.record({
  traceId: fc.uuid(),
  rootService: fc.constantFrom('a', 'b', ''),
  rootOperation: fc.constantFrom('GET', 'POST'),
  services: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  startMs: fc.nat(5),
  durationNano: fc.nat(5),
  spanCount: fc.nat(5),
  errorCount: fc.nat(5),
});
const sort = fc.record({ key: fc.constantFrom(...SORT_KEYS), descending: fc.boolean() });

it('reads back as it was written', () => {
  fc.assert(
    fc.property(sort, (given) => {
      expect(parseSort(sortText(given))).toEqual(given);
    }),
  );
  for (const text of [null, '', '-', 'best', '--errors']) expect(parseSort(text)).toBeUndefined();
});

describe('sortTraces', () => {
  it('keeps all traces, the one turned around the other', () => {
    fc.assert(
      fc.property(fc.array(trace), sort, (traces, given) => {
        const sorted = sortTraces(traces, given);
        expect(new Set(sorted)).toEqual(new Set(traces));
        expect(sorted).toHaveLength(traces.length);
        const again = sortTraces(sorted, given);
        expect(again).toEqual(sorted);
      }),
    );
  });

  it('sorts by what it says and leaves equals in their order', () => {
    const of = (traceId: string, errorCount: number): ResultTrace => ({
      traceId,
      rootService: '',
      rootOperation: '',
      services: [],
      startMs: 0,
      durationNano: 0,
      spanCount: 0,
      errorCount,
    });
    const traces = [of('a', 1), of('b', 2), of('c', 1)];
    const ids = (descending: boolean) =>
      sortTraces(traces, { key: 'errors', descending }).map(({ traceId }) => traceId);
    expect(ids(true)).toEqual(['b', 'a', 'c']);
    expect(ids(false)).toEqual(['a', 'c', 'b']);
    expect(sortTraces(traces, undefined)).toBe(traces);
  });
});

describe('a click on a column’s head', () => {
  const first = { order: 'newest', sort: undefined } as const;

  it('asks the server where it knows the order', () => {
    expect(sortBy(first, 'duration')).toEqual({ order: 'longest', sort: undefined });
    expect(shownOrder(first)).toEqual({ key: 'start', descending: true });
    expect(sortBy({ order: 'longest', sort: { key: 'errors', descending: true } }, 'start')).toEqual(first);
  });

  it('sorts what is loaded otherwise, largest or first in the alphabet on top, and turns around', () => {
    const byErrors = sortBy(first, 'errors');
    expect(byErrors).toEqual({ order: 'newest', sort: { key: 'errors', descending: true } });
    expect(sortBy(byErrors, 'errors').sort).toEqual({ key: 'errors', descending: false });
    expect(sortBy(first, 'service').sort).toEqual({ key: 'service', descending: false });
    expect(sortBy(first, 'start').sort).toEqual({ key: 'start', descending: false });
    expect(sortBy(sortBy(first, 'start'), 'start')).toEqual(first);
  });
});
