import { assembleTrace, type Span, type Trace } from '@throughline/model';
import { arbitraryTangledSpans, arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTraces, criticalPath, traceFacts } from '../../src/index.ts';
import { largeTrace, MS, span, trace } from '../spans.ts';

const base: readonly Span[] = [
  span(1, 'GET /', 0, 100, { service: 'web' }),
  span(2, 'auth', 5, 15, { parent: 1, service: 'auth' }),
  span(3, 'load cart', 20, 60, { parent: 1, service: 'cart' }),
  span(4, 'SELECT', 25, 55, { parent: 3, service: 'cart' }),
  span(5, 'render', 65, 95, { parent: 1, service: 'web' }),
];

/** The differences by names and milliseconds. */
function diff(before: readonly Span[], after: readonly Span[]) {
  const [left, right] = [trace(...before), trace(...after)];
  const found = compareTraces(left, right);
  const nameIn = (of: Trace, row: number): string => of.spans[row]?.name ?? '';
  const change = ({ afterRow, durationDeltaNano, criticalDeltaNano }: (typeof found.slower)[number]) =>
    `${nameIn(right, afterRow)} ${durationDeltaNano / MS} (${criticalDeltaNano / MS} critical)`;
  return {
    durationDelta: found.durationDeltaNano / MS,
    added: found.added.map(
      ({ row, spanCount, criticalNano }) => `${nameIn(right, row)} ${spanCount} ${criticalNano / MS}`,
    ),
    removed: found.removed.map(
      ({ row, spanCount, criticalNano }) => `${nameIn(left, row)} ${spanCount} ${criticalNano / MS}`,
    ),
    slower: found.slower.map(change),
    faster: found.faster.map(change),
    reordered: found.reordered.map(({ afterRow }) => nameIn(right, afterRow)),
  };
}

const nothing = { durationDelta: 0, added: [], removed: [], slower: [], faster: [], reordered: [] };

function without(...ids: readonly number[]): readonly Span[] {
  return base.filter((_, index) => !ids.includes(index + 1));
}

describe('compareTraces', () => {
  test('of a trace with itself, or later with other ids, is empty', () => {
    expect(diff(base, base)).toEqual(nothing);
    const later = base.map((each) => ({
      ...each,
      spanId: `f${each.spanId.slice(1)}`,
      parentSpanId: each.parentSpanId === '' ? '' : `f${each.parentSpanId.slice(1)}`,
      startTimeUnixNano: each.startTimeUnixNano + 1_000_000_000n,
      endTimeUnixNano: each.endTimeUnixNano + 1_000_000_000n,
    }));
    expect(diff(base, later)).toEqual(nothing);
  });

  test('a slow query: the span, and those that waited for it', () => {
    const after = [
      span(1, 'GET /', 0, 150, { service: 'web' }),
      span(2, 'auth', 5, 15, { parent: 1, service: 'auth' }),
      span(3, 'load cart', 20, 110, { parent: 1, service: 'cart' }),
      span(4, 'SELECT', 25, 105, { parent: 3, service: 'cart' }),
      span(5, 'render', 115, 145, { parent: 1, service: 'web' }),
    ];
    expect(diff(base, after)).toEqual({
      ...nothing,
      durationDelta: 50,
      slower: ['SELECT 50 (50 critical)', 'GET / 50 (0 critical)', 'load cart 50 (0 critical)'],
    });
    expect(diff(after, base).faster).toEqual([
      'SELECT -50 (-50 critical)',
      'GET / -50 (0 critical)',
      'load cart -50 (0 critical)',
    ]);
  });

  test('added and removed subtrees count once, with what they have of the critical path', () => {
    expect(diff(base, without(3, 4))).toMatchObject({ added: [], removed: ['load cart 2 40'] });
    expect(diff(without(3, 4), base)).toMatchObject({ added: ['load cart 2 40'], removed: [] });
    expect(diff([], base)).toMatchObject({ added: ['GET / 5 100'] });
    expect(diff(base, [])).toMatchObject({ removed: ['GET / 5 100'] });
  });

  test('ids in names do not matter', () => {
    const of = (name: string): readonly Span[] => [span(1, name, 0, 10)];
    expect(diff(of('GET /user/17'), of('GET /user/4711'))).toEqual(nothing);
    expect(diff(of('GET /user'), of('GET /cart'))).toMatchObject({
      added: ['GET /cart 1 10'],
      removed: ['GET /user 1 10'],
    });
  });

  test('of equal siblings the one whose subtree is missing is the one that was removed', () => {
    const call = (id: number, from: number, callee: number | undefined): readonly Span[] => [
      span(id, 'call', from, from + 10, { parent: 1, service: 'web' }),
      ...(callee === undefined ? [] : [span(callee, `serve ${'abc'[callee - 10]}`, from, from + 10, { parent: id })]),
    ];
    const root = span(1, 'GET /', 0, 100, { service: 'web' });
    const all = [root, ...call(2, 0, 10), ...call(3, 20, 11), ...call(4, 40, 12)];
    const some = [root, ...call(2, 0, 10), ...call(4, 40, 12)];
    const { partnerOfBefore } = compareTraces(trace(...all), trace(...some));
    expect([...partnerOfBefore]).toEqual([0, 1, 2, -1, -1, 3, 4]);
  });

  test('calls of one name are told apart by whom they reach', () => {
    const call = (id: number, from: number, operation: string): readonly Span[] => [
      span(id, 'GET', from, from + 10, { parent: 1, service: 'web' }),
      span(id + 10, operation, from, from + 10, { parent: id, service: 'api' }),
    ];
    const root = span(1, 'GET /', 0, 100, { service: 'web' });
    const before = [
      root,
      ...call(2, 0, 'a'),
      ...call(3, 20, 'b'),
      span(30, 'SELECT', 20, 25, { parent: 13, service: 'api' }),
    ];
    const after = [root, ...call(3, 0, 'b')];
    expect(diff(before, after)).toMatchObject({ added: [], removed: ['GET 2 10', 'SELECT 1 5'] });
  });

  test('a span that was put in between is the only one added', () => {
    const wrapped = base.map((each) =>
      each.name === 'load cart' ? { ...each, parentSpanId: '0000000000000009' } : each,
    );
    const after = [...wrapped, span(9, 'retry', 19, 61, { parent: 1, service: 'web' })];
    expect(diff(base, after)).toMatchObject({ added: ['retry 1 2'], removed: [] });
    expect(diff(after, base)).toMatchObject({ added: [], removed: ['retry 1 2'] });
  });

  test('another order of calls that come one after another, but not of calls that overlap', () => {
    const calls = (names: readonly string[], length: number): readonly Span[] => [
      span(1, 'GET /', 0, 100),
      ...names.map((name, i) => span(i + 2, name, 10 + 20 * i, 10 + 20 * i + length, { parent: 1 })),
    ];
    expect(diff(calls(['a', 'b', 'c'], 15), calls(['c', 'a', 'b'], 15)).reordered).toEqual(['c']);
    expect(diff(calls(['a', 'b', 'c'], 50), calls(['c', 'a', 'b'], 50)).reordered).toEqual([]);
  });

  test('small changes are left out, at n and n + 1', () => {
    const of = (ms: number): readonly Span[] => [span(1, 'a', 0, ms)];
    expect(diff(of(10), of(10.99)).slower).toEqual([]);
    expect(diff(of(10), of(11)).slower).toHaveLength(1);
    expect(diff(of(0.1), of(0.199)).slower).toEqual([]);
  });
});

