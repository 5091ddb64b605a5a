import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPathProfile } from '../../src/index.ts';
import { largeTrace, MS, span, spanIdOf, trace } from '../spans.ts';

/** A request of ten milliseconds with `dbMs` more in the database. */
const request = (n: number, dbMs: number) =>
  trace(
    span(1, 'GET /', 0, 10 + dbMs, { service: 'web', trace: n }),
    span(2, 'SELECT', 1, 3 + dbMs, { service: 'db', parent: 1, trace: n }),
  );

describe('criticalPathProfile', () => {
  it('says who owns the latency, at the median and in the tail', () => {
    const traces = Array.from({ length: 100 }, (_, i) => request(i + 1, i === 70 ? 100 : 0));
    const profile = criticalPathProfile(traces, { service: 'web', operation: 'GET /' });
    expect(profile).toMatchObject({
      requestCount: 100,
      typicalCount: 20,
      slowCount: 5,
      meanDurationNano: 11 * MS,
      typicalDurationNano: 10 * MS,
      slowDurationNano: 30 * MS,
      gap: { meanNano: 0, typicalNano: 0, slowNano: 0 },
    });
    expect(profile.components.map(({ service, typicalNano, slowNano }) => [service, typicalNano, slowNano])).toEqual([
      ['db', 2 * MS, 22 * MS],
      ['web', 8 * MS, 8 * MS],
    ]);
    expect(profile.slowest[0]).toEqual({
      traceId: (71).toString(16).padStart(32, '0'),
      spanId: spanIdOf(1),
      durationNano: 110 * MS,
    });
  });

  it('counts requests, not what a service does by itself', () => {
    const inner = trace(
      span(1, 'GET /', 0, 10, { service: 'web' }),
      span(2, 'GET /', 1, 9, { service: 'web', parent: 1 }),
    );
    expect(criticalPathProfile([inner], { service: 'web' })).toMatchObject({ requestCount: 1, slowCount: 1 });
  });

  it('of nothing is nothing', () => {
    const none = { requestCount: 0, meanDurationNano: 0, slowDurationNano: 0, components: [], slowest: [] };
    expect(criticalPathProfile([], { service: 'web' })).toMatchObject(none);
    expect(criticalPathProfile([request(1, 0)], { service: 'nobody' })).toMatchObject(none);
    expect(criticalPathProfile([request(1, 0)], { service: 'web', operation: 'PUT' })).toMatchObject(none);
  });

  it('sums to the durations', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 }), (seeds) => {
        const profile = criticalPathProfile(
          seeds.map((seed) => largeTrace(40, seed)),
          { service: 'service-1' },
        );
        for (const [column, duration] of [
          ['meanNano', profile.meanDurationNano],
          ['typicalNano', profile.typicalDurationNano],
          ['slowNano', profile.slowDurationNano],
        ] as const) {
          const sum = profile.components.reduce((total, each) => total + each[column], profile.gap[column]);
          expect(Math.abs(sum - duration)).toBeLessThan(1e-6 * Math.max(1, duration));
        }
      }),
      { numRuns: 30 },
    );
  });
});
