import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApi } from '../api.ts';
import { scriptedStore } from '../scripted-store.ts';
import { span, traceIdOf } from '../spans.ts';
import { storeOf } from '../store.ts';
import { replyOf } from './agent.ts';

const api = await testApi(await storeOf([span({ trace: 1, id: 1, service: 'web' })]));
let url: string;
beforeAll(async () => {
  url = await api.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => api.app.close());

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

async function connected(headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } });
  await client.connect(transport);
  return client;
}

function post(body: unknown, headers: Record<string, string> = {}) {
  return api.app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { ...HEADERS, ...headers },
    payload: JSON.stringify(body),
  });
}

it('answers the official client over HTTP, with links to where it was asked', async () => {
  const client = await connected();
  expect(client.getServerVersion()).toMatchObject({ name: 'throughline', version: '1.2.3' });
  expect((await client.listTools()).tools.length).toBeGreaterThan(10);
  const { structured } = await replyOf(client, 'search_traces');
  expect(structured.links.first_trace).toBe(`${url}/trace/${traceIdOf(1)}`);
  await client.close();
});

it('answers about the tenant that the header names', async () => {
  const client = await connected({ 'X-Scope-OrgID': 'other' });
  expect((await replyOf(client, 'list_services')).structured.facts.count).toBe(0);
  await client.close();
  const { statusCode, json } = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { 'x-scope-orgid': '../x' });
  expect([statusCode, json()]).toMatchObject([400, { error: { code: 'invalid_tenant' } }]);
});

it('needs no session: a call is answered without a greeting before it', async () => {
  const call = { name: 'list_services', arguments: {} };
  const { statusCode, json, headers } = await post({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: call });
  expect([statusCode, headers['mcp-session-id']]).toEqual([200, undefined]);
  expect(json()).toMatchObject({ id: 7, result: { structuredContent: { facts: { count: 1 } } } });
});

it('refuses what it cannot read, with a code', async () => {
  const big = await post({ jsonrpc: '2.0', id: 1, method: 'x'.repeat(1_048_576) });
  expect([big.statusCode, big.json()]).toMatchObject([413, { error: { code: expect.any(String) } }]);
  expect((await post('text')).statusCode).toBe(400);
  expect((await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { accept: 'text/html' })).statusCode).toBe(406);
  expect((await post({}, { 'content-type': 'application/xml' })).statusCode).toBe(415);
  for (const method of ['GET', 'DELETE'] as const) {
    const { statusCode, headers, json } = await api.app.inject({ method, url: '/mcp' });
    expect([statusCode, headers['allow'], json()]).toMatchObject([
      405,
      'POST',
      { error: { code: 'method_not_allowed' } },
    ]);
  }
});

it('ends the query in the store when the agent leaves', async () => {
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
  const address = await hanging.app.listen({ port: 0, host: '127.0.0.1' });
  const controller = new AbortController();
  const params = { name: 'search_traces', arguments: {} };
  const call = fetch(`${address}/mcp`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    signal: controller.signal,
  });
  const inStore = await asked.promise;
  expect(inStore?.aborted).toBe(false);
  const ended = new Promise((resolve) => inStore?.addEventListener('abort', resolve));
  controller.abort();
  await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  await ended;
  await hanging.app.close();
});
