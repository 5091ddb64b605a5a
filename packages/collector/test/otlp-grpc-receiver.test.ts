import zlib from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { CodedError } from '@throughline/model';
import { encodeOtlpProtobuf } from '@throughline/wire';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCollectorMetrics, type GrpcListener, Intake, startOtlpGrpcReceiver } from '../src/index.ts';
import { exampleSpan } from './example-spans.ts';
import { RecordingSink } from './recording-sink.ts';

const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const pass = (bytes: Buffer): Buffer => bytes;

let sink: RecordingSink;
let listener: GrpcListener;
let client: Client;

async function start(maxBodyBytes = 1_000_000): Promise<void> {
  sink = new RecordingSink();
  const intake = new Intake({ sink, metrics: createCollectorMetrics(new Registry()), limits: { maxBodyBytes } });
  listener = await startOtlpGrpcReceiver({ intake, address: '127.0.0.1:0' });
  client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': 2,
  });
}

function call(body: Uint8Array, metadata = new Metadata()): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      PATH,
      pass,
      pass,
      Buffer.from(body),
      metadata,
      (error: ServiceError | null, value?: Buffer) => {
        if (error === null) resolve(value ?? Buffer.alloc(0));
        else reject(error);
      },
    );
  });
}

beforeEach(() => start());
afterEach(async () => {
  client.close();
  await listener.close();
});

test('spans arrive, gzip or not, for the tenant of the metadata', async () => {
  const metadata = new Metadata();
  metadata.set('x-scope-orgid', 'team-a');
  expect(await call(encodeOtlpProtobuf([exampleSpan()]), metadata)).toHaveLength(0);
  expect(sink.spans).toEqual([exampleSpan()]);
  expect(sink.batches[0]?.tenant).toBe('team-a');
});

test('malformed bytes are INVALID_ARGUMENT', async () => {
  await expect(call(Buffer.from('ffff', 'hex'))).rejects.toMatchObject({ code: 3 });
});

test('a full sink is UNAVAILABLE with RetryInfo', async () => {
  sink.failure = new CodedError('overloaded', 'full', { retryable: true, retryAfterMs: 1_500 });
  const error = await call(encodeOtlpProtobuf([exampleSpan()])).catch((thrown: ServiceError) => thrown);
  expect(error).toMatchObject({ code: 14 });
  const [details] = (error as ServiceError).metadata.get('grpc-status-details-bin');
  expect(Buffer.from(details ?? '').toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');
});

test('a message that is too large, inflated, is RESOURCE_EXHAUSTED', async () => {
  client.close();
  await listener.close();
  await start(1_000);
  const large = encodeOtlpProtobuf([exampleSpan({ name: 'x'.repeat(10_000) })]);
  expect(zlib.gzipSync(large).length).toBeLessThan(1_000);
  await expect(call(large)).rejects.toMatchObject({ code: 8 });
  await expect(call(encodeOtlpProtobuf([exampleSpan()]))).resolves.toBeDefined();
});

test('a port in use is a coded error', async () => {
  const intake = new Intake({ sink, metrics: createCollectorMetrics(new Registry()) });
  await expect(startOtlpGrpcReceiver({ intake, address: `127.0.0.1:${listener.port}` })).rejects.toMatchObject({
    code: 'address_in_use',
  });
});
