import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsFromSpans } from '@throughline/wire';
import { afterAll, expect, it } from 'vitest';
import { blockInserter } from '../../src/chdb/block-inserter.ts';
import { SpanBlock } from '../../src/native/span-block.ts';
import { spanOf } from '../../testing/sample-spans.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-inserter-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

function blockOf(name: string): SpanBlock {
  const block = new SpanBlock(7);
  block.append('t', columnsFromSpans({ spans: [spanOf({ name })], rejected: {} }));
  return block;
}

/** An engine that fails with these errors, one a call, before it succeeds. */
function inserterOver(errors: readonly (string | undefined)[]) {
  const statements: string[] = [];
  let retryCount = 0;
  const insert = blockInserter({
    directory,
    execute: async (sql) => {
      const error = errors[statements.push(sql) - 1];
      expect((await readFile(join(directory, 'block.native'))).length).toBeGreaterThan(0);
      if (error !== undefined) throw new Error(error);
    },
    onRetry: () => retryCount++,
  });
  return { insert, statements, retries: () => retryCount };
}

it('tells a full disk, once, and leaves no file behind', async () => {
  const full = 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)';
  for (const message of [full, 'Code: 75. DB::ErrnoException: Cannot write: errno: 28, No space left on device.']) {
    const { insert, statements } = inserterOver([message]);
    await expect(insert(blockOf('a'))).rejects.toMatchObject({ code: 'disk_full', retryable: true });
    expect(statements).toHaveLength(1);
    expect(await readdir(directory)).toEqual([]);
  }
});

it('repeats an insert that failed for another reason, once and with the same token', async () => {
  const broken = 'Code: 999. DB::Exception: Something broke.';
  const { insert, statements, retries } = inserterOver([broken]);
  await insert(blockOf('a'));
  expect(statements).toHaveLength(2);
  expect(new Set(statements).size).toBe(1);
  expect(retries()).toBe(1);
  const failing = inserterOver([broken, broken]);
  await expect(failing.insert(blockOf('a'))).rejects.toMatchObject({ code: 'storage_failed', retryable: true });
  expect(failing.statements).toHaveLength(2);
});

it('gives equal blocks equal tokens and others others', async () => {
  const { insert, statements } = inserterOver([]);
  await insert(blockOf('a'));
  await insert(blockOf('a'));
  await insert(blockOf('b'));
  expect(statements[0]).toBe(statements[1]);
  expect(statements[2]).not.toBe(statements[0]);
});
