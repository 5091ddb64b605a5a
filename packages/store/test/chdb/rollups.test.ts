import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Span } from '@throughline/model';
import { arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import { columnsFromSpans } from '@throughline/wire';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChdbEngine } from '../../src/chdb/chdb-engine.ts';
import { openChdbStore } from '../../src/chdb/chdb-store.ts';
import { chdbDefaults } from '../../src/chdb/chdb-options.ts';
import { column, numberAt } from '../../src/native/native-values.ts';
import { openMemoryStore } from '../../src/memory/memory-store.ts';
import { readDependencies } from '../../src/rollup/read-dependencies.ts';
import { readRed } from '../../src/rollup/read-red.ts';
import { readMinuteStates, type RunQuery } from '../../src/rollup/rolled-minutes.ts';
import { Roller } from '../../src/rollup/roller.ts';
import type { SpanStore } from '../../src/span-store.ts';
import type { Facets } from '../../src/counting/facets.ts';
import type { HeatCell } from '../../src/counting/heat-map.ts';
import { SqlParameters } from '../../src/sql/sql-parameters.ts';
import { newTenant, resourceOf, spanId, spanOf, traceId } from '../../testing/sample-spans.ts';
import { EVERYTHING } from '../../testing/store-under-test.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-rollups-'));
let store: SpanStore;
let engine: ChdbEngine;
let writtenCount = 0;
const always = new AbortController().signal;
const ALL = { first: 0, last: 2 ** 32 - 1 };
const window = { fromUnixNano: 0n, toUnixNano: 2n ** 64n };

beforeAll(async () => {
  store = await openChdbStore({ directory, rollupIntervalMs: 0, insertIntervalMs: 0 });
  // A second set of sessions over the same engine, to roll up when the test says so.
  engine = new ChdbEngine({ ...chdbDefaults, directory: join(directory, 'engine') });
});
afterAll(async () => {
  await engine.close();
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const run: RunQuery = (sql, parameters) => engine.background(sql, parameters);
const write = async (to: SpanStore, tenant: string, spans: readonly Span[]): Promise<void> => {
  await to.write({ tenant, columns: columnsFromSpans({ spans, rejected: {} }) });
  writtenCount += spans.length;
};
const rollUp = async (): Promise<number> => {
  const roller = new Roller({
    run,
    now: () => 4e12,
    writtenCount: () => writtenCount,
    onRolled: () => undefined,
  });
  let total = 0;
  for (let count = 1; count > 0; total += count) count = await roller.rollUp(always);
  return total;
};
const isCurrent = async (tenant: string): Promise<boolean[]> =>
  (await readMinuteStates(run, tenant, ALL)).map((state) => state.areRequestsCurrent);

it('give the answers that the spans give', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryTraceSpans(), { minLength: 1, maxLength: 4 }), async (traces) => {
      const tenant = newTenant();
      const spans = traces.flat();
      await using memory = await openMemoryStore();
      await write(store, tenant, spans);
      await write(memory, tenant, spans);
      const before = [await readRed(run, tenant, undefined, window), await readDependencies(run, tenant, window)];
      await rollUp();
      expect((await isCurrent(tenant)).every(Boolean)).toBe(true);
      const after = [await store.red(tenant, { window }), await store.dependencies(tenant, window)];
      expect(after).toEqual(before);
      const counts = ({
        parent,
        child,
        callCount,
        errorCount,
      }: Awaited<ReturnType<SpanStore['dependencies']>>[number]) => ({
        parent,
        child,
        callCount: expect.closeTo(callCount, 3),
        errorCount: expect.closeTo(errorCount, 3),
      });
      expect(await store.dependencies(tenant, window)).toMatchObject(
        (await memory.dependencies(tenant, window)).map(counts),
      );
      const red = await store.red(tenant, { window });
      expect(red).toEqual(
        (await memory.red(tenant, { window })).map((point) => ({
          ...point,
          count: expect.closeTo(point.count, 3),
          errorCount: expect.closeTo(point.errorCount, 3),
          durationSumNano: expect.closeTo(point.durationSumNano, -Math.log10(1 + point.durationSumNano * 1e-9)),
        })),
      );
    }),
    { numRuns: 3 },
  );
});

