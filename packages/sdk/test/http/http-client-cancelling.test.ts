import { SpanStatusCode } from '@opentelemetry/api';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, serve, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const client = { incoming: false, fetch: false } as const;

async function leaveAfterOne(response: IncomingMessage): Promise<void> {
  for await (const _chunk of response) break;
}

test('a response that breaks off is an error', async () => {
  instrumented(client);
  const { port } = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('part', () => response.destroy());
  });
  const request = http.get({ host: '127.0.0.1', port, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await new Promise((resolve) => response.on('close', resolve));
  const span = await spanOf(finished);
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.attributes).toMatchObject({ 'error.type': 'ECONNRESET', 'http.response.status_code': 200 });
});

test('cancelling by a signal is no error, a time-out is', async () => {
  instrumented(client);
  const { port } = await serve(() => {});
  const controller = new AbortController();
  const cancelled = http.get({ host: '127.0.0.1', port, agent: false, signal: controller.signal });
  controller.abort();
  await once(cancelled, 'error');
  const late = http.get({ host: '127.0.0.1', port, agent: false, signal: AbortSignal.timeout(1) });
  await once(late, 'error');
  const spans = await spansOf(finished, 2);
  expect(spans.map((span) => span.status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.ERROR]);
  expect(spans[0]?.attributes['error.type']).toBeUndefined();
});

test.each<[string, (request: http.ClientRequest) => void]>([
  ['leaving the loop over a body', (request) => request.on('response', (response) => void leaveAfterOne(response))],
  ['destroying the response', (request) => request.on('response', (response) => response.destroy())],
  ['destroying the request', (request) => request.on('response', () => request.destroy())],
  ['aborting', (request) => request.on('response', () => request.abort())],
])('%s is no error', async (_what, cancel) => {
  instrumented(client);
  const { port } = await serve((_request, response) => response.write('part'));
  const request = http.get({ host: '127.0.0.1', port, agent: false }).on('error', () => {});
  cancel(request);
  const span = await spanOf(finished);
  expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
  expect(span.attributes['error.type']).toBeUndefined();
  expect(span.events).toEqual([]);
});

test.each<[string, string, (request: http.ClientRequest) => void]>([
  [
    'a time-out before the response',
    'ECONNRESET',
    (request) => request.on('timeout', () => request.destroy()).emit('timeout'),
  ],
  [
    'a time-out of the body',
    'ECONNRESET',
    (request) => {
      request.on('timeout', () => request.destroy());
      request.on('response', () => request.emit('timeout'));
    },
  ],
  [
    'a request that waits',
    'ECONNRESET',
    (request) => request.on('finish', () => setImmediate(() => request.destroy())),
  ],
  ['a request at once', 'ECONNRESET', (request) => request.destroy()],
  [
    'an error of its own',
    'E_OWN',
    (request) => request.on('response', () => request.destroy(Object.assign(new Error('own'), { code: 'E_OWN' }))),
  ],
])('%s is an error, though the caller destroys the request', async (_what, type, destroy) => {
  instrumented(client);
  const { port } = await serve((_request, response) => response.write('part'));
  const request = http.get({ host: '127.0.0.1', port, agent: false }).on('error', () => {});
  request.on('response', (response) => response.on('error', () => {}));
  destroy(request);
  const span = await spanOf(finished);
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.attributes['error.type']).toBe(type);
});

test.each(['resetAndDestroy', 'end', 'destroy'] as const)('a server that leaves by %s is an error', async (leave) => {
  instrumented(client);
  const { port } = await serve((request, response) => {
    if (request.url === '/part') response.write('part', () => request.socket[leave]());
    else request.socket[leave]();
  });
  for (const path of ['/none', '/part']) {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }).on('error', () => {});
    request.on('response', (response) => response.on('error', () => {}).resume());
    await new Promise((resolve) => request.on('close', resolve));
  }
  const spans = await spansOf(finished, 2);
  expect(spans.map((span) => span.attributes['error.type'])).toEqual(['ECONNRESET', 'ECONNRESET']);
});
