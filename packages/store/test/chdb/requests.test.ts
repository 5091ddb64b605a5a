import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsFromSpans } from '@throughline/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChdbEngine } from '../../src/chdb/chdb-engine.ts';
import { chdbDefaults } from '../../src/chdb/chdb-options.ts';
import { openChdbStore } from '../../src/chdb/chdb-store.ts';
import { readRequests } from '../../src/requests/read-requests.ts';
import type { SpanStore } from '../../src/span-store.ts';
import { IN_ORDER } from '../../src/sql/distinct-spans.ts';
import { newTenant, spanId, spanOf, traceId } from '../../testing/sample-spans.ts';

const directory = await mkdtemp(join(tmpdir(), 'throughline-requests-'));
let store: SpanStore;
let engine: ChdbEngine;
beforeAll(async () => {
  store = await openChdbStore({ directory, rollupIntervalMs: 0, insertIntervalMs: 0 });
  engine = new ChdbEngine({ ...chdbDefaults, directory: join(directory, 'engine') });
});
afterAll(async () => {
  await engine.close();
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

it('are the same whether all rows fit into memory or not, copies counted once', async () => {
  const tenant = newTenant();
  const start = 1_700_000_040_000_000_000n;
  const spans = Array.from({ length: 30 }, (_, n) => {
    const startTimeUnixNano = start + BigInt(n) * 7_000_000_000n;
    return spanOf({
      traceId: traceId(1 + (n >> 1)),
      spanId: spanId(n + 1),
      name: n % 3 === 0 ? 'a' : 'b',
      startTimeUnixNano,
      endTimeUnixNano: startTimeUnixNano + BigInt(n + 1) * 1_000_000n,
      weight: 1 + (n % 2),
    });
  });
  for (const part of [spans, spans.slice(5, 20)]) {
    await store.write({ tenant, columns: columnsFromSpans({ spans: part, rejected: {} }) });
  }
  const filter = {
    service: 'front',
    window: { fromUnixNano: start, toUnixNano: start + 600_000_000_000n },
    stepNano: 60_000_000_000n,
    slowNano: 20_000_000n,
  };
  const read = (maxRowsInMemory: number) =>
    readRequests(
      (sql, parameters, settings = []) => engine.query(sql, parameters, { settings: [IN_ORDER, ...settings] }),
      tenant,
      filter,
      { maxRowsInMemory },
    );
  const [inMemory, inOrder] = [await read(45), await read(44)];
  expect(inMemory).toEqual(inOrder);
  expect(inMemory).toMatchObject({ requestCount: 45, traceCount: 15, slowTraceCount: 5 });
});
