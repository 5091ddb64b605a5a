import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleTrace, durationNano, type Span } from '@throughline/model';
import { openChdbStore, openMemoryStore, type SpanStore } from '@throughline/store';
import { matchTrace, printQuery } from '@throughline/traceql';
import {
  arbitraryFilterQuery,
  arbitraryQuery,
  arbitraryVocabularySpans,
} from '@throughline/traceql/testing/arbitraries';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heatMapRegion } from '../../../src/client/heat-map-region.ts';
import type { HeatMapAnswer } from '../../../src/native/explore/explore-answer-types.ts';
import { heatMapAnswer } from '../../../src/native/explore/explore-schemas.ts';
import { type TestApi, testApi } from '../../api.ts';
import { EPOCH_SECONDS, EPOCH_UNIX_NANO, span, traceIdOf } from '../../spans.ts';
import { storeOf, writeSpans } from '../../store.ts';

const WINDOW = `start_time=${EPOCH_SECONDS}&end_time=${EPOCH_SECONDS + 600}`;

const encoded = (parameters: Readonly<Record<string, string | number>>): string =>
  new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString();

async function mapOf(api: TestApi, parameters: string): Promise<HeatMapAnswer> {
  return heatMapAnswer.parse(await api.json(`/v1/heatmap?${parameters}`));
}

