import type { Span } from '@throughline/model';
import { expect, test } from 'vitest';
import { decodeJaegerJson } from '../../src/jaeger/decode-jaeger-json.ts';
import { decodeSimpleSpans } from '../../src/simple/decode-simple-spans.ts';
import { decodeZipkinJson } from '../../src/zipkin/decode-zipkin-json.ts';

const services = ['a', 'b', 'a', 'a', 'b'];

test.each<[string, (services: readonly string[]) => readonly Span[]]>([
  [
    'simple',
    (names): readonly Span[] =>
      decodeSimpleSpans(
        names.map((service_name, i) => ({
          trace_id: '1',
          span_id: `${i + 1}`,
          start_time: 1,
          service_name,
          scope: { name: 'lib', version: '1' },
        })),
      ).spans,
  ],
  [
    'Zipkin',
    (names): readonly Span[] =>
      decodeZipkinJson(
        names.map((serviceName, i) => ({
          traceId: '1',
          id: `${i + 1}`,
          timestamp: 1,
          localEndpoint: { serviceName, ipv4: '10.0.0.1' },
          tags: { 'otel.scope.name': 'lib' },
        })),
      ).spans,
  ],
  [
    'Jaeger',
    (names): readonly Span[] =>
      decodeJaegerJson({
        spans: names.map((serviceName, i) => ({
          traceID: '1',
          spanID: `${i + 1}`,
          startTime: 1,
          process: { serviceName },
          tags: [{ key: 'otel.scope.name', value: 'lib' }],
        })),
      }).spans,
  ],
])('%s: equal resources and scopes are one object', (_format, decode) => {
  const spans = decode(services);
  expect(spans.map(({ resource }) => resource.attributes.get('service.name'))).toEqual(services);
  expect(new Set(spans.map(({ resource }) => resource)).size).toBe(2);
  expect(new Set(spans.map(({ scope }) => scope)).size).toBe(1);
});