it('give the requests and counts that the spans give, with copies and without', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryTraceSpans(), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (traces, twice) => {
        const tenant = newTenant();
        const spans = traces.flat();
        await write(store, tenant, spans);
        // With one more span: the same batch again is a repeated insert.
        const [{ startTimeUnixNano } = spanOf({})] = spans;
        if (twice) await write(store, tenant, [...spans, spanOf({ traceId: traceId(999), startTimeUnixNano })]);
        const scans = (['service', 'operation'] as const).map((by) => ({ by, window, stepNano: 3_600_000_000_000n }));
        const read = async () => ({
          groups: await Promise.all(scans.map((scan) => store.requestGroups(tenant, scan))),
          cells: await store.heatCells(tenant, {
            conditions: EVERYTHING,
            window,
            stepNano: 60_000_000_000n,
            boundsNano: [0n, 1_000_000n, 1_000_000_000n],
          }),
          facets: await store.facets(tenant, {
            conditions: EVERYTHING,
            window,
            fields: [
              { scope: 'intrinsic', name: 'kind' },
              { scope: 'resource', name: 'service.name' },
            ],
            limit: 50,
          }),
        });
        const before = await read();
        await rollUp();
        expect((await isCurrent(tenant)).every(Boolean)).toBe(true);
        const states = await readMinuteStates(run, tenant, ALL);
        if (twice) expect(states.some(({ isCopyFree }) => isCopyFree)).toBe(false);
        const after = await read();
        expect(after.facets?.count).toBeCloseTo(before.facets?.count ?? 0, 6);
        const counts = (of: Facets | undefined): unknown =>
          of?.facets.map(({ values }) =>
            values
              .map(({ value, count }) => [String(value), Math.round(count * 1000)])
              .toSorted(([x], [y]) => (String(x) < String(y) ? -1 : 1)),
          );
        expect(counts(after.facets)).toEqual(counts(before.facets));
        const counted = ({ column, row, count, errorCount }: HeatCell) => ({
          column,
          row,
          count: expect.closeTo(count, 6),
          errorCount: expect.closeTo(errorCount, 6),
        });
        expect(after.cells).toMatchObject(before.cells?.map(counted) ?? []);
        for (const [i, groups] of before.groups.entries()) {
          expect(after.groups[i]).toMatchObject(
            groups.map(({ service, operation, requestCount, durationMinNano, durationMaxNano, points }) => ({
              service,
              operation,
              requestCount: expect.closeTo(requestCount, 6),
              durationMinNano,
              durationMaxNano,
              points: points.map(({ startTimeUnixNano }) => ({ startTimeUnixNano })),
            })),
          );
        }
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
});

it('of part of a minute, or of steps that are none, are left aside', async () => {
  const tenant = newTenant();
  const span = spanOf({});
  const start = span.startTimeUnixNano;
  await write(store, tenant, [
    span,
    spanOf({
      traceId: traceId(2),
      startTimeUnixNano: start + 50_000_000_000n,
      endTimeUnixNano: start + 51_000_000_000n,
    }),
  ]);
  await rollUp();
  expect((await readMinuteStates(run, tenant, ALL)).map(({ isCopyFree }) => isCopyFree)).toEqual([true]);
  const requests = async (stepNano: bigint, to: bigint): Promise<number[]> => {
    const cut = { fromUnixNano: start, toUnixNano: start + to };
    const groups = await store.requestGroups(tenant, { by: 'service', window: cut, stepNano });
    return groups.flatMap(({ points }) => points.map(({ requestCount }) => requestCount));
  };
  expect(await requests(60_000_000_000n, 60_000_000_000n)).toEqual([2]);
  expect(await requests(60_000_000_000n, 50_000_000_000n)).toEqual([1]);
  expect(await requests(10_000_000_000n, 60_000_000_000n)).toEqual([1, 1]);
});

