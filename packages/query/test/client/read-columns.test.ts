import { assembleTrace, MAX_DETAIL_BLOCK_ROWS, type Span } from '@throughline/model';
import { buildTraceColumns, encodeTraceColumns, encodeTraceColumnsHead } from '@throughline/wire';
import { describe, expect, it } from 'vitest';
import { createQueryClient, decodeSpanDetails, incompleteCodes, type QueryClient } from '../../src/client/index.ts';
import { testApi } from '../api.ts';
import { scriptedStore } from '../scripted-store.ts';
import { span, traceIdOf } from '../spans.ts';

const ROWS = 2 * MAX_DETAIL_BLOCK_ROWS + 1;
const spans: readonly Span[] = Array.from({ length: ROWS }, (_, n) =>
  span({ trace: 1, id: n + 1, attributes: { n: String(n) } }),
);
const columns = buildTraceColumns(assembleTrace(spans));
const bytes = encodeTraceColumns(columns);
const { length: headLength } = encodeTraceColumnsHead(columns);
const [firstBlock = { end: [], bytes: [] }] = columns.detailBlocks;
const firstBlockEnd = headLength + 16 + 4 * firstBlock.end.length + Math.ceil(firstBlock.bytes.length / 8) * 8;

/** A server whose answer comes as the test sends it. */
function slowServer(): {
  readonly client: QueryClient;
  readonly answer: ReadableStreamDefaultController<Uint8Array>;
  /** When the client closes the connection. */
  readonly closed: Promise<unknown>;
} {
  const closed = Promise.withResolvers<unknown>();
  let answer: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => void (answer = controller),
    cancel: closed.resolve,
  });
  const client = createQueryClient({
    fetch: (_, { signal }) => {
      signal?.addEventListener('abort', () => answer?.error(signal.reason));
      return Promise.resolve(new Response(body, { headers: { 'throughline-incomplete': 'missing_root' } }));
    },
  });
  if (answer === undefined) throw new Error('a stream starts at once');
  return { client, answer, closed: closed.promise };
}

describe('a trace that is opened', () => {
  it('is there before its details, which come block by block', async () => {
    const { client, answer } = slowServer();
    answer.enqueue(bytes.subarray(0, headLength));
    const opened = await client.openTraceColumns(traceIdOf(1));
    expect(opened).toMatchObject({ incomplete: ['missing_root'], columns: { spanCount: ROWS, detailBlocks: [] } });
    const coming = opened.arrivals.next();
    answer.enqueue(bytes.subarray(headLength, headLength + 100));
    answer.enqueue(bytes.subarray(headLength + 100, firstBlockEnd));
    expect(await coming).toMatchObject({ done: false });
    expect(opened.columns.detailBlocks).toHaveLength(1);
    expect(decodeSpanDetails(opened.columns, 1)).toEqual(decodeSpanDetails(columns, 1));
    answer.enqueue(bytes.subarray(firstBlockEnd));
    answer.close();
    expect(await opened.arrivals.next()).toMatchObject({ done: false });
    expect(await opened.arrivals.next()).toMatchObject({ done: true });
    expect(opened.columns).toEqual(columns);
  });

  it('says that the connection broke, and can do without the rest', async () => {
    const { client, answer } = slowServer();
    answer.enqueue(bytes.subarray(0, firstBlockEnd + 50));
    const opened = await client.openTraceColumns(traceIdOf(1));
    const coming = opened.arrivals.next();
    answer.error(new TypeError('terminated'));
    await expect(coming).rejects.toMatchObject({ code: 'answer_broken', retryable: true });
    expect(incompleteCodes(opened)).toEqual(['missing_root']);
    opened.giveUpDetails();
    expect(incompleteCodes(opened)).toEqual(['missing_root', 'details_left_out']);
    expect(decodeSpanDetails(opened.columns, 1)).toEqual(decodeSpanDetails(columns, 1));
    expect(decodeSpanDetails(opened.columns, ROWS - 1).attributes).toEqual(new Map());
  });

  it('says that the answer was cut', async () => {
    const { client, answer } = slowServer();
    answer.enqueue(bytes.subarray(0, bytes.length - 8));
    answer.close();
    await expect(client.getTraceColumns(traceIdOf(1))).rejects.toMatchObject({ code: 'malformed_payload' });
  });

  it('stops when the call is aborted', async () => {
    const { client, answer } = slowServer();
    answer.enqueue(bytes.subarray(0, headLength));
    const call = new AbortController();
    const opened = await client.openTraceColumns(traceIdOf(1), { signal: call.signal });
    const coming = opened.arrivals.next();
    const reason = new Error('changed my mind');
    call.abort(reason);
    await expect(coming).rejects.toBe(reason);
  });

  it('closes the connection when nobody reads on', async () => {
    for (const readsOn of [false, true]) {
      const { client, answer, closed } = slowServer();
      answer.enqueue(bytes.subarray(0, headLength));
      const { arrivals } = await client.openTraceColumns(traceIdOf(1));
      if (readsOn) {
        answer.enqueue(bytes.subarray(headLength, firstBlockEnd));
        await arrivals.next();
      }
      await arrivals.return();
      await closed;
    }
  });

  it('is one piece where there are no streams', async () => {
    const client = createQueryClient({
      fetch: () =>
        Promise.resolve({
          ok: true,
          status: 200,
          headers: new Headers(),
          arrayBuffer: () => Promise.resolve(bytes.slice().buffer),
          text: () => Promise.reject(new Error('not a text')),
        }),
    });
    expect((await client.getTraceColumns(traceIdOf(1))).columns).toEqual(columns);
    await expect(client.tail({}, () => undefined)).rejects.toMatchObject({ code: 'unexpected_answer' });
  });

  it('names details that the server left out', async () => {
    const cut = buildTraceColumns(assembleTrace(spans), { maxDetailBytes: 10 });
    const client = createQueryClient({ fetch: () => Promise.resolve(new Response(encodeTraceColumns(cut).slice())) });
    expect((await client.getTraceColumns(traceIdOf(1))).incomplete).toEqual(['details_left_out']);
  });
});

it('the server makes no more details once the client has left', async () => {
  const store = scriptedStore({ traces: [spans] });
  const ended = Promise.withResolvers<number>();
  async function* endless(): AsyncGenerator<(typeof columns.detailBlocks)[number], void> {
    let count = 0;
    const end = new Uint32Array(MAX_DETAIL_BLOCK_ROWS).fill(1 << 20);
    const firstRow = 0;
    try {
      for (; ; count++) yield { firstRow, end, bytes: new Uint8Array(1 << 20), leftOutCount: 0 };
    } finally {
      ended.resolve(count);
    }
  }
  const { app } = await testApi({
    ...store,
    readTraceColumns: async (...args) => {
      const found = await store.readTraceColumns(...args);
      return found === undefined ? undefined : { ...found, details: endless() };
    },
  });
  try {
    const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });
    const call = new AbortController();
    const opened = await createQueryClient({ baseUrl }).openTraceColumns(traceIdOf(1), { signal: call.signal });
    expect(opened.columns.spanCount).toBe(ROWS);
    call.abort();
    // As much as was made ahead, and what the connection holds.
    expect(await ended.promise).toBeLessThan(64);
  } finally {
    await app.close();
  }
});