describe('GET /v1/heatmap', () => {
  const spans = [
    span({ trace: 1, id: 1, durationMs: 100 }),
    span({ trace: 1, id: 2, parent: 1, durationMs: 50, error: true }),
    span({ trace: 2, id: 1, startMs: 61_000, durationMs: 1_000, error: true }),
    span({ trace: 3, id: 1, startMs: 599_999, durationMs: 100, service: 'other' }),
    span({ trace: 4, id: 1, startMs: 600_000, durationMs: 100 }),
  ];

  it('counts the roots where nothing is asked, and says so', async () => {
    const api = await testApi(await storeOf(spans));
    const map = await mapOf(api, `${WINDOW}&columns=12&rows=2`);
    expect(map).toMatchObject({ filter: '{ nestedSetParent < 0 }', complete: true, reasons: [], step_seconds: 60 });
    expect(map).toMatchObject({ count: 3, error_count: 1, window: { chosen: 'request' } });
    // 23:30:58 to 23:40:58.
    expect(map.first_column_time).toBe(EPOCH_SECONDS - 58);
    expect(map.column_count).toBe(11);
    expect(map.rows.length).toBeLessThanOrEqual(2);
    expect(map.cells).toEqual([
      { column: 0, row: 0, count: 1, error_count: 0 },
      { column: 1, row: 1, count: 1, error_count: 1 },
      { column: 10, row: 0, count: 1, error_count: 0 },
    ]);
  });

  it('counts what is asked, and everything where that is asked', async () => {
    const api = await testApi(await storeOf(spans));
    expect(await mapOf(api, `${WINDOW}&q=${encodeURIComponent('{ }')}`)).toMatchObject({ count: 4, filter: '{ }' });
    expect(await mapOf(api, `${WINDOW}&service=other`)).toMatchObject({ count: 1 });
    const slow = await mapOf(api, `${WINDOW}&min_duration=500ms`);
    expect(slow).toMatchObject({ count: 1, filter: '{ trace:duration >= 500ms }' });
    const none = await mapOf(api, `${WINDOW}&service=nobody`);
    expect(none).toMatchObject({ count: 0, rows: [], cells: [], complete: true });
  });

  it('counts the spans of a larger query from its traces, and says where it stopped', async () => {
    const store = await storeOf(spans);
    const api = await testApi(store);
    const both = encoded({ q: '{ } > { status = error }' });
    const map = await mapOf(api, `${WINDOW}&${both}`);
    expect(map).toMatchObject({ count: 1, error_count: 1, complete: true });
    expect(map.filter_parts).toEqual(['{ } > { status = error && ', ' }']);
    const limited = await testApi(store, { limits: { maxCountedTraces: 1 } });
    const cut = await mapOf(limited, `${WINDOW}&${encoded({ q: '({ } > { }) || { }' })}`);
    expect(cut).toMatchObject({ count: 1, complete: false, reasons: [{ code: 'count_limit' }] });
    expect((await mapOf(api, `${WINDOW}&${encoded({ q: '{ } && { }' })}`)).filter_parts).toEqual([]);
  });

  it('refuses more columns and rows than there may be', async () => {
    const api = await testApi(await storeOf([]));
    for (const [parameter, most] of [
      ['columns', 240],
      ['rows', 64],
    ] as const) {
      expect((await api.get(`/v1/heatmap?${WINDOW}&${parameter}=${most}`)).statusCode).toBe(200);
      const refused = await api.get(`/v1/heatmap?${WINDOW}&${parameter}=${most + 1}`);
      expect([refused.statusCode, refused.json().error]).toMatchObject([400, { code: 'invalid_parameter', parameter }]);
    }
  });

  it('has rows that begin at round durations, as fine as asked', async () => {
    const wide = [1e-5, 0.05, 1, 7, 999, 60_000].map((durationMs, i) => span({ trace: i, id: 1, durationMs }));
    const api = await testApi(await storeOf(wide));
    for (const rows of [2, 3, 7, 40, 64]) {
      const map = await mapOf(api, `${WINDOW}&rows=${rows}`);
      expect(map.rows.length).toBeLessThanOrEqual(rows);
      for (const [i, row] of map.rows.entries()) {
        expect(row.min_nano).toBe(i === 0 ? 0 : map.rows[i - 1]?.max_nano);
        expect(row.max_nano).toBeGreaterThan(row.min_nano);
      }
      expect(map.cells.reduce((sum, { count }) => sum + count, 0)).toBe(6);
    }
    const fine = await mapOf(api, `${WINDOW}&rows=64`);
    expect(fine.rows.map(({ min_nano }) => min_nano)).toContain(1_000_000_000);
  });

  it('has one row for what takes no time, whatever the others take', async () => {
    const lengths = [0, 5e-4, 100, 110, 200];
    const api = await testApi(await storeOf(lengths.map((durationMs, i) => span({ trace: i, id: 1, durationMs }))));
    const map = await mapOf(api, `${WINDOW}&rows=24`);
    const inRow = (row: number): number =>
      map.cells.filter((cell) => cell.row === row).reduce((sum, { count }) => sum + count, 0);
    expect(map.rows[0]).toEqual({ min_nano: 0, max_nano: map.rows[1]?.min_nano });
    expect(inRow(0)).toBe(2);
    // The next row is that of the shortest other span.
    expect(inRow(1)).toBeGreaterThan(0);
    expect(map.rows[1]?.min_nano).toBeGreaterThan(50_000_000);
    expect(map.rows.length).toBeLessThanOrEqual(24);
    const alone = await mapOf(await testApi(await storeOf([span({ trace: 1, id: 1, durationMs: 0 })])), WINDOW);
    expect(alone.rows).toEqual([{ min_nano: 0, max_nano: 1_000 }]);
  });
});

