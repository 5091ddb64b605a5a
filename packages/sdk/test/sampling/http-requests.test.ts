import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

import { memoryExporter, type SamplerOptions, startTracing } from '../../src/index.ts';

const everything = { type: 'always' } as const;

/** The paths of the requests, of these three, whose spans are kept. */
async function keptPaths(sampler: SamplerOptions): Promise<unknown[]> {
  const exporter = memoryExporter();
  const tracing = startTracing({
    logLevel: 'none',
    exporters: [],
    customExporters: [exporter],
    http: { outgoing: false },
    sampler,
  });
  const server = http.createServer((_request, response) => response.end());
  server.listen(0, '127.0.0.1');
  onTestFinished(async () => {
    server.close();
    await tracing.shutdown();
  });
  await once(server, 'listening');
  // A TCP server's address.
  const { port } = server.address() as AddressInfo;
  for (const path of ['/health', '/health/live?full=1', '/cart']) {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(request, 'close');
  }
  server.close();
  await once(server, 'close');
  await tracing.forceFlush();
  return exporter.spans.map((span) => span.attributes.get('url.path'));
}

test.each<[string, SamplerOptions, string[]]>([
  [
    'a rule for paths',
    {
      type: 'rules',
      rules: [{ attribute: { key: 'url.path', value: '/health*' }, sampler: { type: 'never' } }],
      otherwise: everything,
    },
    ['/cart'],
  ],
  [
    'a rule for a path',
    {
      type: 'rules',
      rules: [{ attribute: { key: 'url.path', value: '/health' }, sampler: { type: 'never' } }],
      otherwise: everything,
    },
    ['/health/live', '/cart'],
  ],
  [
    'operations by method and path',
    { type: 'per_operation', operations: { 'GET /health': 0 }, rate: 1 },
    ['/health/live', '/cart'],
  ],
  ['operations by method', { type: 'per_operation', operations: { GET: 0 }, rate: 1 }, []],
])('%s decides on the requests that are served', async (_what, sampler, paths) => {
  const kept = await keptPaths(sampler);
  expect(kept).toEqual(paths);
});
