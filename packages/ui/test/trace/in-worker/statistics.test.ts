import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createDetailsReader } from '../../../src/trace/span-details.ts';
import { attributeGroups, attributeNames } from '../../../src/trace/in-worker/attribute-groups.ts';
import { pathColumns } from '../../../src/trace/in-worker/path-columns.ts';
import { rowOrder, SORT_KEYS } from '../../../src/trace/in-worker/row-order.ts';
import { wholeTrace } from '../../../src/trace/in-worker/row-scope.ts';
import { columnGroups, groupStatistics } from '../../../src/trace/in-worker/statistics.ts';
import { arbitraryTrace } from '../arbitrary-trace.ts';
import { columnsOf } from '../columns-of.ts';

const shop = columnsOf([
  { startMs: 0, durationMs: 100, name: 'GET /', service: 'web', attributes: { 'http.route': '/', region: 'eu' } },
  { parent: 0, startMs: 10, durationMs: 20, name: 'load', service: 'stock', error: true, attributes: { region: 'us' } },
  { parent: 0, startMs: 40, durationMs: 50, name: 'load', service: 'stock', attributes: { region: 'eu' } },
]);

describe('statistics', () => {
  it('add up by service, operation and attribute', () => {
    const paths = pathColumns(shop);
    const [web, stock] = groupStatistics(shop, paths, columnGroups(shop, 'service'), wholeTrace(shop));
    expect(web).toMatchObject({ label: 'web', spanCount: 1, totalNano: 100e6, selfNano: 30e6, criticalNano: 30e6 });
    expect(stock).toMatchObject({ spanCount: 2, errorCount: 1, p50Nano: 20e6, p95Nano: 50e6, maxNano: 50e6 });
    expect(stock?.criticalNano).toBe(70e6);
    expect(shop.durationNano[stock?.maxRow ?? 0]).toBe(50e6);
    const byOperation = groupStatistics(shop, paths, columnGroups(shop, 'operation'), wholeTrace(shop));
    expect(byOperation.map(({ service, label }) => [service, label])).toEqual([
      ['web', 'GET /'],
      ['stock', 'load'],
    ]);
    const groups = attributeGroups(shop, createDetailsReader(shop), 'region');
    const byRegion = groupStatistics(shop, paths, groups, wholeTrace(shop));
    expect(byRegion.map(({ label, spanCount }) => [label, spanCount])).toEqual([
      ['eu', 2],
      ['us', 1],
    ]);
  });

  it('leave out what is filtered out, and spans without the attribute', () => {
    const paths = pathColumns(shop);
    const scope = { ...wholeTrace(shop), hidden: Uint8Array.of(0, 1, 0) };
    const services = groupStatistics(shop, paths, columnGroups(shop, 'service'), scope);
    expect(services.map(({ label, spanCount }) => [label, spanCount])).toEqual([
      ['web', 1],
      ['stock', 1],
    ]);
    const groups = attributeGroups(shop, createDetailsReader(shop), 'http.route');
    expect([...groups.groupOf]).toEqual([0, -1, -1]);
  });

  it('of all groups count every span once and charge the whole critical path', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.constantFrom('service', 'operation', 'kind'), (columns, by) => {
        const paths = pathColumns(columns);
        const groups = groupStatistics(columns, paths, columnGroups(columns, by), wholeTrace(columns));
        expect(groups.reduce((sum, { spanCount }) => sum + spanCount, 0)).toBe(columns.spanCount);
        const critical = groups.reduce((sum, { criticalNano }) => sum + criticalNano, 0);
        expect(critical + paths.gapNano).toBe(paths.totalNano);
        for (const { p50Nano, p95Nano, maxNano } of groups) {
          expect(p50Nano).toBeLessThanOrEqual(p95Nano);
          expect(p95Nano).toBeLessThanOrEqual(maxNano);
        }
      }),
    );
  });
});

it('names the attributes, the most frequent first', () => {
  expect(attributeNames(shop, createDetailsReader(shop)).slice(0, 1)).toEqual(['region']);
  expect(attributeNames(shop, createDetailsReader(shop))).toEqual(
    expect.arrayContaining(['http.route', 'service.name']),
  );
});

describe('the order of the span table', () => {
  it('is by the column, both ways, and has every span once', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.constantFrom(...SORT_KEYS), fc.boolean(), (columns, key, descending) => {
        const paths = pathColumns(columns);
        const order = rowOrder(columns, paths, key, descending, wholeTrace(columns));
        expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from(order, (_, row) => row));
        if (key !== 'duration') return;
        const durations = Array.from(order, (row) => columns.durationNano[row] ?? 0);
        expect(durations).toEqual(durations.toSorted((a, b) => (descending ? b - a : a - b)));
      }),
    );
  });
});
