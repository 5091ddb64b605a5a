import type { Span } from '@throughline/model';
import { decodeJaegerJson, encodeJaegerTrace, encodeRpcStatus } from '@throughline/wire';
import { postSpansRequest } from '@throughline/wire/testing/jaeger-schema';
import { expect, test } from 'vitest';

import { exporterOfConfig } from '../../src/export/exporter-of-config.ts';
import { jaegerGrpcExporter } from '../../src/export/jaeger-grpc-exporter.ts';
import { contractBatch, exporterContract, noAbort } from '../../testing/exporter-contract.ts';
import { failure, startGrpcReceiver } from './grpc-receiver.ts';
import { recordingClock } from './http-receiver.ts';

interface Instant {
  readonly seconds: string;
  readonly nanos: number;
}
interface KeyValue {
  readonly key: string;
  readonly v_type: string;
  readonly v_str: string;
  readonly v_bool: boolean;
  readonly v_int64: string;
  readonly v_float64: number;
  readonly v_binary: string;
}
interface PostSpansRequest {
  readonly batch: {
    readonly spans: readonly {
      readonly trace_id: Buffer;
      readonly span_id: Buffer;
      readonly operation_name: string;
      readonly references: readonly {
        readonly trace_id: Buffer;
        readonly span_id: Buffer;
        readonly ref_type: string;
      }[];
      readonly flags: number;
      readonly start_time: Instant;
      readonly duration: Instant;
      readonly tags: readonly KeyValue[];
      readonly logs: readonly { readonly timestamp: Instant; readonly fields: readonly KeyValue[] }[];
    }[];
    readonly process: { readonly service_name: string; readonly tags: readonly KeyValue[] };
  };
}

const micros = ({ seconds, nanos }: Instant): number => Number(seconds) * 1e6 + nanos / 1e3;
const tagOf = (tag: KeyValue): object => {
  const values: Readonly<Record<string, unknown>> = {
    STRING: tag.v_str,
    BOOL: tag.v_bool,
    INT64: tag.v_int64,
    FLOAT64: tag.v_float64,
    BINARY: tag.v_binary,
  };
  return { key: tag.key, type: tag.v_type.toLowerCase(), value: values[tag.v_type] };
};

/** The same batch as Jaeger's query API would show it, which wire reads. */
function decoded(body: Uint8Array): readonly Span[] {
  const options = { longs: String, enums: String, defaults: true };
  const { batch } = postSpansRequest.toObject(postSpansRequest.decode(body), options) as PostSpansRequest;
  const spans = batch.spans.map((span) => ({
    traceID: span.trace_id.toString('hex'),
    spanID: span.span_id.toString('hex'),
    operationName: span.operation_name,
    references: span.references.map((reference) => ({
      traceID: reference.trace_id.toString('hex'),
      spanID: reference.span_id.toString('hex'),
      refType: reference.ref_type,
    })),
    flags: span.flags,
    startTime: micros(span.start_time),
    duration: micros(span.duration),
    tags: span.tags.map(tagOf),
    logs: span.logs.map((log) => ({ timestamp: micros(log.timestamp), fields: log.fields.map(tagOf) })),
    processID: 'p1',
  }));
  const { service_name: serviceName, tags } = batch.process;
  return decodeJaegerJson({ data: [{ spans, processes: { p1: { serviceName, tags: tags.map(tagOf) } } }] }).spans;
}

exporterContract({
  open: async () => {
    const receiver = await startGrpcReceiver();
    const exporter = jaegerGrpcExporter({ endpoint: receiver.origin });
    return {
      exporter,
      received: async () => receiver.accepted.flatMap(({ body }) => decoded(body)),
      [Symbol.asyncDispose]: async () => {
        await exporter.shutdown();
        await receiver[Symbol.asyncDispose]();
      },
    };
  },
  expected: (spans) => decodeJaegerJson(JSON.parse(JSON.stringify(encodeJaegerTrace(spans)))).spans,
});

test('a configuration makes it; it calls the collector, with the headers', async () => {
  await using receiver = await startGrpcReceiver();
  const exporter = exporterOfConfig({
    type: 'jaeger',
    protocol: 'grpc',
    endpoint: receiver.origin,
    headers: { 'X-Key': 'v' },
    timeoutMs: 10_000,
    processor: { type: 'simple' },
  });
  expect(exporter.name).toBe('jaeger-grpc');
  expect(await exporter.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
  expect(receiver.calls[0]?.headers).toMatchObject({
    ':path': '/jaeger.api_v2.CollectorService/PostSpans',
    'content-type': 'application/grpc',
    'x-key': 'v',
  });
  await exporter.shutdown();
});

test('a collector whose queue is full is asked again, when it says or a little later', async () => {
  const details = encodeRpcStatus({ code: 8, message: 'busy', retryDelayMs: 2500 }, 'protobuf');
  await using receiver = await startGrpcReceiver(
    failure(8),
    failure(8, { 'grpc-status-details-bin': Buffer.from(details).toString('base64') }),
  );
  const clock = recordingClock();
  const exporter = jaegerGrpcExporter({ endpoint: receiver.origin, clock });
  expect(await exporter.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
  expect(clock.delays).toEqual([1000, 2500]);
  await exporter.shutdown();
});