describe('properties', () => {
  const sound = arbitraryTraceSpans({ maxSpans: 20 });

  test('a trace compared with itself is empty, whatever is wrong with it', () => {
    fc.assert(
      fc.property(fc.oneof(sound, arbitraryTangledSpans()), (spans) => {
        const of = assembleTrace(spans);
        const { added, removed, slower, faster, reordered, durationDeltaNano } = compareTraces(of, of);
        expect([added, removed, slower, faster, reordered, durationDeltaNano]).toEqual([[], [], [], [], [], 0]);
      }),
      { numRuns: 300 },
    );
  });

  test('the differences on the critical path explain the difference in duration', () => {
    fc.assert(
      fc.property(sound, sound, (before, after) => {
        const [left, right] = [assembleTrace(before), assembleTrace(after)];
        const found = compareTraces(left, right);
        const [leftPath, rightPath] = [criticalPath(traceFacts(left)), criticalPath(traceFacts(right))];
        let explained = found.gapDeltaNano;
        for (const [row, partner] of found.partnerOfBefore.entries()) {
          if (partner < 0) continue;
          expect(found.partnerOfAfter[partner]).toBe(row);
          explained += (rightPath.contributionNano[partner] ?? 0) - (leftPath.contributionNano[row] ?? 0);
        }
        for (const { criticalNano } of found.added) explained += criticalNano;
        for (const { criticalNano } of found.removed) explained -= criticalNano;
        expect(explained).toBe(found.durationDeltaNano);
      }),
      { numRuns: 300 },
    );
  });

  test('on 100,000 spans', () => {
    const of = largeTrace(100_000);
    const other = assembleTrace(
      of.spans.filter((_, row) => row % 1_000 !== 999 || (of.subtreeEnd[row] ?? 0) > row + 1),
    );
    const found = compareTraces(of, other);
    const removed = found.removed.reduce((sum, { spanCount }) => sum + spanCount, 0);
    expect([found.added, removed]).toEqual([[], of.spans.length - other.spans.length]);
    expect(removed).toBeGreaterThan(0);
  });
});
