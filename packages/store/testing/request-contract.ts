import { assembleTrace, isErrorSpan, serviceName, type Span } from '@throughline/model';
import { arbitraryTangledSpans } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestFilter, RequestStatistics, SpanStore } from '../src/index.ts';

export interface RequestContract {
  readonly store: () => SpanStore;
  readonly write: (tenant: string, spans: readonly Span[]) => Promise<void>;
  readonly newTenant: () => string;
  readonly span: (fields: Partial<Span>) => Span;
  readonly resource: (service: string) => Span['resource'];
  readonly error: Span['status'];
  readonly startUnixNano: bigint;
}

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

const id = (n: number, length: 16 | 32): string => n.toString(16).padStart(length, '0');

/** What every store must tell of requests, errors and samples. A part of the contract of a SpanStore. */
export function requestContract({
  store,
  write,
  newTenant,
  span,
  resource,
  error,
  startUnixNano,
}: RequestContract): void {
  const window = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano + 10n * MINUTE };
  const filter: RequestFilter = { service: 'back', window, stepNano: MINUTE, slowNano: 2n * SECOND };

  /** A call of the front to the back, which does something by itself, n minutes after the start. */
  const call = (n: number, seconds: number, fields: Partial<Span> = {}): Span[] => {
    const startTimeUnixNano = startUnixNano + BigInt(n) * MINUTE;
    const times = { startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + BigInt(seconds) * SECOND };
    const traceId = id(n + 1, 32);
    return [
      span({ ...times, traceId, spanId: id(1, 16), name: 'page' }),
      span({
        ...times,
        traceId,
        spanId: id(2, 16),
        parentSpanId: id(1, 16),
        name: 'GET /items',
        resource: resource('back'),
        ...fields,
      }),
      span({
        ...times,
        traceId,
        spanId: id(3, 16),
        parentSpanId: id(2, 16),
        name: 'inner',
        resource: resource('back'),
      }),
    ];
  };

  describe('requests', () => {
    it('are the entry spans of a service, weighted, by operation and by step', async () => {
      const tenant = newTenant();
      const calls = [
        ...call(0, 1),
        ...call(1, 3, { status: error }),
        ...call(2, 2, { name: 'PUT /items', traceState: 'ot=th:c', weight: 4 }),
        ...call(20, 9),
      ];
      for (const each of calls.toReversed()) await write(tenant, [each]);
      await write(tenant, calls);
      const found = await store().requests(tenant, filter);
      const one = { requestCount: 1, errorCount: 0 };
      expect(found).toMatchObject({
        requestCount: 6,
        errorCount: 1,
        durationSumNano: 12e9,
        durationMinNano: 1e9,
        durationMaxNano: 3e9,
        operations: [
          { operation: 'GET /items', requestCount: 2, errorCount: 1, durationMinNano: 1e9, durationMaxNano: 3e9 },
          { operation: 'PUT /items', requestCount: 4, errorCount: 0, durationSumNano: 8e9 },
        ],
        points: [
          { startTimeUnixNano: startUnixNano, ...one },
          { startTimeUnixNano: startUnixNano + MINUTE, requestCount: 1, errorCount: 1 },
          { startTimeUnixNano: startUnixNano + 2n * MINUTE, requestCount: 4, errorCount: 0 },
        ],
        traceCount: 3,
        errorTraceCount: 1,
        slowTraceCount: 1,
      });
      expectQuantiles(found, [2e9, 2e9, 3e9, 3e9, 3e9, 3e9]);
      const puts = await store().requests(tenant, { ...filter, operation: 'PUT /items' });
      expect(puts).toMatchObject({ requestCount: 4, traceCount: 1, errorTraceCount: 0, slowTraceCount: 0 });
      expect(puts.operations.map(({ operation }) => operation)).toEqual(['PUT /items']);
    });

    it('of an unknown service or an empty window are none', async () => {
      const tenant = newTenant();
      await write(tenant, call(0, 1));
      const none = { requestCount: 0, operations: [], points: [], traceCount: 0, errorTraceCount: 0 };
      const empty = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano };
      expect(await store().requests(tenant, { ...filter, service: 'nobody' })).toMatchObject(none);
      expect(await store().requests(tenant, { ...filter, window: empty })).toMatchObject(none);
      expect(await store().requests(newTenant(), filter)).toMatchObject(none);
    });

    it('have quantiles within 1 %', async () => {
      const tenant = newTenant();
      const spans = Array.from({ length: 1000 }, (_, i) =>
        span({
          traceId: id(i + 1, 32),
          resource: resource('back'),
          endTimeUnixNano: startUnixNano + BigInt(i + 1) * 1_000_003n,
        }),
      );
      await write(tenant, spans);
      const found = await store().requests(tenant, filter);
      expectQuantiles(
        found,
        [500, 750, 900, 950, 990, 999].map((rank) => rank * 1_000_003),
      );
    });

    it('add up, whatever the spans are', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryTangledSpans({ maxSpans: 10 }), async (spans) => {
          const [first] = spans;
          if (first === undefined) return;
          const tenant = newTenant();
          await write(tenant, spans);
          const service = serviceName(first.resource);
          const everything = { fromUnixNano: 0n, toUnixNano: 2n ** 64n };
          const found = await store().requests(tenant, { ...filter, service, window: everything });
          const ofService = assembleTrace(spans).spans.filter((each) => serviceName(each.resource) === service);
          const ids = new Set(ofService.map(({ spanId }) => spanId));
          const requests = ofService.filter(({ parentSpanId }) => !ids.has(parentSpanId));
          const sum = (of: readonly { readonly requestCount: number }[]): number =>
            of.reduce((total, { requestCount }) => total + requestCount, 0);
          const expected = requests.reduce((total, { weight }) => total + weight, 0);
          expect(found.requestCount).toBeCloseTo(expected, 6);
          expect(sum(found.operations)).toBeCloseTo(expected, 6);
          expect(sum(found.points)).toBeCloseTo(expected, 6);
          expect(found.errorTraceCount).toBe(ofService.some(isErrorSpan) ? 1 : 0);
        }),
        { numRuns: 10 },
      );
    });
  });

  describe('error spans', () => {
    it('are distinct, newest first, of the window, service and operation', async () => {
      const tenant = newTenant();
      const failed = [0, 1, 2].map((n) => call(n, 1, { status: error })[1] ?? span({}));
      const other = span({ traceId: id(99, 32), status: error });
      await write(tenant, [...failed, ...call(5, 1), other]);
      await write(tenant, failed);
      const read = async (more: Partial<Parameters<SpanStore['errorSpans']>[1]> = {}) => {
        const found = await store().errorSpans(tenant, { window, service: 'back', maxSpanCount: 100, ...more });
        return [found.spans.map(({ traceId }) => Number.parseInt(traceId, 16)), found.scanLimited];
      };
      expect(await read()).toEqual([[3, 2, 1], false]);
      expect(await read({ operation: 'inner' })).toEqual([[], false]);
      expect(await read({ window: { ...window, toUnixNano: startUnixNano + MINUTE } })).toEqual([[1], false]);
      expect(await read({ window: { ...window, toUnixNano: startUnixNano } })).toEqual([[], false]);
      expect(await read({ maxSpanCount: 6 })).toEqual([[3, 2, 1], false]);
      expect(await read({ maxSpanCount: 4 })).toEqual([[3, 2], true]);
      const all = await store().errorSpans(tenant, { window, maxSpanCount: 100 });
      expect(all.spans).toHaveLength(4);
    });
  });

  describe('samples of traces', () => {
    it('are fair, stable and bounded', async () => {
      const tenant = newTenant();
      await write(
        tenant,
        Array.from({ length: 9 }, (_, n) => call(n, 1)).flatMap((spans) => spans),
      );
      const sample = (maxTraceCount: number, more = {}) =>
        store().sampleTraces(tenant, { window, maxTraceCount, ...more });
      const all = await sample(9);
      expect(all.traceCount).toBe(9);
      expect(new Set(all.traceIds).size).toBe(9);
      expect(all.traceIds).not.toEqual(all.traceIds.toSorted());
      expect(await sample(4)).toEqual({ traceIds: all.traceIds.slice(0, 4), traceCount: 9 });
      expect(await sample(4, { service: 'back', operation: 'inner' })).toMatchObject({ traceCount: 9 });
      expect(await sample(4, { service: 'back', operation: 'page' })).toEqual({ traceIds: [], traceCount: 0 });
      // Three spans each; a limit of spans leaves at least one trace.
      expect(await sample(9, { maxSpanCount: 12 })).toEqual({ traceIds: all.traceIds.slice(0, 4), traceCount: 9 });
      expect(await sample(9, { maxSpanCount: 14 })).toEqual({ traceIds: all.traceIds.slice(0, 4), traceCount: 9 });
      expect(await sample(9, { maxSpanCount: 1 })).toEqual({ traceIds: all.traceIds.slice(0, 1), traceCount: 9 });
      // Those of other services count too, as they are read with it.
      expect(await sample(9, { maxSpanCount: 12, service: 'front' })).toMatchObject({
        traceIds: all.traceIds.slice(0, 4),
      });
      const minute = { fromUnixNano: startUnixNano, toUnixNano: startUnixNano + 1n };
      expect(await sample(4, { window: minute })).toEqual({ traceIds: [id(1, 32)], traceCount: 1 });
      expect(await sample(4, { window: { ...minute, toUnixNano: startUnixNano } })).toMatchObject({ traceCount: 0 });
    });
  });
}

function expectQuantiles({ durationQuantilesNano }: RequestStatistics, expected: readonly number[]): void {
  expect(durationQuantilesNano).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(durationQuantilesNano[i]).toBeGreaterThanOrEqual(value * 0.99);
    expect(durationQuantilesNano[i]).toBeLessThanOrEqual(value);
  }
}
