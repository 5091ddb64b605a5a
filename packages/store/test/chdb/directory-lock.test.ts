import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDirectory } from '../../src/chdb/directory-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'throughline-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const leave = (owner: unknown): Promise<void> =>
  writeFile(join(directory, 'throughline.lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));

it('is refused while a live process holds it, and names the process', async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'store_directory_locked',
    retryable: false,
    message: expect.stringContaining(`the process ${process.pid}`),
  });
  await lock.release();
  await lock.release();
  await (await lockDirectory(directory)).release();
  expect(await readdir(directory)).toEqual([]);
});

it('is taken over from a process that is gone, one that only has its number, and a file that is cut off', async () => {
  const gone = { pid: 2 ** 22 + 1, start: 'boot:1', token: 'x' };
  const other = { pid: process.pid, start: 'an earlier process', token: 'x' };
  for (const owner of [gone, other, '{"pid":', '']) {
    await leave(owner);
    await (await lockDirectory(directory)).release();
  }
});

it('goes to one of many that find it stale at the same time', async () => {
  await leave({ pid: 2 ** 22 + 1, start: 'boot:1', token: 'x' });
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
  const locks = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  expect(locks).toHaveLength(1);
  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'store_directory_locked' });
  await locks[0]?.release();
});

it('does not release what another process took over', async () => {
  const lock = await lockDirectory(directory);
  await leave({ pid: process.pid, start: '', token: 'another' });
  await lock.release();
  expect(await readdir(directory)).toEqual(['throughline.lock']);
});
