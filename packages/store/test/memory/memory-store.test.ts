import { columnsFromSpans } from '@throughline/wire';
import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../src/index.ts';
import { spanOf, traceId } from '../../testing/sample-spans.ts';
import { spanStoreContract } from '../../testing/span-store-contract.ts';

spanStoreContract('the memory store', () => openMemoryStore());

describe('the bounds of the memory store', () => {
  it('let go of whole traces, the earliest to arrive first, and count them', async () => {
    await using store = await openMemoryStore({ maxSpanCount: 2 });
    const write = async (n: number): Promise<void> =>
      store.write({
        tenant: 't',
        columns: columnsFromSpans({ spans: [spanOf({ traceId: traceId(n) })], rejected: {} }),
      });
    await write(1);
    await write(2);
    expect(await store.readTraces('t', [traceId(1), traceId(2)])).toHaveProperty('size', 2);
    await write(3);
    expect([...(await store.readTraces('t', [1, 2, 3].map(traceId))).keys()]).toEqual([traceId(2), traceId(3)]);
    expect((await store.status()).counters).toMatchObject({ spans_evicted: 1, traces_evicted: 1 });
    expect((await store.status()).spanRowCount).toBe(2);
  });

  it('let go of the links of a trace with it', async () => {
    await using store = await openMemoryStore({ maxSpanCount: 1 });
    const link = {
      traceId: traceId(9),
      spanId: '7'.repeat(16),
      traceState: '',
      flags: 0,
      attributes: new Map(),
      droppedAttributesCount: 0,
    };
    const linking = async (): Promise<string[]> =>
      (await store.backLinks('t', { traceId: traceId(9), limit: 5 })).links.map((each) => each.traceId);
    for (const n of [1, 2]) {
      const spans = [spanOf({ traceId: traceId(n), links: [link] })];
      await store.write({ tenant: 't', columns: columnsFromSpans({ spans, rejected: {} }) });
      expect(await linking()).toEqual([traceId(n)]);
    }
    await store.write({ tenant: 't', columns: columnsFromSpans({ spans: [spanOf({})], rejected: {} }) });
    expect(await linking()).toEqual([]);
  });

  it('count bytes too', async () => {
    const columns = columnsFromSpans({ spans: [spanOf({})], rejected: {} });
    const more = columnsFromSpans({ spans: [spanOf({ traceId: traceId(2) })], rejected: {} });
    const maxBytes = columns.source.length + more.source.length;
    await using exactly = await openMemoryStore({ maxBytes });
    await using less = await openMemoryStore({ maxBytes: maxBytes - 1 });
    for (const store of [exactly, less]) {
      await store.write({ tenant: 't', columns });
      await store.write({ tenant: 't', columns: more });
    }
    expect((await exactly.status()).spanRowCount).toBe(2);
    expect((await less.status()).spanRowCount).toBe(1);
  });
});
