import { assembleTrace, type Span, type Trace } from '@throughline/model';
import {
  matchSpanPredicate,
  matchTrace,
  queryConditions,
  type QueryConditions,
  satisfiesConditions,
  type SpanPredicate,
  type TraceCondition,
} from '@throughline/traceql';
import { arbitraryQuery, arbitraryVocabularySpans } from '@throughline/traceql/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE, boundsOf, ERROR, newTenant, resourceOf, SECOND, spanId, spanOf, traceId } from './sample-spans.ts';
import { EVERYTHING, ids, type StoreUnderTest } from './store-under-test.ts';
import type { TraceOrder } from '../src/index.ts';

/** What every store must find, and tell of what it found. A part of the contract of a SpanStore. */
export function searchContract({ store, write, find }: StoreUnderTest): void {
  describe('searches', () => {
    /** Twelve traces of three spans, of growing length, some with equal starts, written out of order. */
    const fillTraces = async (tenant: string): Promise<Trace[]> => {
      const traces: Span[][] = Array.from({ length: 12 }, (_, i) => {
        const start = BASE + BigInt((i * 7) % 6) * 40n * SECOND;
        return [0, 1, 2].map((row) =>
          spanOf({
            traceId: traceId(i + 1),
            spanId: spanId(row + 1),
            parentSpanId: row === 0 ? '' : spanId(1),
            startTimeUnixNano: start + BigInt(row * i) * 5n * SECOND,
            endTimeUnixNano: start + BigInt(row * i) * 5n * SECOND + SECOND,
            attributes: new Map([['row', BigInt(row)]]),
          }),
        );
      });
      for (const row of [2, 0, 1]) {
        await write(
          tenant,
          traces.flatMap((spans) => spans[row] ?? []),
        );
      }
      return traces.map((spans) => assembleTrace(spans));
    };
    const sorted = (traces: readonly Trace[], order: TraceOrder): string[] =>
      [...traces]
        .sort((a, b) => compareBigints(keyOf(b, order), keyOf(a, order)) || compareIds(a, b))
        .map((t) => t.traceId);

    for (const order of ['newest', 'longest'] as const) {
      it(`give the ${order} first, and continue without gaps behind any trace`, async () => {
        const tenant = newTenant();
        const traces = await fillTraces(tenant);
        const all = await find(tenant, { order });
        expect(ids(all)).toEqual(sorted(traces, order));
        for (const [i, last] of all.entries()) {
          const key = order === 'newest' ? last.startTimeUnixNano : last.endTimeUnixNano - last.startTimeUnixNano;
          expect(await find(tenant, { order, after: { key, traceId: last.traceId } })).toEqual(all.slice(i + 1));
        }
      });

      it(`list the ${order} with a matching span in the window, whatever the window`, async () => {
        const tenant = newTenant();
        const traces = await fillTraces(tenant);
        const lastRow: SpanPredicate = {
          kind: 'compare',
          field: { kind: 'attribute', scope: 'span', name: 'row' },
          operator: '=',
          value: 2n,
        };
        const conditions: QueryConditions = { condition: { kind: 'spans', predicate: lastRow }, exact: true };
        for (let from = 0; from < 8; from++) {
          const window = { fromUnixNano: BASE + BigInt(from) * 30n * SECOND, toUnixNano: BASE + 100n * SECOND };
          const expected = traces.filter((trace) =>
            trace.spans.some(
              ({ attributes, startTimeUnixNano: start }) =>
                attributes.get('row') === 2n && start >= window.fromUnixNano && start < window.toUnixNano,
            ),
          );
          expect(ids(await find(tenant, { order, window, conditions }))).toEqual(sorted(expected, order));
        }
      });
    }

    it('find nothing in an empty window', async () => {
      const tenant = newTenant();
      await write(tenant, [spanOf({})]);
      expect(await find(tenant, { window: { fromUnixNano: BASE, toUnixNano: BASE } })).toEqual([]);
      expect(await find(tenant, { window: { fromUnixNano: BASE + SECOND, toUnixNano: BASE } })).toEqual([]);
    });

    it('may be left early', async () => {
      const tenant = newTenant();
      await fillTraces(tenant);
      for await (const page of store().findTraces({ tenant, conditions: EVERYTHING, order: 'newest' })) {
        expect(page.length).toBeGreaterThan(0);
        break;
      }
      expect(await find(tenant)).toHaveLength(12);
    });

    it('over-approximate soundly, and are right where they say they are exact', async () => {
      const arbitraryTraces = fc
        .array(arbitraryVocabularySpans(), { minLength: 6, maxLength: 12 })
        .map((traces) => traces.map((spans, i) => spans.map((span) => ({ ...span, traceId: traceId(i + 1) }))));
      let exactCount = 0;
      await fc.assert(
        fc.asyncProperty(
          arbitraryTraces,
          fc.array(arbitraryQuery, { minLength: 12, maxLength: 12 }),
          async (traces, queries) => {
            const tenant = newTenant();
            await write(tenant, traces.flat());
            const assembled = traces.map((spans) => assembleTrace(spans));
            for (const query of queries) {
              const conditions = queryConditions(query);
              const found = new Map((await find(tenant, { conditions })).map((each) => [each.traceId, each]));
              for (const trace of assembled) {
                const candidate = found.get(trace.traceId);
                if (satisfiesConditions(conditions, trace)) expect(candidate, explain(conditions)).toBeDefined();
                if (candidate?.exact !== true) continue;
                exactCount++;
                expect(matchTrace(query, trace), explain(conditions)).toBeDefined();
              }
            }
          },
        ),
        { numRuns: 8 },
      );
      expect(exactCount).toBeGreaterThan(0);
    });

    it('over-approximate soundly within a window', async () => {
      const arbitraryTraces = fc
        .array(arbitraryVocabularySpans(), { minLength: 4, maxLength: 8 })
        .map((traces) => traces.map((spans, i) => spans.map((span) => ({ ...span, traceId: traceId(i + 1) }))));
      const start = 1_700_000_000_000_000_000n;
      const arbitraryInstant = fc.constantFrom(start, start + 1n, start + 5n, start + 1_000_000n, start + 1_000_001n);
      await fc.assert(
        fc.asyncProperty(
          arbitraryTraces,
          fc.array(fc.tuple(arbitraryQuery, arbitraryInstant, arbitraryInstant, fc.boolean()), { maxLength: 10 }),
          async (traces, searches) => {
            const tenant = newTenant();
            await write(tenant, traces.flat());
            const assembled = traces.map((spans) => assembleTrace(spans));
            for (const [query, fromUnixNano, toUnixNano, newest] of searches) {
              const conditions = queryConditions(query);
              const window = { fromUnixNano, toUnixNano };
              const order = newest ? 'newest' : 'longest';
              const found = await find(tenant, { conditions, window, order });
              expect(ids(found)).toEqual(
                sorted(
                  assembled.filter(({ traceId: id }) => ids(found).includes(id)),
                  order,
                ),
              );
              for (const trace of assembled) {
                const rows = matchTrace(query, trace) ?? [];
                const isListed = rows.some((row) => isWithin(trace.spans[row], window));
                if (isListed) expect(ids(found), explain(conditions)).toContain(trace.traceId);
              }
            }
          },
        ),
        { numRuns: 8 },
      );
    });

    it('find few long traces among thousands of short ones, in order and behind any', async () => {
      const tenant = newTenant();
      const traces = Array.from({ length: 4_000 }, (_, n) => {
        const startTimeUnixNano = BASE + BigInt(n) * SECOND;
        const durationNano = n % 800 === 0 ? BigInt(10 + n / 800) * SECOND : SECOND;
        const endTimeUnixNano = startTimeUnixNano + durationNano;
        return spanOf({ traceId: traceId(n + 1), startTimeUnixNano, endTimeUnixNano });
      });
      await write(tenant, traces);
      const predicate: SpanPredicate = {
        kind: 'compare',
        field: { kind: 'intrinsic', name: 'traceDuration' },
        operator: '>',
        value: 5n * SECOND,
      };
      const conditions = { condition: { kind: 'spans', predicate }, exact: true } as const;
      const search = { conditions, window: { fromUnixNano: BASE, toUnixNano: BASE + 4_000n * SECOND } };
      const long = [3_200, 2_400, 1_600, 800, 0].map((n) => traceId(n + 1));
      for (const order of ['newest', 'longest'] as const) {
        const found = await find(tenant, { ...search, order });
        expect(ids(found)).toEqual(long);
        const [, last] = found;
        if (last === undefined) throw new Error('there is a second one');
        const key = order === 'newest' ? last.startTimeUnixNano : last.endTimeUnixNano - last.startTimeUnixNano;
        const rest = await find(tenant, { ...search, order, after: { key, traceId: last.traceId } });
        expect(ids(rest)).toEqual(long.slice(2));
      }
    });

    it('understand nested conditions on several spans', async () => {
      const tenant = newTenant();
      const traces = await fillTraces(tenant);
      const row = (value: bigint): TraceCondition => ({
        kind: 'spans',
        predicate: {
          kind: 'compare',
          field: { kind: 'attribute', scope: 'span', name: 'row' },
          operator: '=',
          value,
        },
      });
      const both: TraceCondition = { kind: 'and', operands: [row(0n), row(2n)] };
      const conditions: QueryConditions = { condition: both, exact: false };
      expect(ids(await find(tenant, { conditions })).sort()).toEqual(traces.map((t) => t.traceId).sort());
      const neither: QueryConditions = { condition: { kind: 'and', operands: [row(0n), row(7n)] }, exact: false };
      expect(await find(tenant, { conditions: neither })).toEqual([]);
    });

    it('agree with the in-memory meaning of a span predicate', async () => {
      const tenant = newTenant();
      const trace = assembleTrace([spanOf({ attributes: new Map([['k', 'v']]) })]);
      await write(tenant, trace.spans);
      const predicate: SpanPredicate = { kind: 'exists', field: { kind: 'attribute', scope: 'any', name: 'k' } };
      expect(matchSpanPredicate(predicate, trace, 0)).toBe(true);
      const found = await find(tenant, { conditions: { condition: { kind: 'spans', predicate }, exact: true } });
      expect(found).toEqual([{ ...boundsOf(trace), exact: true }]);
    });
  });

  describe('summaries', () => {
    it('name the earliest root, all services and operations, and come in the order asked for', async () => {
      const tenant = newTenant();
      const spans = [
        spanOf({ spanId: spanId(3), parentSpanId: spanId(1), name: 'child', resource: resourceOf('back') }),
        spanOf({ spanId: spanId(2), startTimeUnixNano: BASE + 5n, name: 'later root' }),
        spanOf({ spanId: spanId(1), startTimeUnixNano: BASE + 1n, name: 'root', status: ERROR }),
      ];
      const orphan = spanOf({ traceId: traceId(2), parentSpanId: spanId(9), name: 'orphan' });
      await write(tenant, [...spans, orphan]);
      const asked = [{ traceId: traceId(2) }, { traceId: traceId(7) }, { traceId: traceId(1) }];
      expect(await store().summarizeTraces(tenant, asked)).toEqual([
        {
          traceId: traceId(2),
          rootService: 'front',
          rootOperation: 'orphan',
          services: ['front'],
          operations: ['orphan'],
          startTimeUnixNano: BASE,
          endTimeUnixNano: BASE + SECOND,
          spanCount: 1,
          errorCount: 0,
        },
        {
          traceId: traceId(1),
          rootService: 'front',
          rootOperation: 'root',
          services: ['back', 'front'],
          operations: ['child', 'later root', 'root'],
          startTimeUnixNano: BASE,
          endTimeUnixNano: BASE + SECOND,
          spanCount: 3,
          errorCount: 1,
        },
      ]);
    });
  });
}

function keyOf({ startTimeUnixNano, endTimeUnixNano }: Trace, order: TraceOrder): bigint {
  return order === 'newest' ? startTimeUnixNano : endTimeUnixNano - startTimeUnixNano;
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareIds(a: Trace, b: Trace): number {
  return a.traceId < b.traceId ? -1 : 1;
}

function isWithin(span: Span | undefined, window: { fromUnixNano: bigint; toUnixNano: bigint }): boolean {
  if (span === undefined) return false;
  return span.startTimeUnixNano >= window.fromUnixNano && span.startTimeUnixNano < window.toUnixNano;
}

function explain(conditions: QueryConditions): string {
  return JSON.stringify(conditions, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
