import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ChdbEngine } from '../../src/chdb/chdb-engine.ts';
import { chdbDefaults } from '../../src/chdb/chdb-options.ts';
import { openChdbStore } from '../../src/chdb/chdb-store.ts';
import { traceId } from '../../testing/sample-spans.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-restart-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

const SCRIPT = fileURLToPath(new URL('../../testing/writing-process.ts', import.meta.url));
const ROUNDS = 2;
const ACKNOWLEDGED_PER_ROUND = 15;

/** A process that writes traces `first`, `first + 1`, ... and prints the number of each when it is acknowledged. */
function startWriter(first: number): ChildProcess {
  return spawn(process.execPath, ['--conditions=throughline-source', SCRIPT, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Kills the process once it has acknowledged enough; gives the numbers it acknowledged. */
async function killWhileWriting(child: ChildProcess): Promise<number[]> {
  const acknowledged: number[] = [];
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line));
    if (acknowledged.length === ACKNOWLEDGED_PER_ROUND) child.kill('SIGKILL');
  }
  return acknowledged;
}

describe('a data directory', () => {
  it('has every acknowledged span after the process was killed, again and again', async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      acknowledged.push(...(await killWhileWriting(startWriter(1 + round * 10_000))));
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);
    await using store = await openChdbStore({ directory });
    const traces = await store.readTraces('t', acknowledged.map(traceId));
    expect([...traces.keys()].sort()).toEqual(acknowledged.map(traceId).sort());
    for (const { spans } of traces.values()) expect(spans).toHaveLength(1);
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
  });

  it('is refused to a second process, which is told who has it', async () => {
    const child = startWriter(50_000);
    if (child.stdout === null) throw new Error('no output');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for await (const _ of createInterface({ input: child.stdout })) {
      await expect(openChdbStore({ directory })).rejects.toMatchObject({
        code: 'store_directory_locked',
        message: expect.stringContaining(String(child.pid)),
      });
      child.kill('SIGKILL');
      break;
    }
    await ended;
    await (await openChdbStore({ directory }))[Symbol.asyncDispose]();
  });

  it('of a newer version is refused', async () => {
    const engine = new ChdbEngine({ ...chdbDefaults, directory: join(directory, 'engine') });
    await engine.control("INSERT INTO schema_migrations VALUES (9999, 'from the future', now())");
    await engine.close();
    await expect(openChdbStore({ directory })).rejects.toMatchObject({ code: 'store_newer_version' });
    const again = new ChdbEngine({ ...chdbDefaults, directory: join(directory, 'engine') });
    await again.control('DELETE FROM schema_migrations WHERE version = 9999 SETTINGS mutations_sync = 1');
    await again.close();
    await (await openChdbStore({ directory }))[Symbol.asyncDispose]();
  });

  it('that cannot be read is called damaged', async () => {
    const metadata = join(directory, 'engine', 'metadata', 'default');
    await writeFile(join(metadata, 'spans.sql'), 'this is no table');
    await expect(openChdbStore({ directory })).rejects.toMatchObject({ code: 'store_damaged' });
  });
});
