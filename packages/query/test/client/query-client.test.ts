import { afterAll, describe, expect, it } from 'vitest';
import { createQueryClient, decodeSpanDetails, type Fetch, type SearchParameters } from '../../src/client/index.ts';
import { testApi } from '../api.ts';
import { scriptedStore } from '../scripted-store.ts';
import { EPOCH_SECONDS, span, traceIdOf } from '../spans.ts';
import { storeOf } from '../store.ts';

const { app } = await testApi(
  await storeOf([
    span({ trace: 1, id: 1, service: 'a/b', name: 'GET /', attributes: { key: 'value' } }),
    span({ trace: 1, id: 2, parent: 1, service: 'stock', startMs: 1 }),
    span({ trace: 2, id: 1, parent: 9, service: 'a/b', startMs: 60_000, durationMs: 9 }),
  ]),
);
const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });
afterAll(() => app.close());

/** A server that answers everything with the same. */
function answering(status: number, body: string, headers: Record<string, string> = {}): Fetch {
  return () => Promise.resolve(new Response(body, { status, headers }));
}

const client = createQueryClient({ baseUrl: `${baseUrl}/` });

async function found(parameters: SearchParameters): Promise<number> {
  return (await client.searchTraces(parameters)).traces.length;
}

describe('the client', () => {
  it('searches, page by page', async () => {
    const first = await client.searchTraces({ service: 'a/b', limit: 1 });
    expect(first.traces.map((trace) => trace.trace_id)).toEqual([traceIdOf(2)]);
    const second = await client.searchTraces({ service: 'a/b', limit: 1, cursor: first.cursor ?? '' });
    expect(second.traces.map((trace) => trace.trace_id)).toEqual([traceIdOf(1)]);
    expect(second.cursor).toBeNull();
  });

  it('passes every parameter on', async () => {
    expect(await found({})).toBe(2);
    expect(await found({ q: '{ name = "GET /" && span.key =~ "v.*" }' })).toBe(1);
    expect(await found({ tags: ['key=value', 'key=other'] })).toBe(0);
    expect(await found({ tags: ['key=value'], operation: 'GET /' })).toBe(1);
    expect(await found({ min_duration: '9ms', order: 'longest' })).toBe(1);
    expect(await found({ max_duration: '8ms' })).toBe(1);
    expect(await found({ start_time: EPOCH_SECONDS + 1 })).toBe(1);
    expect(await found({ end_time: '2023-09-28T23:31:00+00:00' })).toBe(1);
    expect(await found({ since: '1h', service: undefined })).toBe(2);
  });

  it('reads a trace as JSON, as columns and as a file', async () => {
    const trace = await client.getTrace(traceIdOf(1));
    expect(trace.spans.map((each) => each.service_name)).toEqual(['a/b', 'stock']);
    const { columns, incomplete } = await client.getTraceColumns(traceIdOf(1));
    expect([columns.spanCount, incomplete]).toEqual([2, []]);
    expect(decodeSpanDetails(columns, 0).attributes).toEqual(new Map([['key', 'value']]));
    expect((await client.getTraceColumns(traceIdOf(2))).incomplete).toContain('missing_parents');
    const file = await client.exportTrace(traceIdOf(1), 'jaeger');
    expect(JSON.parse(new TextDecoder().decode(file)).data).toHaveLength(1);
  });

  it('lists what there is', async () => {
    expect(await client.services()).toEqual(['a/b', 'stock']);
    expect(await client.services({ start_time: EPOCH_SECONDS + 60 })).toEqual(['a/b']);
    expect(await client.operations('a/b')).toEqual(['GET /', 'op']);
    expect(await client.operations('a/b', { start_time: EPOCH_SECONDS + 60 })).toEqual(['op']);
    expect((await client.dependencies()).edges).toMatchObject([{ parent: 'a/b', child: 'stock', call_count: 1 }]);
    expect((await client.dependencies({ start_time: EPOCH_SECONDS + 60 })).edges).toEqual([]);
    expect((await client.attributes({ limit: 1 })).attributes).toEqual([
      { name: 'key', scope: 'span', types: ['string'] },
    ]);
    expect((await client.attributeValues('key', { since: '1h', service: 'a/b' })).values).toEqual([
      { type: 'string', value: 'value', count: 1 },
    ]);
    expect((await client.attributeValues('service.name', { scope: 'resource', limit: 1 })).values).toEqual([
      { type: 'string', value: 'a/b', count: 2 },
    ]);
    expect((await client.status()).storage.engine).toBe('memory');
  });

  it('names its tenant', async () => {
    const other = createQueryClient({ baseUrl, tenant: 'other' });
    expect([(await other.status()).tenant, await other.services()]).toEqual(['other', []]);
  });
});

describe("the client's errors", () => {
  it('are those of the API', async () => {
    await expect(client.getTrace(traceIdOf(3))).rejects.toMatchObject({
      code: 'trace_not_found',
      httpStatus: 404,
      retryable: false,
    });
    await expect(client.getTraceColumns('xyz')).rejects.toMatchObject({ code: 'invalid_trace_id' });
    await expect(client.searchTraces({ q: '{ statu = error }' })).rejects.toMatchObject({
      code: 'invalid_query',
      details: { suggestion: 'status', position: { offset: 2, line: 1, column: 3 } },
    });
  });

  it('say when to come back', async () => {
    const body = JSON.stringify({ error: { code: 'overloaded', message: 'busy' } });
    const busy = createQueryClient({ fetch: answering(503, body, { 'retry-after': '7' }) });
    await expect(busy.services()).rejects.toMatchObject({ code: 'overloaded', retryable: true, retryAfterMs: 7_000 });
  });

  it('tell other servers from this one', async () => {
    const gateway = createQueryClient({ fetch: answering(502, '<html>') });
    await expect(gateway.services()).rejects.toMatchObject({ code: 'http_error', httpStatus: 502, retryable: true });
    const page = createQueryClient({ fetch: answering(200, '<html>') });
    await expect(page.services()).rejects.toMatchObject({ code: 'unexpected_answer' });
    await expect(page.getTraceColumns('1')).rejects.toMatchObject({ code: 'malformed_payload' });
  });

  it('tell a server that is not there', async () => {
    const nobody = createQueryClient({ baseUrl: 'http://x', fetch: () => Promise.reject(new TypeError('no route')) });
    await expect(nobody.services()).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
      httpStatus: undefined,
      message: expect.stringContaining('http://x'),
    });
  });

  it('are the reason of the signal when a call is aborted', async () => {
    const reason = new Error('changed my mind');
    await expect(client.services({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

it('ends the query in the store when the client leaves', async () => {
  const asked = Promise.withResolvers<AbortSignal | undefined>();
  const hanging = await testApi(
    scriptedStore({
      traces: [[span({ trace: 1, id: 1 })]],
      beforePage: (_page, signal) => {
        asked.resolve(signal);
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      },
    }),
  );
  try {
    const url = await hanging.app.listen({ port: 0, host: '127.0.0.1' });
    const controller = new AbortController();
    const call = createQueryClient({ baseUrl: url }).searchTraces({}, { signal: controller.signal });
    const inStore = await asked.promise;
    expect(inStore?.aborted).toBe(false);
    const ended = new Promise((resolve) => inStore?.addEventListener('abort', resolve));
    controller.abort();
    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await ended;
  } finally {
    await hanging.app.close();
  }
});
