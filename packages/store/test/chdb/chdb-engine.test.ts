import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChdbEngine } from '../../src/chdb/chdb-engine.ts';
import { chdbDefaults } from '../../src/chdb/chdb-options.ts';
import { column, textAt } from '../../src/native/native-values.ts';
import { SqlParameters } from '../../src/sql/sql-parameters.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-engine-'));
let engine: ChdbEngine;
beforeAll(() => {
  const limits = { querySessionCount: 1, maxQueuedQueryCount: 1, maxQueryMemoryBytes: 100_000_000 };
  engine = new ChdbEngine({ ...chdbDefaults, ...limits, directory });
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

const none = new SqlParameters();
/** Runs until it is stopped. */
const ENDLESS = 'SELECT count() FROM system.numbers WHERE sipHash64(number) = 1';

it('queues queries up to the limit, refuses one more, and stops a running one on abort', async () => {
  const abort = new AbortController();
  const running = engine.query(ENDLESS, none, { signal: abort.signal });
  const waiting = engine.query('SELECT 1 AS one', none);
  await expect(engine.query('SELECT 2', none)).rejects.toMatchObject({ code: 'too_many_queries', retryable: true });
  const reason = new Error('enough');
  abort.abort(reason);
  await expect(running).rejects.toBe(reason);
  // The session is free again only because the engine stopped.
  expect(await waiting).toMatchObject([{ rowCount: 1 }]);
});

it('takes a query that waits out of the queue on abort', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const running = engine.query(ENDLESS, none, { signal: first.signal });
  const waiting = engine.query('SELECT 1', none, { signal: second.signal });
  second.abort(new Error('second'));
  await expect(waiting).rejects.toThrow('second');
  const next = engine.query('SELECT 1 AS one', none);
  first.abort(new Error('first'));
  await expect(running).rejects.toThrow('first');
  expect(await next).toHaveLength(1);
});

it('stops a query at its limits of time and memory', async () => {
  const settings = ['max_execution_time = 0.05'];
  await expect(engine.query(ENDLESS, none, { settings })).rejects.toMatchObject({ code: 'query_timeout' });
  await expect(engine.query('SELECT groupArray(number) FROM numbers(1000000000)', none)).rejects.toMatchObject({
    code: 'query_memory_limit',
  });
});

it('gives values to the engine as they are', async () => {
  for (const value of ['', "a'b\\c", '\n\t\r\0\b\f\u001e', "'; DROP TABLE x --", 'é日本\u{1f600}', '{p0:String}']) {
    const parameters = new SqlParameters();
    const single = parameters.string(value);
    const list = parameters.strings([value, 'x']);
    const [block] = await engine.query(`SELECT ${single} AS single, ${list}[1] AS first`, parameters);
    expect(block && textAt(column(block, 'single'), 0)).toBe(value);
    expect(block && textAt(column(block, 'first'), 0)).toBe(value);
  }
});
