import { type Span, SpanKind } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import {
  BASE,
  ERROR,
  MINUTE,
  newTenant,
  resourceOf,
  SECOND,
  spanId,
  spanOf,
  traceId,
  withWeight,
} from './sample-spans.ts';
import type { StoreUnderTest } from './store-under-test.ts';
import type { DependencyEdge } from '../src/index.ts';

/** What every store must tell of services, their operations, edges and RED. A part of the contract of a SpanStore. */
export function serviceContract({ store, write }: StoreUnderTest): void {
  describe('services and operations', () => {
    it('are sorted, over everything or by minute', async () => {
      const tenant = newTenant();
      await write(tenant, [
        spanOf({ name: 'b', kind: SpanKind.CLIENT }),
        spanOf({ spanId: spanId(2), name: 'b', kind: SpanKind.SERVER }),
        spanOf({ spanId: spanId(3), name: 'a', startTimeUnixNano: BASE + 3n * MINUTE }),
        spanOf({ spanId: spanId(4), resource: resourceOf(undefined) }),
      ]);
      expect(await store().services(tenant)).toEqual(['front', 'unknown_service']);
      expect(await store().operations(tenant, 'front')).toEqual([
        { name: 'a', kind: SpanKind.SERVER },
        { name: 'b', kind: SpanKind.SERVER },
        { name: 'b', kind: SpanKind.CLIENT },
      ]);
      const window = (from: bigint, to: bigint) => ({ fromUnixNano: BASE + from, toUnixNano: BASE + to });
      expect(await store().operations(tenant, 'front', window(MINUTE, 3n * MINUTE))).toEqual([]);
      expect(await store().operations(tenant, 'front', window(MINUTE, 3n * MINUTE + 1n))).toEqual([
        { name: 'a', kind: SpanKind.SERVER },
      ]);
      expect(await store().services(tenant, window(0n, 1n))).toEqual(['front', 'unknown_service']);
      expect(await store().services(tenant, window(-MINUTE, 0n))).toEqual([]);
      expect(await store().operations(tenant, 'nobody')).toEqual([]);
    });
  });

  describe('dependencies', () => {
    it('are pairs of parent and child in different services, wherever and in whatever order they came', async () => {
      const tenant = newTenant();
      const call = (n: number, from: string, to: string, seconds: number, failed = false): Span[] => [
        spanOf({ traceId: traceId(n), spanId: spanId(1), resource: resourceOf(from) }),
        spanOf({
          traceId: traceId(n),
          spanId: spanId(2),
          parentSpanId: spanId(1),
          resource: resourceOf(to),
          startTimeUnixNano: BASE + 2n * MINUTE,
          endTimeUnixNano: BASE + 2n * MINUTE + BigInt(seconds) * SECOND,
          ...(failed ? { status: ERROR } : {}),
        }),
      ];
      const calls = [
        ...call(1, 'a', 'b', 1),
        ...call(2, 'a', 'b', 3, true),
        ...call(3, 'b', 'b', 1),
        ...call(4, 'b', 'a', 1),
      ];
      for (const span of calls.toReversed()) await write(tenant, [span]);
      const ab = {
        parent: 'a',
        child: 'b',
        callCount: 2,
        errorCount: 1,
        durationAverageNano: 2e9,
        durationP50Nano: 1e9,
        durationP95Nano: 3e9,
        durationP99Nano: 3e9,
      };
      const ba = { ...ab, parent: 'b', child: 'a', callCount: 1, errorCount: 0, durationAverageNano: 1e9 };
      const expected = [ab, { ...ba, durationP95Nano: 1e9, durationP99Nano: 1e9 }];
      expectEdges(await store().dependencies(tenant), expected);
      const from = BASE + 2n * MINUTE;
      expectEdges(await store().dependencies(tenant, { fromUnixNano: from, toUnixNano: from + 1n }), expected);
      expect(await store().dependencies(tenant, { fromUnixNano: from + 1n, toUnixNano: from + MINUTE })).toEqual([]);
      expect(await store().dependencies(tenant, { fromUnixNano: BASE, toUnixNano: from })).toEqual([]);
    });
  });

  describe('RED', () => {
    it('is weighted, by minute, service, operation and kind, of whole minutes', async () => {
      const tenant = newTenant();
      const spans = Array.from({ length: 100 }, (_, i) =>
        spanOf({
          spanId: spanId(i + 1),
          endTimeUnixNano: BASE + BigInt(i + 1) * SECOND,
          ...(i < 10 ? { status: ERROR } : {}),
        }),
      );
      const weighted = withWeight(spanOf({ spanId: spanId(200), name: 'sampled', startTimeUnixNano: BASE + MINUTE }));
      await write(tenant, [...spans, weighted]);
      const minute = Number(BASE / MINUTE) * 60;
      const get = {
        service: 'front',
        operation: 'GET /',
        kind: SpanKind.SERVER,
        minuteUnixSeconds: minute,
        count: 100,
        errorCount: 10,
        durationSumNano: 5050e9,
        durationP50Nano: 50e9,
        durationP95Nano: 95e9,
        durationP99Nano: 99e9,
      };
      const sampled = {
        ...get,
        operation: 'sampled',
        minuteUnixSeconds: minute + 60,
        count: 4,
        errorCount: 0,
        durationSumNano: 0,
        durationP50Nano: 0,
        durationP95Nano: 0,
        durationP99Nano: 0,
      };
      const window = { fromUnixNano: BASE + 30n * SECOND, toUnixNano: BASE + MINUTE };
      expect(await store().red(tenant, { window })).toEqual([get]);
      const both = { fromUnixNano: BASE, toUnixNano: BASE + MINUTE + 1n };
      expect(await store().red(tenant, { window: both })).toEqual([get, sampled]);
      expect(await store().red(tenant, { window: both, service: 'front' })).toEqual([get, sampled]);
      expect(await store().red(tenant, { window: both, service: 'back' })).toEqual([]);
    });
  });
}

/** Percentiles may come from histograms. */
function expectEdges(edges: readonly DependencyEdge[], expected: readonly DependencyEdge[]): void {
  const within = (value: number): unknown => expect.closeTo(value, -Math.log10(value * 0.02 * 2));
  expect(edges).toEqual(
    expected.map((edge) => ({
      ...edge,
      durationP50Nano: within(edge.durationP50Nano),
      durationP95Nano: within(edge.durationP95Nano),
      durationP99Nano: within(edge.durationP99Nano),
    })),
  );
}
