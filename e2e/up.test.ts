import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'throughline-up-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPAN = {
  trace_id: '5b8efff798038103d269b633813fc60c',
  span_id: 'eee19b7ec3c1b174',
  operation_name: 'GET /',
  service_name: 'shop',
  start_time: 1_700_000_000,
  end_time: 1_700_000_000.25,
};

async function post(url: string | undefined, spans: readonly unknown[]): Promise<unknown> {
  const response = await fetch(`${url ?? ''}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(spans),
  });
  return response.json();
}

test('the same span list is taken on every listener that serves it, and counted once', async () => {
  await using server = await startThroughline(['--store', 'memory:']);
  for (const listener of ['http', 'otlp-http', 'jaeger-http']) {
    expect(await post(server.listen[listener], [SPAN])).toEqual({ status: 'ok', received: 1 });
  }
  const found = await fetch(`${server.listen['jaeger-http'] ?? ''}/v1/traces`);
  expect(await found.json()).toMatchObject({ traces: [{ span_count: 1, root_service: 'shop' }], complete: true });
});

test('health, readiness and metrics say what happened', async () => {
  await using server = await startThroughline(['--store', 'memory:']);
  await post(server.listen['http'], [SPAN]);
  const base = server.listen['http'] ?? '';
  expect(await (await fetch(`${base}/health`)).json()).toMatchObject({
    status: 'healthy',
    metrics: { spans_received: 1, traces_received: 1, traces_stored: 1 },
  });
  expect((await fetch(`${base}/ready`)).status).toBe(200);
  const text = await (await fetch(`${base}/metrics`)).text();
  expect(text).toContain('throughline_spans_received_total{receiver="simple_list"} 1');
  const json = await fetch(`${base}/metrics`, { headers: { accept: 'application/json' } });
  expect(await json.json()).toMatchObject({
    spans_received: 1,
    traces_received: 1,
    traces_stored: 1,
    storage_errors: 0,
  });
});

test('an unknown address is a coded 404', async () => {
  await using server = await startThroughline(['--store', 'memory:']);
  const response = await fetch(`${server.listen['http'] ?? ''}/v1/nothing`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
});

test('SIGTERM drains and exits with 0; the spans are there at the next start', async () => {
  const dataDir = join(folder, 'drain');
  const first = await startThroughline(['--data-dir', dataDir]);
  await post(first.listen['http'], [SPAN]);
  expect(await first.stop()).toBe(0);
  await using second = await startThroughline(['--data-dir', dataDir]);
  const response = await fetch(`${second.listen['http'] ?? ''}/v1/traces/${SPAN.trace_id}`);
  expect(response.status).toBe(200);
});

test('SIGTERM with a kept connection and a request under way answers it and ends in good order', async () => {
  const server = await startThroughline(['--data-dir', join(folder, 'kept')]);
  const agent = new Agent({ keepAlive: true });
  const body = JSON.stringify(
    Array.from({ length: 20_000 }, (_, i) => ({
      ...SPAN,
      span_id: (i + 1).toString(16),
      start_time: 1_700_000_000 + i,
    })),
  );
  const stopping = Promise.withResolvers<number | null>();
  const answer = new Promise<number>((resolve, reject) => {
    const outgoing = request(`${server.listen['otlp-http'] ?? ''}/v1/traces`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.end(body, () => {
      stopping.resolve(server.stop());
    });
  });
  expect(await answer).toBe(200);
  expect(await stopping.promise).toBe(0);
  expect(JSON.stringify(server.log)).not.toContain('took too long');
  agent.destroy();
});

test('a page of a stranger neither reads nor writes', async () => {
  await using server = await startThroughline(['--store', 'memory:', '--allowed-hosts', 'traces.example']);
  const port = Number(new URL(server.listen['http'] ?? '').port);
  const ask = (method: string, headers: Record<string, string>, body = ''): Promise<number> =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port,
        path: method === 'GET' ? '/v1/services' : '/v1/traces',
        method,
        headers,
      });
      outgoing.once('error', reject).once('response', (response) => {
        resolve(response.resume().statusCode ?? 0);
      });
      outgoing.end(body);
    });
  expect(await ask('GET', { host: 'evil.example' })).toBe(421);
  expect(await ask('GET', { host: `localhost:${port}` })).toBe(200);
  expect(await ask('GET', { host: 'traces.example' })).toBe(200);
  const list = JSON.stringify([SPAN]);
  expect(await ask('POST', { origin: 'http://evil.example', 'content-type': 'text/plain' }, list)).toBe(403);
  expect(await ask('POST', { origin: 'null', 'content-type': 'text/plain' }, list)).toBe(403);
  expect(await ask('POST', { origin: 'http://localhost:3000', 'content-type': 'application/json' }, list)).toBe(200);
});

describe('what cannot start says why', () => {
  test('a port in use names the flag', async () => {
    await using server = await startThroughline(['--store', 'memory:']);
    const taken = new URL(server.listen['otlp-http'] ?? '').port;
    const { code, stderr } = await runThroughline([
      'up',
      '--store',
      'memory:',
      '--http',
      '0',
      '--otlp-grpc',
      'off',
      '--jaeger-http',
      'off',
      '--otlp-http',
      taken,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('address_in_use');
    expect(stderr).toContain('--otlp-http');
  });

  test('a data directory in use names the process', async () => {
    const dataDir = join(folder, 'locked');
    await using server = await startThroughline(['--data-dir', dataDir]);
    const { code, stderr } = await runThroughline(['up', '--data-dir', dataDir, '--http', '0', '--otlp-http', 'off']);
    expect(code).toBe(1);
    expect(stderr).toContain('store_directory_locked');
    expect(stderr).toContain(String(server.pid));
  });

  test('a mistyped key, a mistyped flag and a listener that is not there exit with 2', async () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'otlp_htp: 4318\n');
    const key = await runThroughline(['up', '--config', file]);
    expect([key.code, key.stderr]).toEqual([2, expect.stringContaining('did you mean otlp_http?')]);
    const flag = await runThroughline(['up', '--otlp-htp', '4318']);
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('--otlp-http')]);
    const listener = await runThroughline(['up', '--zipkin', '9411']);
    expect([listener.code, listener.stderr]).toEqual([2, expect.stringContaining('not available')]);
  });

  test('a cluster is not there yet and says so', async () => {
    const { code, stderr } = await runThroughline([
      'up',
      '--store',
      'clickhouse://localhost:8123/traces',
      '--http',
      '0',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('store_not_available');
  });
});
