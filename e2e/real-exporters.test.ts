import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const APP = fileURLToPath(new URL('apps/orders-app.mjs', import.meta.url));

interface SimpleSpan {
  readonly span_id: string;
  readonly parent_span_id?: string | null;
  readonly operation_name: string;
  readonly service_name: string;
  readonly status: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

let server: ThroughlineProcess;
beforeAll(async () => {
  server = await startThroughline(['--store', 'memory:']);
});
afterAll(() => server.stop());

test.each([
  ['http/protobuf', 'otlp-http', 'none'],
  ['http/protobuf', 'otlp-http', 'gzip'],
  ['http/protobuf', 'http', 'gzip'],
  ['http/protobuf', 'jaeger-http', 'none'],
  ['http/json', 'otlp-http', 'none'],
  ['http/json', 'otlp-http', 'gzip'],
  ['grpc', 'otlp-grpc', 'none'],
  ['grpc', 'otlp-grpc', 'gzip'],
])("the official SDK's spans arrive by %s on %s (%s)", async (protocol, listener, compression) => {
  const service = `orders ${protocol} ${listener} ${compression}`;
  const { stdout } = await run(process.execPath, [APP], {
    env: {
      PATH: process.env['PATH'] ?? '',
      OTEL_SERVICE_NAME: service,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_ENDPOINT: server.listen[listener] ?? '',
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    },
  });
  const response = await fetch(`${server.listen['http'] ?? ''}/v1/traces/${stdout.trim()}`);
  expect(response.status).toBe(200);
  // The native API's own answer.
  const { spans } = (await response.json()) as { readonly spans: readonly SimpleSpan[] };
  const byName = new Map(spans.map((span) => [span.operation_name, span]));
  expect([...byName.keys()].toSorted()).toEqual(['POST /orders', 'SELECT products', 'charge card']);
  const root = byName.get('POST /orders');
  expect(root?.service_name).toBe(service);
  expect(root?.attributes).toMatchObject({ 'http.request.method': 'POST', 'order.items': 3 });
  expect(byName.get('SELECT products')).toMatchObject({
    parent_span_id: root?.span_id,
    attributes: { 'cache.hit_ratio': 0.25, shards: [1, 2, 3] },
  });
  const charge = byName.get('charge card');
  expect(JSON.stringify(charge?.status)).toContain('ERROR');
  expect(charge?.events[0]).toMatchObject({ name: 'exception', attributes: { 'exception.message': 'card declined' } });

  const found = await fetch(`${server.listen['http'] ?? ''}/v1/traces?service=${encodeURIComponent(service)}`);
  expect(await found.json()).toMatchObject({ traces: [{ trace_id: stdout.trim(), span_count: 3, error_count: 1 }] });
});