it('do not count any more when spans come late, and are made again', async () => {
  const tenant = newTenant();
  await write(store, tenant, [spanOf({})]);
  await rollUp();
  expect(await isCurrent(tenant)).toEqual([true]);
  await write(store, tenant, [spanOf({ spanId: spanId(2) })]);
  expect(await isCurrent(tenant)).toEqual([false]);
  expect(await store.red(tenant, { window })).toMatchObject([{ count: 2 }]);
  expect(await rollUp()).toBe(1);
  expect(await store.red(tenant, { window })).toMatchObject([{ count: 2 }]);
  expect(await isCurrent(tenant)).toEqual([true]);
});

it('are made of what a repeated insert did not add', async () => {
  const tenant = newTenant();
  const start = spanOf({}).startTimeUnixNano;
  // Each batch touches as many partitions as it has days.
  const batch = (n: number, dayCount: number): readonly Span[] =>
    Array.from({ length: dayCount }, (_, day) => {
      const startTimeUnixNano = start + BigInt(day) * 86_400_000_000_000n;
      return spanOf({ traceId: traceId(n), startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + 1_000_000n });
    });
  const rowCounts = async (): Promise<readonly number[]> =>
    (await readMinuteStates(run, tenant, ALL)).map(({ rowCount }) => rowCount);
  await write(store, tenant, batch(1, 1));
  await write(store, tenant, batch(1, 1));
  expect(await rowCounts()).toEqual([1]);
  // So few are remembered that the second batch's days push out the first one; also where it is counted.
  for (const table of ['spans', 'minute_rows']) {
    await engine.control(`ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 2`);
  }
  for (const n of [2, 2, 1, 1, 2]) await write(store, tenant, batch(n, n));
  for (const table of ['spans', 'minute_rows']) {
    await engine.control(`ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 1000`);
  }
  const parameters = new SqlParameters();
  const [stored] = await run(
    `SELECT count() AS rows FROM spans WHERE tenant = ${parameters.string(tenant)}`,
    parameters,
  );
  const storedCount = stored === undefined ? 0 : numberAt(column(stored, 'rows'), 0);
  expect((await rowCounts()).reduce((sum, count) => sum + count, 0)).toBe(storedCount);
  expect(await rollUp()).toBe(2);
  expect(await isCurrent(tenant)).toEqual([true, true]);
  expect(await store.red(tenant, { window })).toMatchObject([{ count: 2 }, { count: 1 }]);
});

it('notice a parent that comes after its children were rolled up', async () => {
  const tenant = newTenant();
  const start = spanOf({}).startTimeUnixNano;
  const child = spanOf({
    traceId: traceId(1),
    spanId: spanId(2),
    parentSpanId: spanId(1),
    resource: resourceOf('back'),
  });
  await write(store, tenant, [child]);
  await rollUp();
  expect(await store.dependencies(tenant)).toEqual([]);
  await write(store, tenant, [spanOf({ spanId: spanId(1), startTimeUnixNano: start - 5n * 60_000_000_000n })]);
  expect(await store.dependencies(tenant)).toMatchObject([{ parent: 'front', child: 'back', callCount: 1 }]);
  await rollUp();
  expect(await store.dependencies(tenant)).toMatchObject([{ parent: 'front', child: 'back', callCount: 1 }]);
});

it('leave out minutes that are not over', async () => {
  const tenant = newTenant();
  const span = spanOf({});
  await write(store, tenant, [span]);
  const now = Number(span.startTimeUnixNano / 1_000_000n);
  const roller = (at: number): Roller =>
    new Roller({ run, now: () => at, writtenCount: () => writtenCount, onRolled: () => undefined });
  await roller(now).rollUp(always);
  expect(await isCurrent(tenant)).toEqual([false]);
  await roller(now + 90_000).rollUp(always);
  expect(await isCurrent(tenant)).toEqual([true]);
});
