import type { Span } from '@throughline/model';
import {
  decodeJaegerJson,
  decodeJaegerThrift,
  decodeOtlpJson,
  decodeOtlpProtobuf,
  decodeSimpleSpans,
  decodeZipkinJson,
  encodeJaegerTrace,
  encodeSimpleSpan,
  encodeZipkinSpans,
} from '@throughline/wire';
import type { HttpExporterOptions } from '../../src/export/http-transport.ts';
import { jaegerHttpExporter } from '../../src/export/jaeger-http-exporter.ts';
import { otlpHttpExporter } from '../../src/export/otlp-http-exporter.ts';
import { simpleListExporter } from '../../src/export/simple-list-exporter.ts';
import type { BatchExporter } from '../../src/export/span-exporter.ts';
import { zipkinExporter } from '../../src/export/zipkin-exporter.ts';
import type { ReceivedRequest } from './http-receiver.ts';

/** One of the exporters that post over HTTP. */
export interface HttpCase {
  readonly path: string;
  readonly contentType: string;
  create(origin: string, options?: HttpExporterOptions): BatchExporter;
  decode(body: Buffer): readonly Span[];
  readonly expected?: (spans: readonly Span[]) => readonly Span[];
}

export const httpCases: Readonly<Record<string, HttpCase>> = {
  'OTLP protobuf': {
    path: '/v1/traces',
    contentType: 'application/x-protobuf',
    create: (origin, options) => otlpHttpExporter({ endpoint: origin, ...options }),
    decode: (body) => decodeOtlpProtobuf(body).spans,
  },
  'OTLP JSON': {
    path: '/v1/traces',
    contentType: 'application/json',
    create: (origin, options) => otlpHttpExporter({ endpoint: origin, encoding: 'json', ...options }),
    decode: (body) => decodeOtlpJson(body.toString()).spans,
  },
  Zipkin: {
    path: '/api/v2/spans',
    contentType: 'application/json',
    create: (origin, options) => zipkinExporter({ endpoint: `${origin}/api/v2/spans`, ...options }),
    decode: (body) => decodeZipkinJson(JSON.parse(body.toString())).spans,
    expected: (spans) => decodeZipkinJson(JSON.parse(JSON.stringify(encodeZipkinSpans(spans)))).spans,
  },
  'Jaeger Thrift': {
    path: '/api/traces',
    contentType: 'application/vnd.apache.thrift.binary',
    create: (origin, options) => jaegerHttpExporter({ endpoint: `${origin}/api/traces`, ...options }),
    decode: (body) => decodeJaegerThrift(body).spans,
    expected: (spans) => decodeJaegerJson(JSON.parse(JSON.stringify(encodeJaegerTrace(spans)))).spans,
  },
  'simple list': {
    path: '/v1/traces',
    contentType: 'application/json',
    create: (origin, options) => simpleListExporter({ endpoint: `${origin}/v1/traces`, ...options }),
    decode: (body) => decodeSimpleSpans(JSON.parse(body.toString())).spans,
    expected: (spans) => decodeSimpleSpans(JSON.parse(JSON.stringify(spans.map(encodeSimpleSpan)))).spans,
  },
};

export function decodedAll(each: HttpCase, requests: readonly ReceivedRequest[]): readonly Span[] {
  return requests.flatMap(({ body }) => each.decode(body));
}
