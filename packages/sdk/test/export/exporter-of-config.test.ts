import { expect, test } from 'vitest';
import type { ExporterConfig } from '../../src/config/tracing-config.ts';
import { exporterOfConfig } from '../../src/export/exporter-of-config.ts';
import { contractBatch, expectDropped, noAbort } from '../../testing/exporter-contract.ts';
import { startGrpcReceiver } from './grpc-receiver.ts';
import { startHttpReceiver } from './http-receiver.ts';

const processor = { type: 'simple' } as const;
const sending = { headers: { 'x-key': 'v' }, timeoutMs: 10_000, processor };
const SUCCESS = { exportedCount: 4, droppedCount: 0 };

async function exportOnce(config: ExporterConfig): Promise<unknown> {
  const exporter = exporterOfConfig(config);
  const outcome = await exporter.export(contractBatch(), noAbort());
  await exporter.shutdown();
  return outcome;
}

test('each that posts sends its own format and the headers to its endpoint as it is', async () => {
  await using receiver = await startHttpReceiver();
  const endpoint = `${receiver.origin}/here`;
  const configs: readonly ExporterConfig[] = [
    { type: 'otlp', protocol: 'http/protobuf', endpoint, compression: 'none', ...sending },
    { type: 'otlp', protocol: 'http/json', endpoint, compression: 'gzip', ...sending },
    { type: 'zipkin', endpoint, ...sending },
    { type: 'simple', endpoint, ...sending },
    { type: 'jaeger', protocol: 'http/thrift', endpoint, ...sending },
  ];
  for (const config of configs) expect(await exportOnce(config)).toEqual(SUCCESS);
  expect(receiver.requests.map(({ path, headers }) => [path, headers['x-key'], headers['content-type']])).toEqual(
    ['x-protobuf', 'json', 'json', 'json', 'vnd.apache.thrift.binary'].map((type) => [
      '/here',
      'v',
      `application/${type}`,
    ]),
  );
  expect(receiver.requests.map(({ headers }) => headers['content-encoding'])[1]).toBe('gzip');
});

test('gRPC', async () => {
  await using receiver = await startGrpcReceiver();
  const config = {
    type: 'otlp',
    protocol: 'grpc',
    endpoint: receiver.origin,
    compression: 'zstd',
    ...sending,
  } as const;
  expect(await exportOnce(config)).toEqual(SUCCESS);
  expect(receiver.calls[0]?.headers).toMatchObject({ 'grpc-encoding': 'gzip', 'x-key': 'v' });
});

test('those that stay here have their names', () => {
  const configs: readonly ExporterConfig[] = [
    { type: 'memory', processor },
    { type: 'console', format: 'json', processor },
    { type: 'file', path: 'spans.jsonl', processor },
    { type: 'jaeger', protocol: 'udp/thrift.compact', endpoint: 'localhost:6831', ...sending },
    { type: 'jaeger', protocol: 'udp/thrift.compact', endpoint: '[::1]:6831', ...sending },
  ];
  expect(configs.map((config) => exporterOfConfig(config).name)).toEqual([
    'memory',
    'console',
    'file',
    'jaeger-udp',
    'jaeger-udp',
  ]);
});

test.each(['localhost', 'localhost:0', 'localhost:65536'])(
  'Jaeger over UDP to %s drops everything and says why',
  async (endpoint) => {
    const exporter = exporterOfConfig({ type: 'jaeger', protocol: 'udp/thrift.compact', endpoint, ...sending });
    const batch = contractBatch();
    const outcome = await exporter.export(batch, noAbort());
    expectDropped(outcome, batch, 'misconfigured');
    expect(outcome.message).not.toBe('');
    await exporter.shutdown();
  },
);
