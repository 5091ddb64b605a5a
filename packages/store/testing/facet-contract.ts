import { assembleTrace, type AttributeValue, type Span } from '@throughline/model';
import { filterQuery, matchTrace, queryConditions } from '@throughline/traceql';
import { arbitraryFilterQuery, arbitraryVocabularySpans } from '@throughline/traceql/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FacetField, facetsOfSpans } from '../src/index.ts';
import type { RequestContract } from './request-contract.ts';

const EVERYTHING = { fromUnixNano: 0n, toUnixNano: 2n ** 64n };
const { spanset } = filterQuery({ kind: 'literal', type: 'boolean', value: true });
const ALL = queryConditions({ kind: 'query', spanset });
const INEXACT = queryConditions({ kind: 'query', spanset: { kind: 'spansetAnd', operands: [spanset, spanset] } });

/** What every store must tell of the values of spans. A part of the contract of a SpanStore. */
export function facetContract({ store, write, newTenant, span, resource, error }: RequestContract): void {
  const spanWith = (
    n: number,
    attributes: Readonly<Record<string, AttributeValue>>,
    fields: Partial<Span> = {},
  ): Span =>
    span({
      traceId: n.toString(16).padStart(32, '0'),
      attributes: new Map(Object.entries(attributes)),
      ...fields,
    });

  describe('facets', () => {
    it('count the values of distinct weighted spans, by type, the most frequent first', async () => {
      const tenant = newTenant();
      const spans = [
        spanWith(1, { route: '/a', code: 200n }, { status: error }),
        spanWith(2, { route: '/a', code: 200 }, { traceState: 'ot=th:c', weight: 4 }),
        spanWith(3, { route: '/b', code: '200', ok: true }, { resource: resource('back') }),
        spanWith(4, { route: new Map([['x', 1n]]), code: Number.NaN }, { kind: 3, name: 'other' }),
      ];
      await write(tenant, spans);
      await write(tenant, spans);
      const fields: readonly FacetField[] = [
        { scope: 'span', name: 'route' },
        { scope: 'resource', name: 'service.name' },
        { scope: 'span', name: 'code' },
        { scope: 'intrinsic', name: 'status' },
        { scope: 'intrinsic', name: 'kind' },
        { scope: 'span', name: 'ok' },
        { scope: 'resource', name: 'nothing' },
        { scope: 'span', name: 'lone \ud800' },
      ];
      const one = { count: 1, errorCount: 0 };
      const facets = await store().facets(tenant, { conditions: ALL, window: EVERYTHING, fields, limit: 10 });
      expect(facets).toEqual({
        count: 7,
        errorCount: 1,
        facets: [
          {
            values: [
              { type: 'string', value: '/a', count: 5, errorCount: 1 },
              { type: 'string', value: '/b', ...one },
            ],
            more: false,
            missingCount: 1,
          },
          {
            values: [
              { type: 'string', value: 'front', count: 6, errorCount: 1 },
              { type: 'string', value: 'back', ...one },
            ],
            more: false,
            missingCount: 0,
          },
          {
            values: [
              { type: 'double', value: 200, count: 4, errorCount: 0 },
              { type: 'string', value: '200', ...one },
              { type: 'int', value: 200n, count: 1, errorCount: 1 },
              { type: 'double', value: Number.NaN, ...one },
            ],
            more: false,
            missingCount: 0,
          },
          {
            values: [
              { type: 'int', value: 0n, count: 6, errorCount: 0 },
              { type: 'int', value: 2n, count: 1, errorCount: 1 },
            ],
            more: false,
            missingCount: 0,
          },
          {
            values: [
              { type: 'int', value: 2n, count: 6, errorCount: 1 },
              { type: 'int', value: 3n, ...one },
            ],
            more: false,
            missingCount: 0,
          },
          { values: [{ type: 'bool', value: true, ...one }], more: false, missingCount: 6 },
          { values: [], more: false, missingCount: 7 },
          { values: [], more: false, missingCount: 7 },
        ],
      });
    });

    it('have so many values and tell that there are more', async () => {
      const tenant = newTenant();
      const spans = [3, 3, 3, 2, 2, 1].map((value, i) => spanWith(i + 1, { value: BigInt(value) }));
      await write(tenant, [...spans, spanWith(9, {})]);
      const fields = [{ scope: 'span', name: 'value' }] as const;
      const facet = async (limit: number) =>
        (await store().facets(tenant, { conditions: ALL, window: EVERYTHING, fields, limit }))?.facets[0];
      expect(await facet(3)).toMatchObject({ values: { length: 3 }, more: false, missingCount: 1 });
      expect(await facet(2)).toMatchObject({ values: [{ value: 3n }, { value: 2n }], more: true, missingCount: 1 });
    });

    it('of nothing are empty, and are left to the caller where conditions are not exact', async () => {
      const tenant = newTenant();
      await write(tenant, [spanWith(1, { a: 1n })]);
      const fields = [{ scope: 'span', name: 'a' }] as const;
      const empty = { fromUnixNano: 5n, toUnixNano: 5n };
      const none = { values: [], more: false, missingCount: 0 };
      expect(await store().facets(tenant, { conditions: ALL, window: empty, fields, limit: 1 })).toEqual({
        count: 0,
        errorCount: 0,
        facets: [none],
      });
      expect(await store().facets(tenant, { conditions: ALL, window: EVERYTHING, fields: [], limit: 1 })).toEqual({
        count: 1,
        errorCount: 0,
        facets: [],
      });
      expect(
        await store().facets(tenant, { conditions: INEXACT, window: EVERYTHING, fields, limit: 1 }),
      ).toBeUndefined();
    });

    it('are those of the spans that the language selects, whatever these are', async () => {
      let countedCount = 0;
      const arbitraryTraces = fc
        .array(arbitraryVocabularySpans(), { minLength: 3, maxLength: 8 })
        .map((traces) =>
          traces.map((spans, i) => spans.map((each) => ({ ...each, traceId: (i + 1).toString(16).padStart(32, '0') }))),
        );
      const queries = fc.array(arbitraryFilterQuery, { minLength: 4, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(arbitraryTraces, queries, async (traces, asked) => {
          const tenant = newTenant();
          const spans = traces.flat();
          await write(tenant, spans);
          const fields = fieldsOf(spans);
          for (const query of asked) {
            const scan = { conditions: queryConditions(query), window: EVERYTHING, fields, limit: 1000 };
            const facets = await store().facets(tenant, scan);
            if (facets === undefined) continue;
            countedCount++;
            const matching = traces.flatMap((each) => {
              const trace = assembleTrace(each);
              return (matchTrace(query, trace) ?? []).flatMap((row) => trace.spans[row] ?? []);
            });
            expect(facets).toEqual(facetsOfSpans(matching, scan));
          }
        }),
        { numRuns: 8 },
      );
      expect(countedCount).toBeGreaterThan(0);
    });
  });

  describe('names of facets', () => {
    it('are those that tell spans apart', async () => {
      const tenant = newTenant();
      const spans = Array.from({ length: 12 }, (_, i) =>
        spanWith(
          i + 1,
          { id: `id-${i}`, route: `/${i % 3}`, same: 'x', ...(i < 6 && { rare: BigInt(i % 2) }) },
          i % 4 === 0 ? { resource: resource('back') } : {},
        ),
      );
      await write(tenant, spans);
      const names = (limit: number) =>
        store().facetNames(tenant, { conditions: ALL, window: EVERYTHING, maxSpanCount: 100, limit });
      expect(await names(10)).toEqual([
        { scope: 'resource', name: 'service.name', spanCount: 12, valueCount: 2 },
        { scope: 'span', name: 'route', spanCount: 12, valueCount: 3 },
        { scope: 'span', name: 'rare', spanCount: 6, valueCount: 2 },
      ]);
      expect(await names(1)).toHaveLength(1);
      const scan = { conditions: INEXACT, window: EVERYTHING, maxSpanCount: 100, limit: 10 };
      expect(await store().facetNames(tenant, scan)).toBeUndefined();
    });
  });
}

function fieldsOf(spans: readonly Span[]): readonly FacetField[] {
  const names = (of: (span: Span) => Iterable<string>): string[] => [
    ...new Set(spans.flatMap((each) => [...of(each)])),
  ];
  return [
    { scope: 'intrinsic', name: 'name' },
    { scope: 'intrinsic', name: 'kind' },
    { scope: 'resource', name: 'service.name' },
    ...names(({ attributes }) => attributes.keys())
      .slice(0, 9)
      .map((name) => ({ scope: 'span', name }) as const),
    ...names(({ resource }) => resource.attributes.keys())
      .slice(0, 6)
      .map((name) => ({ scope: 'resource', name }) as const),
  ];
}
