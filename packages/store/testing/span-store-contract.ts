// oxlint-disable max-lines -- a case file, read from top to bottom
import { randomUUID } from 'node:crypto';
import {
  assembleTrace,
  type Attributes,
  type AttributeValue,
  CodedError,
  isErrorSpan,
  type Resource,
  type Span,
  SpanKind,
  StatusCode,
  type Trace,
} from '@throughline/model';
import { arbitrarySpan, arbitraryTangledSpans, copyOfSpan } from '@throughline/model/testing/arbitraries';
import {
  matchSpanPredicate,
  matchTrace,
  type QueryConditions,
  queryConditions,
  satisfiesConditions,
  type SpanPredicate,
  type TraceCondition,
} from '@throughline/traceql';
import { arbitraryQuery, arbitraryVocabularySpans } from '@throughline/traceql/testing/arbitraries';
import { columnsFromSpans } from '@throughline/wire';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributeContract } from './attribute-contract.ts';
import { columnsContract } from './columns-contract.ts';
import { countContract } from './count-contract.ts';
import { facetContract } from './facet-contract.ts';
import { linkContract } from './link-contract.ts';
import { requestContract } from './request-contract.ts';
import type { DependencyEdge, SpanStore, TraceCandidate, TraceOrder, TraceSearch } from '../src/index.ts';

const BASE = 1_700_000_040_000_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;

export const EVERYTHING: QueryConditions = { condition: { kind: 'spans', predicate: { kind: 'true' } }, exact: true };

