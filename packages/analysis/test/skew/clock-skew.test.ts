import { assembleTrace, type Span, SpanKind, type Trace } from '@throughline/model';
import { arbitraryTangledSpans } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctClocks, estimateClockSkew } from '../../src/index.ts';
import { MS, randomFrom, span, trace } from '../spans.ts';

/** Calls from host a to host b, whose clock is `offsetMs` ahead at first and gains `driftMsPerSecond`. */
function calls(count: number, offsetMs: number, driftMsPerSecond = 0, seed = 1): readonly Trace[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => {
    const at = i * 1_000;
    const wrong = offsetMs + driftMsPerSecond * i;
    const there = 1 + 20 * random();
    const work = 5 + 50 * random();
    const back = 1 + 20 * random();
    return trace(
      span(1, 'call', at, at + there + work + back, {
        trace: i + 1,
        kind: SpanKind.CLIENT,
        service: 'a',
        resource: { 'host.name': 'a' },
      }),
      span(2, 'serve', at + there + wrong, at + there + work + wrong, {
        trace: i + 1,
        parent: 1,
        kind: SpanKind.SERVER,
        service: 'b',
        resource: { 'host.name': 'b' },
      }),
    );
  });
}

describe('estimateClockSkew', () => {
  test('finds an offset to within its own error, from either side', () => {
    for (const offsetMs of [500, -500, 80]) {
      const { hosts, pairs } = estimateClockSkew(calls(200, offsetMs));
      const clock = hosts.get('b');
      expect(Math.abs((clock?.offsetNano ?? 0) + offsetMs * MS)).toBeLessThanOrEqual(clock?.errorNano ?? 0);
      // Half of the fastest round trip, which is a little over 2 ms.
      expect(clock?.errorNano).toBeLessThan(2 * MS);
      expect(hosts.get('a')).toMatchObject({ offsetNano: 0, errorNano: 0, reference: 'a' });
      expect(pairs).toMatchObject([{ first: 'a', second: 'b', callCount: 200, violatedShare: expect.any(Number) }]);
      expect(pairs[0]?.violatedShare).toBeLessThanOrEqual(0.02);
    }
  });

  test('is 0 where nothing speaks against it, with the error that there may be', () => {
    const { hosts } = estimateClockSkew(calls(200, 0.5));
    expect(hosts.get('b')).toMatchObject({ offsetNano: 0, driftNanoPerSecond: 0 });
    expect(hosts.get('b')?.errorNano).toBeGreaterThanOrEqual(0.5 * MS);
  });

  test('finds drift', () => {
    const { hosts } = estimateClockSkew(calls(400, 100, 1));
    const clock = hosts.get('b');
    expect(clock?.driftNanoPerSecond).toBeGreaterThan(-1.02 * MS);
    expect(clock?.driftNanoPerSecond).toBeLessThan(-0.98 * MS);
    // In the middle, 200 seconds on.
    expect(Math.abs((clock?.offsetNano ?? 0) + 300 * MS)).toBeLessThan(4 * MS);
  });

  test('a few children that nobody waited for change nothing', () => {
    const odd = calls(2, 500 + 40, 0, 7).map((each) =>
      assembleTrace(each.spans.map((one) => ({ ...one, traceId: `f${one.traceId.slice(1)}` }))),
    );
    const { hosts } = estimateClockSkew([...calls(400, 500), ...odd]);
    expect(Math.abs((hosts.get('b')?.offsetNano ?? 0) + 500 * MS)).toBeLessThan(2 * MS);
  });

  test('joins hosts over those in between, and leaves others alone', () => {
    const chain = (i: number): readonly Span[] => [
      span(1, 'a', 0, 30, { trace: i, service: 'a' }),
      span(2, 'b', 105, 125, { trace: i, parent: 1, service: 'b' }),
      span(3, 'c', 310, 320, { trace: i, parent: 2, service: 'c' }),
    ];
    const { hosts } = estimateClockSkew([
      trace(...chain(1)),
      trace(...chain(2)),
      trace(span(9, 'd', 0, 1, { trace: 3, service: 'd' })),
    ]);
    // b calls most. a is 100 ms behind it, c 200 ms ahead, each by up to 5 ms.
    expect(hosts.get('b')).toMatchObject({ reference: 'b', offsetNano: 0 });
    expect(hosts.get('a')).toMatchObject({ reference: 'b', offsetNano: 100 * MS, errorNano: 5 * MS });
    expect(hosts.get('c')).toMatchObject({ reference: 'b', offsetNano: -200 * MS, errorNano: 5 * MS });
    expect(hosts.get('d')).toMatchObject({ reference: 'd', offsetNano: 0 });
  });

  test('messages say nothing about clocks', () => {
    const sent = trace(
      span(1, 'publish', 0, 10, { service: 'a', kind: SpanKind.PRODUCER }),
      span(2, 'consume', 500, 505, { parent: 1, service: 'b', kind: SpanKind.CONSUMER }),
    );
    expect(estimateClockSkew([sent]).pairs).toEqual([]);
  });

  test('of nothing there is nothing', () => {
    expect(estimateClockSkew([])).toEqual({ atUnixNano: 0n, hosts: new Map(), pairs: [] });
  });
});

describe('correctClocks', () => {
  test('puts children back within their parents, and leaves the raw trace alone', () => {
    const traces = calls(100, 500);
    const skew = estimateClockSkew(traces);
    for (const of of traces) {
      expect(of.issues.map(({ kind }) => kind)).toContain('ends_after_parent');
      const raw = of.spans.map(({ startTimeUnixNano }) => startTimeUnixNano);
      const corrected = assembleTrace(correctClocks(of, skew));
      const outside = corrected.issues.filter(
        ({ kind }) => kind === 'ends_after_parent' || kind === 'starts_before_parent',
      );
      // What the estimate may be off by.
      for (const issue of outside) expect('byNano' in issue && issue.byNano < BigInt(2 * MS)).toBe(true);
      expect(of.spans.map(({ startTimeUnixNano }) => startTimeUnixNano)).toEqual(raw);
    }
  });

  test('keeps durations, and spans of unknown hosts as they are', () => {
    const skew = estimateClockSkew(calls(50, 500, 1));
    const other = span(1, 'x', 0, 10, { service: 'elsewhere' });
    expect(correctClocks(trace(other), skew)[0]).toBe(other);
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        const of = assembleTrace(spans);
        const own = estimateClockSkew([of]);
        for (const [row, corrected] of correctClocks(of, own).entries()) {
          const raw = of.spans[row];
          if (corrected.endTimeUnixNano === 0n) continue;
          expect(corrected.endTimeUnixNano - corrected.startTimeUnixNano).toBe(
            (raw?.endTimeUnixNano ?? 0n) - (raw?.startTimeUnixNano ?? 0n),
          );
        }
        for (const { offsetNano, errorNano, driftNanoPerSecond } of own.hosts.values()) {
          expect([offsetNano, errorNano, driftNanoPerSecond].every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
