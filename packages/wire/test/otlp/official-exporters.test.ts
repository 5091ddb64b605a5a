import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { context, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { AttributeValue } from '@throughline/model';
import { beforeAll, describe, expect, test } from 'vitest';

import {
  decodeOtlpJson,
  decodeOtlpProtobuf,
  encodeExportResponse,
  encodeOtlpJson,
  encodeOtlpProtobuf,
} from '../../src/index.ts';

/** Spans as an application makes them with the official SDK, with every field that it can set. */
function officialSpans(): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'checkout', 'process.pid': 4711, 'host.cpu.load': 0.5 }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    spanLimits: { attributeCountLimit: 12 },
  });
  const tracer = provider.getTracer('@example/http', '1.2.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' });
  const other = provider.getTracer('other');
  const root = tracer.startSpan('GET /order/{id}', {
    kind: SpanKind.SERVER,
    startTime: [1_700_000_000, 123_456_789],
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 500,
      'http.request.header.accept': ['text/html', 'text/plain'],
      'server.port': 8080,
      negative: -3,
      large: Number.MAX_SAFE_INTEGER,
      beyond: 2 ** 53,
      ratio: 0.25,
      secure: true,
      text: 'Grüße, 世界 👋',
    },
  });
  const inRoot = trace.setSpan(context.active(), root);
  const linked = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  const child = other.startSpan(
    'SELECT',
    {
      kind: SpanKind.CLIENT,
      startTime: [1_700_000_000, 200_000_000],
      links: [{ context: { ...linked, isRemote: true }, attributes: { why: 'batch', tries: 2 } }],
    },
    inRoot,
  );
  child.addEvent('retry', { attempt: 2, delays: [0.5, 1.5] }, [1_700_000_000, 250_000_000]);
  child.addEvent('done', [1_700_000_000, 260_000_000]);
  for (let i = 0; i < 20; i++) child.setAttribute(`key ${i}`, i);
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'timeout' });
  child.end([1_700_000_000, 300_000_000]);
  root.setStatus({ code: SpanStatusCode.OK });
  root.end([1_700_000_001, 1]);
  other.startSpan('plain', { startTime: [1_700_000_002, 0] }).end([1_700_000_001, 0]);
  return exporter.getFinishedSpans();
}

let spans: ReadableSpan[];
let protobuf: Uint8Array;
let json: string;
beforeAll(() => {
  spans = officialSpans();
  protobuf = ProtobufTraceSerializer.serializeRequest(spans)!;
  json = new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans));
});

describe('the official JavaScript exporters', () => {
  test('protobuf (HTTP and gRPC) and JSON decode to the same spans', () => {
    const fromProtobuf = decodeOtlpProtobuf(protobuf);
    expect(fromProtobuf.spans).toHaveLength(3);
    expect(fromProtobuf.rejected).toEqual({});
    expect(decodeOtlpJson(json)).toEqual(fromProtobuf);
  });

  test('the spans are those of the application', () => {
    const decoded = new Map(decodeOtlpProtobuf(protobuf).spans.map((span) => [span.name, span]));
    for (const official of spans) {
      const span = decoded.get(official.name)!;
      expect(span).toMatchObject({
        traceId: official.spanContext().traceId,
        spanId: official.spanContext().spanId,
        parentSpanId: official.parentSpanContext?.spanId ?? '',
        kind: official.kind + 1,
        startTimeUnixNano: unixNano(official.startTime),
        endTimeUnixNano: unixNano(official.endTime),
        status: { code: official.status.code, message: official.status.message ?? '' },
        droppedAttributesCount: official.droppedAttributesCount,
        droppedEventsCount: official.droppedEventsCount,
        droppedLinksCount: official.droppedLinksCount,
        scope: {
          name: official.instrumentationScope.name,
          version: official.instrumentationScope.version ?? '',
          schemaUrl: official.instrumentationScope.schemaUrl ?? '',
        },
      });
      expect(span.flags & 0xff).toBe(official.spanContext().traceFlags);
      expect([...span.attributes.keys()]).toEqual(Object.keys(official.attributes));
      expect(span.events.map(({ name, timeUnixNano }) => [name, timeUnixNano])).toEqual(
        official.events.map(({ name, time }) => [name, unixNano(time)]),
      );
      expect(span.links.map(({ traceId, spanId }) => [traceId, spanId])).toEqual(
        official.links.map((link) => [link.context.traceId, link.context.spanId]),
      );
    }
    const root = decoded.get('GET /order/{id}')!;
    expect(root.attributes).toEqual(
      new Map<string, AttributeValue>([
        ['http.request.method', 'GET'],
        ['http.response.status_code', 500n],
        ['http.request.header.accept', ['text/html', 'text/plain']],
        ['server.port', 8080n],
        ['negative', -3n],
        ['large', 2n ** 53n - 1n],
        ['beyond', root.attributes.get('beyond') ?? null],
        ['ratio', 0.25],
        ['secure', true],
        ['text', 'Grüße, 世界 👋'],
      ]),
    );
    expect(Number(root.attributes.get('beyond'))).toBe(2 ** 53);
    expect(root.resource.attributes.get('service.name')).toBe('checkout');
    expect(root.resource.attributes.get('process.pid')).toBe(4711n);
    expect(root.resource.attributes.get('host.cpu.load')).toBe(0.5);
    expect(decoded.get('SELECT')).toMatchObject({ attributes: { size: 12 }, droppedAttributesCount: 8 });
  });

  test('what is encoded here says the same as what they encode', () => {
    const decoded = decodeOtlpProtobuf(protobuf);
    expect(decodeOtlpProtobuf(encodeOtlpProtobuf(decoded.spans))).toEqual(decoded);
    expect(decodeOtlpJson(encodeOtlpJson(decoded.spans))).toEqual(decoded);
  });

  test('they read the responses', () => {
    const partial = { rejectedSpans: 3, errorMessage: 'three without a trace id' };
    for (const [serializer, encoding] of [
      [ProtobufTraceSerializer, 'protobuf'],
      [JsonTraceSerializer, 'json'],
    ] as const) {
      const read = (outcome: typeof partial) => serializer.deserializeResponse(encodeExportResponse(outcome, encoding));
      const { partialSuccess } = read(partial);
      expect(Number(partialSuccess?.rejectedSpans)).toBe(3);
      expect(partialSuccess?.errorMessage).toBe(partial.errorMessage);
      expect(read({ rejectedSpans: 0, errorMessage: '' }).partialSuccess ?? undefined).toBe(undefined);
    }
  });
});

// What version 0.301 of the serializers above made of these spans.
describe('golden bytes of those exporters', () => {
  test('decode to the same spans, whatever the installed version does', () => {
    const fromProtobuf = decodeOtlpProtobuf(
      Buffer.from(fixture('official-exporter.protobuf.hex').replaceAll('\n', ''), 'hex'),
    );
    const fromJson = decodeOtlpJson(fixture('official-exporter.json'));
    expect(fromJson).toEqual(fromProtobuf);
    expect(fromProtobuf.rejected).toEqual({});
    expect(fromProtobuf.spans).toMatchSnapshot();
  });
});

function unixNano([seconds, nanos]: readonly [number, number]): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), 'utf8');
}
