import type { Attributes, AttributeValue, Resource, Span } from '@throughline/model';
import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeJaegerProtobuf } from '../../src/jaeger/encode-jaeger-protobuf.ts';
import { jaegerFromSpan } from '../../src/jaeger/jaeger-from-span.ts';
import { attributeText } from '../../src/mapping/attribute-text.ts';
import { postSpansRequest } from '../../testing/jaeger-schema.ts';

/** As protobufjs reads a message: all fields, 64-bit numbers as text, bytes as base64. */
function decoded(bytes: Uint8Array): unknown {
  const message = postSpansRequest.decode(bytes);
  return postSpansRequest.toObject(message, { longs: String, bytes: String, enums: String, defaults: true });
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
/** What the text is when it has been through UTF-8. */
const utf8 = (text: string): string => Buffer.from(text).toString();
const instant = (nano: bigint): object => ({ seconds: String(nano / 10n ** 9n), nanos: Number(nano % 10n ** 9n) });

function keyValue([key, value]: readonly [string, AttributeValue]): object {
  const empty = { v_type: 'STRING', v_str: '', v_bool: false, v_int64: '0', v_float64: 0, v_binary: '' };
  const typed = (): object => {
    if (typeof value === 'boolean') return { v_type: 'BOOL', v_bool: value };
    if (typeof value === 'bigint') return { v_type: 'INT64', v_int64: String(value) };
    if (typeof value === 'number') return { v_type: 'FLOAT64', v_float64: value };
    if (value instanceof Uint8Array) return { v_type: 'BINARY', v_binary: Buffer.from(value).toString('base64') };
    return { v_str: utf8(attributeText(value)) };
  };
  return { ...empty, key: utf8(key), ...typed() };
}

const keyValues = (attributes: Attributes): object[] => Array.from(attributes, keyValue);

function expectedSpan(span: Span): object {
  const jaeger = jaegerFromSpan(span);
  return {
    trace_id: base64(jaeger.traceId),
    span_id: base64(jaeger.spanId),
    operation_name: utf8(jaeger.operationName),
    references: jaeger.references.map(({ traceId, spanId, followsFrom }) => ({
      trace_id: base64(traceId),
      span_id: base64(spanId),
      ref_type: followsFrom ? 'FOLLOWS_FROM' : 'CHILD_OF',
    })),
    flags: jaeger.flags,
    start_time: instant(jaeger.startTimeUnixNano),
    duration: instant(jaeger.durationNano),
    tags: keyValues(jaeger.tags),
    logs: jaeger.logs.map(({ timeUnixNano, fields }) => ({
      timestamp: instant(timeUnixNano),
      fields: keyValues(fields),
    })),
    process: null,
    process_id: '',
    warnings: [],
  };
}

function expectedProcess({ attributes }: Resource): object {
  const name = attributes.get('service.name');
  return {
    service_name: typeof name === 'string' && name !== '' ? utf8(name) : 'unknown_service',
    tags: keyValues(new Map([...attributes].filter(([key]) => key !== 'service.name'))),
  };
}

test('protobufjs reads what was written, field by field', () => {
  fc.assert(
    fc.property(fc.array(arbitrarySpan, { minLength: 1, maxLength: 10 }), (given) => {
      const spans = given.map((span) => ({ ...span, resource: given[0]!.resource }));
      const [bytes, ...others] = encodeJaegerProtobuf(spans);
      expect(others).toEqual([]);
      expect(decoded(bytes!)).toEqual({
        batch: { spans: spans.map(expectedSpan), process: expectedProcess(given[0]!.resource) },
      });
    }),
  );
});

test('the bytes are those that protobufjs writes of the same message', () => {
  fc.assert(
    fc.property(arbitrarySpan, (span) => {
      const [bytes] = encodeJaegerProtobuf([span]);
      expect(Buffer.from(postSpansRequest.encode(postSpansRequest.decode(bytes!)).finish())).toEqual(
        Buffer.from(bytes!),
      );
    }),
  );
});

test('one request for each resource, in order; none without spans', () => {
  const [one, two] = fc.sample(arbitrarySpan, { numRuns: 2, seed: 1 });
  const requests = encodeJaegerProtobuf([one!, two!, { ...two!, resource: one!.resource }]);
  const counts = requests.map((bytes) => (decoded(bytes) as { batch: { spans: unknown[] } }).batch.spans.length);
  expect(counts).toEqual([2, 1]);
  expect(encodeJaegerProtobuf([])).toEqual([]);
});
