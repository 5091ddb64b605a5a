import { expect, test } from 'vitest';
import { grpcOrigin, otlpTracesUrl } from '../../src/export/otlp-endpoint.ts';
import { otlpHttpExporter } from '../../src/export/otlp-http-exporter.ts';
import { contractBatch, noAbort } from '../../testing/exporter-contract.ts';
import { startHttpReceiver } from './http-receiver.ts';

test.each([
  ['http://collector:4318', 'http://collector:4318/v1/traces'],
  ['http://collector:4318/', 'http://collector:4318/v1/traces'],
  ['https://collector/otlp', 'https://collector/otlp/v1/traces'],
  ['https://collector/otlp/', 'https://collector/otlp/v1/traces'],
  ['https://collector/otlp?key=1', 'https://collector/otlp/v1/traces?key=1'],
  ['not a URL', 'not a URL'],
])('%s: traces go to %s', (endpoint, url) => {
  expect(otlpTracesUrl(endpoint)).toBe(url);
});

test('an endpoint for traces is taken as it is', async () => {
  await using receiver = await startHttpReceiver();
  const exporter = otlpHttpExporter({
    endpoint: 'http://elsewhere.invalid',
    tracesEndpoint: `${receiver.origin}/mine/`,
  });
  await exporter.export(contractBatch(), noAbort());
  expect(receiver.requests.map(({ path }) => path)).toEqual(['/mine/']);
  await exporter.shutdown();
});

test.each([
  ['http://collector:4317', false, 'http://collector:4317'],
  ['https://collector:4317/path', true, 'https://collector:4317'],
  ['collector:4317', true, 'http://collector:4317'],
  ['collector:4317', false, 'https://collector:4317'],
  ['localhost:4317', true, 'http://localhost:4317'],
])('gRPC: %s, insecure %j, is %s', (endpoint, insecure, origin) => {
  expect(grpcOrigin(endpoint, insecure)).toBe(origin);
});
