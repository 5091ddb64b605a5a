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
import { openMemoryStore } from '../../src/memory/memory-store.ts';
import { readDependencies } from '../../src/rollup/read-dependencies.ts';
import { readRed } from '../../src/rollup/read-red.ts';
import { readMinuteStates, type RunQuery } from '../../src/rollup/rolled-minutes.ts';
import { Roller } from '../../src/rollup/roller.ts';
import type { SpanStore } from '../../src/span-store.ts';
import { newTenant, resourceOf, spanId, spanOf, traceId } from '../../testing/span-store-contract.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-rollups-'));
let store: SpanStore;
let engine: ChdbEngine;
let writtenCount = 0;
const always = new AbortController().signal;
const ALL = { first: 0, last: 2 ** 32 - 1 };
const window = { fromUnixNano: 0n, toUnixNano: 2n ** 64n };

beforeAll(async () => {
  store = await openChdbStore({ directory, rollupIntervalMs: 0 });
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
  (await readMinuteStates(run, tenant, ALL)).map((state) => state.areEdgesCurrent);

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
    { numRuns: 6 },
  );
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
