import { describe, expect, it } from 'vitest';

import type { ResultTrace } from '../../src/search/result-trace.ts';
import { MAX_TAIL, withArrived, withFound } from '../../src/search/tail-list.ts';

const trace = (traceId: string, spanCount = 1): ResultTrace => ({
  traceId,
  rootService: '',
  rootOperation: '',
  services: [],
  startMs: 0,
  durationNano: 0,
  spanCount,
  errorCount: 0,
});
const arrived = (...traces: readonly ResultTrace[]) => new Map(traces.map((each) => [each.traceId, each]));
const ids = (traces: readonly ResultTrace[]) => traces.map(({ traceId }) => traceId);

describe('what arrives', () => {
  it('comes on top, the latest first', () => {
    expect(ids(withArrived([trace('a')], arrived(trace('b'), trace('c'))))).toEqual(['c', 'b', 'a']);
    const list = [trace('a')];
    expect(withArrived(list, new Map())).toBe(list);
  });

  it('is told anew where it is when it grew', () => {
    const list = withArrived([trace('b'), trace('a')], arrived(trace('a', 7), trace('c')));
    expect(ids(list)).toEqual(['c', 'b', 'a']);
    expect(list[2]?.spanCount).toBe(7);
  });

  it('pushes the oldest out of a full list', () => {
    const full = Array.from({ length: MAX_TAIL }, (_, index) => trace(String(index)));
    const list = withArrived(full, arrived(trace('new')));
    expect(list).toHaveLength(MAX_TAIL);
    expect(ids(list).slice(0, 2)).toEqual(['new', '0']);
  });
});

it('lists a trace once that was found and arrived', () => {
  const found = [trace('a'), trace('b')];
  expect(ids(withFound([trace('b'), trace('c')], found))).toEqual(['b', 'c', 'a']);
  expect(withFound([], found)).toBe(found);
});
