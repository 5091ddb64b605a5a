import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Span } from '@throughline/model';
import { columnsFromSpans } from '@throughline/wire';
import { expect, it } from 'vitest';
import { blockInserter } from '../../src/chdb/block-inserter.ts';
import { ChdbEngine } from '../../src/chdb/chdb-engine.ts';
import { chdbDefaults } from '../../src/chdb/chdb-options.ts';
import { openChdbStore } from '../../src/chdb/chdb-store.ts';
import { migrate, readMigrations } from '../../src/chdb/migrations.ts';
import { SpanBlock } from '../../src/native/span-block.ts';
import { type MinuteState, readMinuteStates } from '../../src/rollup/rolled-minutes.ts';
import { Roller } from '../../src/rollup/roller.ts';
import { IN_ORDER } from '../../src/sql/distinct-spans.ts';
import { resourceOf, spanId, spanOf, traceId } from '../../testing/sample-spans.ts';

/** A directory, removed at the end, and an engine over it beside that of the store. */
interface Opened extends AsyncDisposable {
  readonly directory: string;
  readonly engine: ChdbEngine;
}

async function openDirectory(): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'throughline-migrations-'));
  const engine = new ChdbEngine({ ...chdbDefaults, directory: join(directory, 'engine') });
  return {
    directory,
    engine,
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const execute = async (engine: ChdbEngine, ...statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await engine.control(statement);
};

/** One whose schema is that before this migration, with these batches. */
async function openDirectoryBefore(version: number, batches: readonly (readonly Span[])[]): Promise<Opened> {
  const opened = await openDirectory();
  const { directory, engine } = opened;
  const migrations = (await readMigrations()).filter((migration) => migration.version < version);
  await migrate({ execute: (sql) => execute(engine, sql), appliedVersions: () => Promise.resolve([]) }, migrations);
  const insert = blockInserter({ directory, execute: (sql) => engine.insert(sql), onRetry: () => undefined });
  for (const spans of batches) {
    const block = new SpanBlock(7);
    block.append('t', columnsFromSpans({ spans, rejected: {} }));
    await insert(block);
  }
  return opened;
}

/** The states of all minutes. */
function minutesOf({ engine }: Opened): Promise<readonly MinuteState[]> {
  return readMinuteStates((sql, parameters) => engine.query(sql, parameters), 't', { first: 0, last: 2 ** 32 - 1 });
}

function rollUp({ engine }: Opened): Promise<number> {
  const roller = new Roller({
    run: (sql, parameters) => engine.background(sql, parameters, { settings: [IN_ORDER] }),
    now: () => 4e12,
    writtenCount: () => 1,
    onRolled: () => undefined,
  });
  return roller.rollUp(new AbortController().signal);
}

const linking = (n: number): Span =>
  spanOf({
    traceId: traceId(n),
    links: [
      {
        traceId: traceId(1),
        spanId: '7'.repeat(16),
        traceState: '',
        flags: 0,
        attributes: new Map(),
        droppedAttributesCount: 0,
      },
    ],
  });

it('a store from before links were indexed has them once it is opened, also when it was interrupted', async () => {
  await using opened = await openDirectory();
  const { directory, engine } = opened;
  const stored = [2, 3].map(linking);
  const write = async (spans: readonly Span[]): Promise<void> => {
    await using store = await openChdbStore({ directory });
    await store.write({ tenant: 't', columns: columnsFromSpans({ spans, rejected: {} }) });
  };
  const linkingTraces = async (): Promise<string[]> => {
    await using store = await openChdbStore({ directory });
    const { links } = await store.backLinks('t', { traceId: traceId(1), limit: 10 });
    return links.map((link) => link.traceId);
  };
  const forget = 'DELETE FROM schema_migrations WHERE version = 4 SETTINGS mutations_sync = 1';
  await write(stored);
  await execute(engine, 'DROP TABLE links_view', 'DROP TABLE links', forget);
  expect(await linkingTraces()).toEqual([traceId(2), traceId(3)]);
  // All statements were run, and not noted.
  await execute(engine, forget);
  expect(await linkingTraces()).toEqual([traceId(2), traceId(3)]);
  await write([linking(4)]);
  expect(await linkingTraces()).toEqual([traceId(2), traceId(3), traceId(4)]);
});

it('a minute from before requests were rolled up answers from what it has, and is rolled up again', async () => {
  const root = spanOf({ name: 'GET /' });
  const child = spanOf({ spanId: spanId(2), parentSpanId: root.spanId, name: 'read', resource: resourceOf('back') });
  await using opened = await openDirectoryBefore(5, [[root, child]]);
  const { directory, engine } = opened;
  const minute = root.startTimeUnixNano / 60_000_000_000n;
  const durationNano = Number(root.endTimeUnixNano - root.startTimeUnixNano);
  // As it was rolled up then. The minute's RED says another percentile than its spans, to tell which of them answers.
  const red = (service: string, name: string): string =>
    `('t', ${minute}, '${service}', '${name}', ${root.kind}, 1, 0, ${durationNano}, 7, 7, 7, 100)`;
  await execute(
    engine,
    `INSERT INTO red_minutes VALUES ${red('front', 'GET /')}, ${red('back', 'read')}`,
    `INSERT INTO edge_minutes VALUES ('t', ${minute}, 'front', 'back', 1, 0, ${durationNano}, [1], [1], 100)`,
    `INSERT INTO rolled_minutes VALUES ('t', ${minute}, 2, 0, 2, 100)`,
  );
  await using store = await openChdbStore({ directory, rollupIntervalMs: 0 });
  const window = { fromUnixNano: 0n, toUnixNano: 2n ** 64n };
  const read = async () => ({
    p99s: (await store.red('t', { window })).map((point) => point.durationP99Nano),
    edges: await store.dependencies('t', window),
    requests: await store.requestGroups('t', { by: 'service', window, stepNano: 60_000_000_000n }),
  });
  const same = {
    edges: [{ parent: 'front', child: 'back', callCount: 1 }],
    requests: [
      { service: 'back', requestCount: 1 },
      { service: 'front', requestCount: 1 },
    ],
  };
  const before = { rowCount: 2, isRedCurrent: true, areEdgesCurrent: true };
  expect(await minutesOf(opened)).toMatchObject([{ ...before, areRequestsCurrent: false, isCopyFree: false }]);
  expect(await read()).toMatchObject({ p99s: [7, 7], ...same });
  expect(await rollUp(opened)).toBe(1);
  expect(await minutesOf(opened)).toMatchObject([{ ...before, areRequestsCurrent: true, isCopyFree: true }]);
  expect(await read()).toMatchObject({ p99s: [durationNano, durationNano], ...same });
});

it('rows that a repeated insert had counted twice are counted again, also when that was interrupted', async () => {
  const repeated = [spanOf({})];
  await using opened = await openDirectoryBefore(6, [repeated, repeated]);
  const open = async (...batches: readonly (readonly Span[])[]): Promise<void> => {
    await using store = await openChdbStore({ directory: opened.directory, rollupIntervalMs: 0 });
    for (const spans of batches) await store.write({ tenant: 't', columns: columnsFromSpans({ spans, rejected: {} }) });
  };
  expect(await minutesOf(opened)).toMatchObject([{ rowCount: 2 }]);
  await open();
  expect(await minutesOf(opened)).toMatchObject([{ rowCount: 1 }]);
  await execute(
    opened.engine,
    'DROP VIEW minute_rows_view',
    'DELETE FROM schema_migrations WHERE version = 6 SETTINGS mutations_sync = 1',
  );
  // What was inserted before is known no more: it is stored as a copy, and counted as one.
  await open(repeated, repeated);
  expect(await minutesOf(opened)).toMatchObject([{ rowCount: 2 }]);
  expect(await rollUp(opened)).toBe(1);
  expect(await minutesOf(opened)).toMatchObject([{ areRequestsCurrent: true, isCopyFree: false }]);
});
