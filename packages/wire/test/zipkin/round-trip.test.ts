import { durationNano, isErrorSpan, type Span, SpanKind, StatusCode } from '@throughline/model';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeText } from '../../src/mapping/attribute-text.ts';
import { decodeZipkinJson } from '../../src/zipkin/decode-zipkin-json.ts';
import { encodeZipkinSpans } from '../../src/zipkin/encode-zipkin-spans.ts';
import { microsecondSpan, wholeMicros } from '../microsecond-spans.ts';

function throughZipkin(spans: readonly Span[]): readonly Span[] {
  const {
    spans: back,
    rejected,
    mergedFragmentCount,
  } = decodeZipkinJson(JSON.parse(JSON.stringify(encodeZipkinSpans(spans))));
  expect(rejected).toEqual({});
  expect(mergedFragmentCount).toBe(0);
  return back;
}

test('model to Zipkin and back keeps what Zipkin has a place for', () => {
  fc.assert(
    fc.property(microsecondSpan, (span) => {
      const [back] = throughZipkin([span]);
      if (back === undefined) throw new Error('no span');
      const startTimeUnixNano = wholeMicros(span.startTimeUnixNano);
      const duration = durationNano(span);
      expect(back).toMatchObject({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === span.spanId ? '' : span.parentSpanId,
        name: span.name,
        kind: span.kind,
        traceState: span.traceState,
        weight: span.weight,
        scope: { name: span.scope.name, version: span.scope.version },
        droppedAttributesCount: span.droppedAttributesCount,
        droppedEventsCount: span.droppedEventsCount,
        droppedLinksCount: span.droppedLinksCount,
        startTimeUnixNano,
        // A known duration is at least a microsecond.
        endTimeUnixNano: startTimeUnixNano + (duration > 0n && duration < 1000n ? 1000n : wholeMicros(duration)),
      });
      // Without a status the tag alone says whether the span failed, and why.
      const isToldByTag = span.status.code === StatusCode.UNSET && span.attributes.has('error');
      expect(back.status).toEqual(isToldByTag ? back.status : span.status);
      expect(isErrorSpan(back)).toBe(isErrorSpan(span));
      const kept = [...span.attributes].filter(([key]) => key !== 'error');
      const texts = kept.map(([key, value]) => [key, attributeText(value)] as const);
      expect(back.attributes).toEqual(new Map<string, unknown>([...back.attributes, ...texts]));
      expect(back.events.map(({ name, timeUnixNano }) => ({ name, timeUnixNano }))).toEqual(
        span.events.map(({ name, timeUnixNano }) => ({ name, timeUnixNano: wholeMicros(timeUnixNano) })),
      );
    }),
  );
});

test('what came back goes and comes back unchanged', () => {
  fc.assert(
    fc.property(microsecondSpan, (span) => {
      const once = throughZipkin([span]);
      expect(throughZipkin(once)).toEqual(once);
    }),
  );
});

const text = fc.string({ minLength: 1, maxLength: 6 });
const micros = fc.integer({ min: 1_600_000_000_000_000, max: 1_700_000_000_000_000 });
const endpoint = fc.record(
  { serviceName: text, ipv4: fc.ipV4(), ipv6: fc.ipV6(), port: fc.integer({ min: 1, max: 65_535 }) },
  { requiredKeys: ['serviceName'] },
);
const id = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'));
const plainName = fc.string({ minLength: 1 }).filter((value) => !value.startsWith('"'));

const zipkinJson = fc
  .record(
    {
      traceId: fc.oneof(
        id,
        fc.tuple(id, id).map(([high, low]) => high + low),
      ),
      id,
      parentId: id,
      name: text,
      kind: fc.constantFrom('CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'),
      timestamp: micros,
      duration: fc.integer({ min: 1, max: 10_000_000 }),
      debug: fc.constant(true),
      localEndpoint: endpoint,
      remoteEndpoint: endpoint.map(({ ipv4, ipv6, ...rest }) =>
        // Of two addresses one is kept.
        ipv4 === undefined ? { ...rest, ...(ipv6 === undefined ? {} : { ipv6 }) } : { ...rest, ipv4 },
      ),
      annotations: fc.array(fc.record({ timestamp: micros, value: plainName }), { minLength: 1, maxLength: 3 }),
      tags: fc.dictionary(text, text, { minKeys: 1, maxKeys: 4 }),
    },
    { requiredKeys: ['traceId', 'id', 'timestamp'] },
  )
  .filter(({ id: own, parentId }) => own !== parentId);

test('Zipkin to model and back is the same JSON', () => {
  fc.assert(
    fc.property(zipkinJson, (json) => {
      expect(encodeZipkinSpans(decodeZipkinJson([json]).spans)).toEqual([json]);
    }),
  );
});

test('an error gets the tags of OpenTelemetry, and 64-bit trace ids stay short', () => {
  const json = { traceId: 'ef86c83c0a05a6d6', id: '1'.padStart(16, '0'), timestamp: 5, tags: { error: 'boom' } };
  expect(encodeZipkinSpans(decodeZipkinJson([json]).spans)).toEqual([
    { ...json, tags: { error: 'boom', 'otel.status_code': 'ERROR' } },
  ]);
});

test('INTERNAL is a tag, and what the endpoint cannot hold of the resource is one too', () => {
  const [span] = decodeZipkinJson([{ traceId: '1', id: '1', timestamp: 5, tags: { a: 'own' } }]).spans;
  if (span === undefined) throw new Error('no span');
  const attributes = new Map<string, string | readonly string[]>([
    ['service.name', 'cart'],
    ['host.ip', ['10.0.0.1', '10.0.0.2']],
    ['a', 'of the resource'],
    ['b', 'c'],
  ]);
  const [json] = encodeZipkinSpans([{ ...span, kind: SpanKind.INTERNAL, resource: { ...span.resource, attributes } }]);
  expect(json?.localEndpoint).toEqual({ serviceName: 'cart' });
  expect(json?.tags).toEqual({ a: 'own', b: 'c', 'host.ip': '["10.0.0.1","10.0.0.2"]', 'span.kind': 'internal' });
});