describe.each([
  ['memory', () => openMemoryStore(), 8],
  // Each of its queries takes a tenth of a second.
  ['chDB', () => openChdbStore({ directory, insertIntervalMs: 0 }), 3],
] as const)('a region of a heat map of the %s store', (_, open, numRuns) => {
  let store: SpanStore;
  let api: TestApi;
  beforeAll(async () => {
    store = await open();
    api = await testApi(store);
  });
  afterAll(() => store[Symbol.asyncDispose]());

  const arbitraryTraces = fc
    .array(arbitraryVocabularySpans(), { minLength: 4, maxLength: 8 })
    .map((traces) => traces.map((spans, i) => spans.map((each, j) => placed(each, i, j))));
  const arbitraryPart = fc.record({ column: fc.nat(), columns: fc.nat(), row: fc.nat(), rows: fc.nat() });
  const arbitraryQueries = fc.array(fc.tuple(fc.oneof(arbitraryFilterQuery, arbitraryQuery), arbitraryPart), {
    minLength: 6,
    maxLength: 6,
  });

  it('lists exactly the traces of the spans that its cells count', async () => {
    let tenant = 0;
    let listedCount = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryTraces, arbitraryQueries, async (traces, queries) => {
        const headers = { 'x-scope-orgid': `t${tenant++}` };
        await writeSpans(store, traces.flat(), headers['x-scope-orgid']);
        for (const [query, part] of queries) {
          const asked = encoded({ q: printQuery(query), start_time: EPOCH_SECONDS + 1, end_time: EPOCH_SECONDS + 599 });
          const map = heatMapAnswer.parse(await api.json(`/v1/heatmap?${asked}&columns=60&rows=9`, headers));
          expect(map.complete).toBe(true);
          if (map.cells.length === 0 || map.filter_parts.length === 0) continue;
          const firstColumn = part.column % map.column_count;
          const firstRow = part.row % map.rows.length;
          const region = {
            firstColumn,
            lastColumn: firstColumn + (part.columns % (map.column_count - firstColumn)),
            firstRow,
            lastRow: firstRow + (part.rows % (map.rows.length - firstRow)),
          };
          const search = heatMapRegion(map, region);
          if (search === undefined) throw new Error('no region');
          const found = await api.json(`/v1/traces?${encoded({ ...search })}&limit=1000`, headers);
          const counted = traces.flatMap((spans) => {
            const trace = assembleTrace(spans);
            const rows = matchTrace(query, trace) ?? [];
            return rows.flatMap((row) => trace.spans[row] ?? []).filter((each) => isInRegion(each, map, region));
          });
          const ids = (of: readonly { readonly trace_id: string }[]): string[] => of.map((each) => each.trace_id);
          const expected = [...new Set(counted.map(({ traceId }) => traceId))].toSorted();
          expect(ids(found.traces).toSorted(), search.q).toEqual(expected);
          const cells = map.cells.filter(
            ({ column, row }) =>
              column >= region.firstColumn &&
              column <= region.lastColumn &&
              row >= region.firstRow &&
              row <= region.lastRow,
          );
          const weight = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0);
          expect(weight(cells.map(({ count }) => count))).toBeCloseTo(weight(counted.map((each) => each.weight)), 6);
          listedCount += expected.length;
        }
      }),
      { numRuns },
    );
    expect(listedCount).toBeGreaterThan(0);
  });
});

const directory = await mkdtemp(join(tmpdir(), 'throughline-heat-map-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Within ten minutes of the epoch, with durations of its own. */
function placed(each: Span, trace: number, index: number): Span {
  const startTimeUnixNano = EPOCH_UNIX_NANO + BigInt(trace) * 83_000_000_000n + BigInt(index) * 1_000_000_007n;
  const duration = 10n ** BigInt(3 + ((trace * 7 + index * 5) % 8)) + (BigInt(index) % 3n) - 1n;
  return { ...each, traceId: traceIdOf(trace), startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + duration };
}

function isInRegion(each: Span, map: HeatMapAnswer, region: NonNullable<Parameters<typeof heatMapRegion>[1]>): boolean {
  const start = each.startTimeUnixNano;
  if (start < BigInt(map.window.start_time_unix_nano) || start >= BigInt(map.window.end_time_unix_nano)) return false;
  const step = BigInt(Math.round(map.step_seconds * 1e9));
  const column = (start - BigInt(map.first_column_time_unix_nano)) / step;
  if (column < region.firstColumn || column > region.lastColumn) return false;
  const duration = durationNano(each);
  const [first, last] = [map.rows[region.firstRow], map.rows[region.lastRow]];
  return first !== undefined && last !== undefined && duration >= first.min_nano && duration < last.max_nano;
}
