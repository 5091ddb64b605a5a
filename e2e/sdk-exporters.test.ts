import type { Span } from '@throughline/model';
import {
  type BatchExporter,
  jaegerHttpExporter,
  otlpGrpcExporter,
  otlpHttpExporter,
  simpleListExporter,
} from '@throughline/sdk';
import { decodeOtlpJson, decodeSimpleSpans } from '@throughline/wire';
import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractBatch, contractSpans, noAbort } from '@throughline/sdk/testing/exporter-contract';

let product: ThroughlineProcess;

beforeAll(async () => {
  product = await startThroughline(['--store', 'memory:']);
});

afterAll(async () => {
  await product.stop();
});

function url(listener: string): string {
  const found = product.listen[listener];
  if (found === undefined) throw new Error(`no listener ${listener} in ${JSON.stringify(product.listen)}`);
  return found;
}

const cases: readonly (readonly [name: string, create: () => BatchExporter])[] = [
  ['OTLP protobuf', () => otlpHttpExporter({ endpoint: url('otlp-http') })],
  ['OTLP protobuf, gzip', () => otlpHttpExporter({ endpoint: url('otlp-http'), compression: 'gzip' })],
  ['OTLP protobuf, zstd', () => otlpHttpExporter({ endpoint: url('otlp-http'), compression: 'zstd' })],
  ['OTLP JSON', () => otlpHttpExporter({ endpoint: url('http'), encoding: 'json' })],
  ['OTLP gRPC', () => otlpGrpcExporter({ endpoint: url('otlp-grpc'), insecure: true })],
  ['OTLP gRPC, gzip', () => otlpGrpcExporter({ endpoint: url('otlp-grpc'), insecure: true, compression: 'gzip' })],
  ['Jaeger Thrift', () => jaegerHttpExporter({ endpoint: `${url('jaeger-http')}/api/traces` })],
  ['simple list', () => simpleListExporter({ endpoint: `${url('http')}/v1/traces` })],
];

/** What every format keeps. */
function outline(spans: readonly Span[]): unknown {
  return spans
    .map(
      ({
        spanId,
        parentSpanId,
        name,
        kind,
        startTimeUnixNano,
        endTimeUnixNano,
        attributes,
        status,
        scope,
        events,
      }) => ({
        spanId,
        parentSpanId,
        name,
        kind,
        startTimeUnixNano,
        endTimeUnixNano,
        attributes,
        status,
        scope: scope.name,
        events: events.length,
      }),
    )
    .sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

test.each(cases.map(([name, create], i) => [name, create, i + 100] as const))(
  'what %s sends, Throughline has',
  async (_name, create, traceNumber) => {
    const exporter = create();
    expect(await exporter.export(contractBatch(traceNumber), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    const [first] = contractSpans(traceNumber);
    const response = await fetch(`${url('http')}/v1/traces/${first?.traceId}?format=otlp`);
    expect(response.status).toBe(200);
    expect(outline(decodeOtlpJson(await response.text()).spans)).toEqual(outline(contractSpans(traceNumber)));
    const simple: unknown = await (await fetch(`${url('http')}/v1/traces/${first?.traceId}`)).json();
    const spans = typeof simple === 'object' && simple !== null && 'spans' in simple ? simple.spans : undefined;
    expect(decodeSimpleSpans(spans).spans.map(({ resource }) => resource.attributes.get('service.name'))).toEqual(
      Array(4).fill('checkout'),
    );
    await exporter.shutdown();
  },
);