/** What every store must do. Each case uses a tenant of its own, so one open store serves all of them. */
export function spanStoreContract(name: string, open: () => Promise<SpanStore>): void {
  describe(`${name} as a SpanStore`, () => {
    let store: SpanStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
    });

    const write = async (tenant: string, spans: readonly Span[]): Promise<void> => {
      await store.write({ tenant, columns: columnsFromSpans({ spans, rejected: {} }) });
    };
    const find = async (tenant: string, search: Partial<TraceSearch> = {}): Promise<TraceCandidate[]> => {
      const found: TraceCandidate[] = [];
      const full: TraceSearch = { tenant, conditions: EVERYTHING, order: 'newest', ...search };
      for await (const page of store.findTraces(full)) found.push(...page);
      return found;
    };
    const ids = (candidates: readonly TraceCandidate[]): string[] => candidates.map(({ traceId }) => traceId);

    describe('spans', () => {
      it('come back as they were written, whatever they hold', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(arbitrarySpan, { minLength: 1, maxLength: 20 }), async (spans) => {
            const tenant = newTenant();
            await write(tenant, spans);
            const traces = await store.readTraces(
              tenant,
              spans.map(({ traceId }) => traceId),
            );
            for (const span of spans) {
              const stored = traces.get(span.traceId)?.spans.find(({ spanId }) => spanId === span.spanId);
              expect(stored).toBeDefined();
              expect(stored?.weight).toBe(span.weight);
              // The model's own notion of an exact copy.
              expect(assembleTrace([span, ...(stored === undefined ? [] : [stored])])).toMatchObject({ copyCount: 1 });
            }
          }),
          { numRuns: 12 },
        );
      });

      it('keep int64 and double apart and exact', async () => {
        const tenant = newTenant();
        const attributes: [string, AttributeValue][] = [
          ['min', -(2n ** 63n)],
          ['max', 2n ** 63n - 1n],
          ['one', 1n],
          ['double one', 1],
          ['negative zero', -0],
          ['nan', Number.NaN],
          ['inf', Number.POSITIVE_INFINITY],
          ['tiny', Number.MIN_VALUE],
          ['bytes', new Uint8Array([0, 255])],
          ['empty', ''],
          ['nothing', null],
          ['list', [1n, 1, 'x', true, null, new Uint8Array([1]), ['y'], new Map([['z', 1n]])]],
          ['map', new Map<string, AttributeValue>([['a', new Map([['b', 2n]])]])],
        ];
        const resource = resourceOf('front', attributes);
        const span = spanOf({ attributes: new Map(attributes), resource });
        await write(tenant, [span]);
        const stored = (await store.readTraces(tenant, [span.traceId])).get(span.traceId)?.spans[0];
        expect(stored?.attributes).toEqual(span.attributes);
        expect(stored?.resource).toEqual(resource);
        expect(Object.is(stored?.attributes.get('negative zero'), -0)).toBe(true);
      });

      it('are visible to every query once written, and not before to other tenants', async () => {
        const [a, b] = [newTenant(), newTenant()];
        const span = spanOf({});
        await write(a, [span]);
        expect(ids(await find(a))).toEqual([span.traceId]);
        expect(await store.services(a)).toEqual(['front']);
        expect((await store.readTraces(a, [span.traceId])).size).toBe(1);
        expect(await find(b)).toEqual([]);
        expect(await store.services(b)).toEqual([]);
        expect((await store.readTraces(b, [span.traceId])).size).toBe(0);
        expect(await store.summarizeTraces(b, [span])).toEqual([]);
        expect(await store.dependencies(b)).toEqual([]);
      });

      it('are cut at the limit of a trace, and only there', async () => {
        const tenant = newTenant();
        const spans = Array.from({ length: 4 }, (_, i) => spanOf({ spanId: spanId(i + 1) }));
        await write(tenant, spans);
        const { traceId = '' } = spans[0] ?? {};
        const read = async (maxSpansPerTrace: number) =>
          (await store.readTraces(tenant, [traceId], { maxSpansPerTrace })).get(traceId);
        expect(await read(4)).toMatchObject({ truncated: false, spans: { length: 4 } });
        expect(await read(3)).toMatchObject({ truncated: true, spans: { length: 3 } });
      });

      it('can be read without their details', async () => {
        const tenant = newTenant();
        const spans = [
          spanOf({ spanId: spanId(1), attributes: new Map([['key', 'value']]), weight: 2 }),
          spanOf({ spanId: spanId(2), parentSpanId: spanId(1), attributes: new Map([['error', true]]) }),
          spanOf({ spanId: spanId(3), parentSpanId: spanId(2), status: { code: StatusCode.ERROR, message: 'no' } }),
        ];
        await write(tenant, spans);
        const { traceId = '' } = spans[0] ?? {};
        const read = (await store.readTraces(tenant, [traceId], { detail: 'structure' })).get(traceId)?.spans ?? [];
        const structureOf = (all: readonly Span[]) =>
          assembleTrace(all).spans.map((span) => ({
            spanId: span.spanId,
            parentSpanId: span.parentSpanId,
            name: span.name,
            kind: span.kind,
            times: [span.startTimeUnixNano, span.endTimeUnixNano],
            weight: span.weight,
            resource: span.resource,
            isError: isErrorSpan(span),
          }));
        expect(structureOf(read)).toEqual(structureOf(spans));
      });

      it('of concurrent writes are all there', async () => {
        const tenant = newTenant();
        const traceIds = Array.from({ length: 30 }, (_, i) => traceId(i + 1));
        await Promise.all(traceIds.map((id, i) => write(tenant, [spanOf({ traceId: id, spanId: spanId(i + 1) })])));
        expect(ids(await find(tenant)).sort()).toEqual(traceIds);
      });

      it('may be an empty batch', async () => {
        await expect(write(newTenant(), [])).resolves.toBeUndefined();
      });

      it('may have any start and end', async () => {
        const tenant = newTenant();
        const times = [0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, BASE];
        const spans = times.map((start, i) =>
          spanOf({
            traceId: traceId(i + 1),
            startTimeUnixNano: start,
            endTimeUnixNano: times[(i + 1) % times.length] ?? 0n,
          }),
        );
        await write(tenant, spans);
        const expected = spans
          .map((span) => assembleTrace([span]))
          .sort((a, b) => (a.startTimeUnixNano > b.startTimeUnixNano ? -1 : 1));
        expect(await find(tenant)).toEqual(expected.map((trace) => ({ ...boundsOf(trace), exact: true })));
        for (const span of spans) {
          const window = { fromUnixNano: span.startTimeUnixNano, toUnixNano: span.startTimeUnixNano + 1n };
          expect(ids(await find(tenant, { window }))).toEqual([span.traceId]);
          expect(await store.services(tenant, window)).toEqual(['front']);
        }
      });
    });

    describe('copies', () => {
      it('change no answer', async () => {
        const [once, twice] = [newTenant(), newTenant()];
        const client = spanOf({ spanId: spanId(1), resource: resourceOf('front') });
        const server = spanOf({ spanId: spanId(2), parentSpanId: spanId(1), resource: resourceOf('back'), weight: 4 });
        const spans = [client, withWeight(server)];
        await write(once, spans);
        await write(twice, spans);
        await write(twice, spans.map(copyOfSpan));
        await write(twice, [...spans, ...spans]);
        const window = { fromUnixNano: BASE, toUnixNano: BASE + MINUTE };
        const answers = async (tenant: string) => [
          await find(tenant),
          await store.summarizeTraces(tenant, [client]),
          await store.services(tenant),
          await store.operations(tenant, 'back'),
          await store.dependencies(tenant),
          await store.red(tenant, { window }),
        ];
        expect(await answers(twice)).toEqual(await answers(once));
        expect(await store.summarizeTraces(twice, [client])).toMatchObject([{ spanCount: 2 }]);
      });

      it('with other content are other spans', async () => {
        const tenant = newTenant();
        await write(tenant, [spanOf({ name: 'a' })]);
        await write(tenant, [spanOf({ name: 'b' })]);
        expect(await store.summarizeTraces(tenant, [spanOf({})])).toMatchObject([
          { spanCount: 2, operations: ['a', 'b'] },
        ]);
      });

      it('count once in summaries of any spans', async () => {
        await fc.assert(
          fc.asyncProperty(arbitraryTangledSpans({ maxSpans: 8 }), async (spans) => {
            const [first] = spans;
            if (first === undefined) return;
            const tenant = newTenant();
            const middle = spans.length >> 1;
            await write(tenant, spans.slice(0, middle));
            await write(tenant, spans.slice(middle));
            const trace = assembleTrace(spans);
            expect(await store.summarizeTraces(tenant, [first])).toMatchObject([
              { ...boundsOf(trace), spanCount: trace.spans.length },
            ]);
          }),
          { numRuns: 8 },
        );
      });
    });

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
        for await (const page of store.findTraces({ tenant, conditions: EVERYTHING, order: 'newest' })) {
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
        expect(await store.summarizeTraces(tenant, asked)).toEqual([
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

    describe('services and operations', () => {
      it('are sorted, over everything or by minute', async () => {
        const tenant = newTenant();
        await write(tenant, [
          spanOf({ name: 'b', kind: SpanKind.CLIENT }),
          spanOf({ spanId: spanId(2), name: 'b', kind: SpanKind.SERVER }),
          spanOf({ spanId: spanId(3), name: 'a', startTimeUnixNano: BASE + 3n * MINUTE }),
          spanOf({ spanId: spanId(4), resource: resourceOf(undefined) }),
        ]);
        expect(await store.services(tenant)).toEqual(['front', 'unknown_service']);
        expect(await store.operations(tenant, 'front')).toEqual([
          { name: 'a', kind: SpanKind.SERVER },
          { name: 'b', kind: SpanKind.SERVER },
          { name: 'b', kind: SpanKind.CLIENT },
        ]);
        const window = (from: bigint, to: bigint) => ({ fromUnixNano: BASE + from, toUnixNano: BASE + to });
        expect(await store.operations(tenant, 'front', window(MINUTE, 3n * MINUTE))).toEqual([]);
        expect(await store.operations(tenant, 'front', window(MINUTE, 3n * MINUTE + 1n))).toEqual([
          { name: 'a', kind: SpanKind.SERVER },
        ]);
        expect(await store.services(tenant, window(0n, 1n))).toEqual(['front', 'unknown_service']);
        expect(await store.services(tenant, window(-MINUTE, 0n))).toEqual([]);
        expect(await store.operations(tenant, 'nobody')).toEqual([]);
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
        expectEdges(await store.dependencies(tenant), expected);
        const from = BASE + 2n * MINUTE;
        expectEdges(await store.dependencies(tenant, { fromUnixNano: from, toUnixNano: from + 1n }), expected);
        expect(await store.dependencies(tenant, { fromUnixNano: from + 1n, toUnixNano: from + MINUTE })).toEqual([]);
        expect(await store.dependencies(tenant, { fromUnixNano: BASE, toUnixNano: from })).toEqual([]);
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
        expect(await store.red(tenant, { window })).toEqual([get]);
        const both = { fromUnixNano: BASE, toUnixNano: BASE + MINUTE + 1n };
        expect(await store.red(tenant, { window: both })).toEqual([get, sampled]);
        expect(await store.red(tenant, { window: both, service: 'front' })).toEqual([get, sampled]);
        expect(await store.red(tenant, { window: both, service: 'back' })).toEqual([]);
      });
    });

    attributeContract({
      store: () => store,
      write,
      newTenant,
      startUnixNano: BASE,
      span: (n, attributes, { resource, service = 'front', weight = 1 } = {}) => {
        const startTimeUnixNano = BASE + BigInt(n) * SECOND;
        const span = spanOf({
          spanId: spanId(n + 1),
          startTimeUnixNano,
          endTimeUnixNano: startTimeUnixNano + 1n,
          attributes,
          resource: resourceOf(service, resource),
        });
        return weight === 4 ? withWeight(span) : span;
      },
    });

    const tools = {
      store: () => store,
      write,
      newTenant,
      span: spanOf,
      resource: resourceOf,
      error: ERROR,
      startUnixNano: BASE,
    };
    requestContract(tools);
    countContract(tools);
    facetContract(tools);
    columnsContract(tools);
    linkContract(tools);

    it('rejects a query whose signal is aborted with its reason', async () => {
      const reason = new Error('changed my mind');
      const signal = AbortSignal.abort(reason);
      const tenant = newTenant();
      await expect(store.services(tenant, undefined, { signal })).rejects.toBe(reason);
      await expect(store.readTraces(tenant, [traceId(1)], { signal })).rejects.toBe(reason);
      const search = store.findTraces({ tenant, conditions: EVERYTHING, order: 'newest' }, { signal });
      await expect(search[Symbol.asyncIterator]().next()).rejects.toBe(reason);
    });

    it('tells its state', async () => {
      const last = 2n ** 64n - 1n;
      const first = spanOf({ startTimeUnixNano: 0n });
      await write(newTenant(), [first, spanOf({ startTimeUnixNano: last, endTimeUnixNano: last })]);
      const status = await store.status();
      expect(status.spanRowCount).toBeGreaterThan(0);
      expect(status.memoryBytes).toBeGreaterThan(0);
      expect(status.counters['spans_written']).toBeGreaterThan(0);
      expect(status.dataWindow?.fromUnixNano).toBe(0n);
      expect(status.dataWindow?.toUnixNano).toBe(2n ** 64n);
      expect(await store.ready()).toEqual({ ready: true });
    });

    it('tells what a tenant has', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const span = spanOf({ startTimeUnixNano: BASE + MINUTE, endTimeUnixNano: BASE + 5n * MINUTE });
      await write(tenant, [span, spanOf({ spanId: spanId(2), startTimeUnixNano: BASE + 2n * MINUTE })]);
      await write(other, [spanOf({})]);
      expect(await store.status(tenant)).toMatchObject({
        spanRowCount: 2,
        dataWindow: { fromUnixNano: BASE + MINUTE, toUnixNano: BASE + 2n * MINUTE + 1n },
      });
      expect(await store.status(other)).toMatchObject({
        spanRowCount: 1,
        dataWindow: { fromUnixNano: BASE, toUnixNano: BASE + 1n },
      });
      expect(await store.status(newTenant())).toMatchObject({ spanRowCount: 0, dataWindow: undefined });
    });

    it('stores what was taken before it closes, closes twice, and refuses everything afterwards', async () => {
      const tenant = newTenant();
      const written = write(tenant, [spanOf({})]);
      await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
      await expect(written).resolves.toBeUndefined();
      await expect(write(tenant, [spanOf({})])).rejects.toMatchObject({ code: 'closed' });
      await expect(store.services(tenant)).rejects.toBeInstanceOf(CodedError);
      await expect(find(tenant)).rejects.toMatchObject({ code: 'closed' });
      expect(await store.ready()).toMatchObject({ ready: false });
      await store[Symbol.asyncDispose]();
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

const ERROR = { code: StatusCode.ERROR, message: 'broken' } as const;

export function newTenant(): string {
  return randomUUID();
}

export function traceId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

export function spanId(n: number): string {
  return n.toString(16).padStart(16, '0');
}

export function resourceOf(service: string | undefined, more: Iterable<[string, AttributeValue]> = []): Resource {
  const attributes: Attributes = new Map<string, AttributeValue>([
    ...(service === undefined ? [] : [['service.name', service] as const]),
    ...more,
  ]);
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' };
}

const SCOPE = { name: 'lib', version: '1.0', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' };

/** A span of the first trace; its weight must be what its trace state says. */
export function spanOf(fields: Partial<Span>): Span {
  return {
    traceId: traceId(1),
    spanId: spanId(1),
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'GET /',
    kind: SpanKind.SERVER,
    startTimeUnixNano: BASE,
    endTimeUnixNano: BASE + SECOND,
    attributes: new Map(),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: StatusCode.UNSET, message: '' },
    resource: resourceOf('front'),
    scope: SCOPE,
    weight: 1,
    ...fields,
  };
}

/** The span as one of four. */
function withWeight(span: Span): Span {
  return { ...span, traceState: 'ot=th:c', weight: 4 };
}

function boundsOf({ traceId: id, startTimeUnixNano, endTimeUnixNano }: Trace) {
  return { traceId: id, startTimeUnixNano, endTimeUnixNano };
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
