import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Span } from '@throughline/model';
import { columnsFromSpans } from '@throughline/wire';
import { afterAll, expect, it } from 'vitest';
import { ChdbEngine } from '../../src/chdb/chdb-engine.ts';
import { chdbDefaults } from '../../src/chdb/chdb-options.ts';
import { openChdbStore } from '../../src/chdb/chdb-store.ts';
import { spanOf, traceId } from '../../testing/span-store-contract.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-migrations-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs statements on the engine of the directory, which no store has open. */
async function execute(...statements: readonly string[]): Promise<void> {
  const engine = new ChdbEngine({ ...chdbDefaults, directory: join(directory, 'engine') });
  for (const statement of statements) await engine.control(statement);
  await engine.close();
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
  await execute('DROP TABLE links_view', 'DROP TABLE links', forget);
  expect(await linkingTraces()).toEqual([traceId(2), traceId(3)]);
  // All statements were run, and not noted.
  await execute(forget);
  expect(await linkingTraces()).toEqual([traceId(2), traceId(3)]);
  await write([linking(4)]);
  expect(await linkingTraces()).toEqual([traceId(2), traceId(3), traceId(4)]);
});
