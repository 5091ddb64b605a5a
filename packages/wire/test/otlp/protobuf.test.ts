import { adjustedCount, type AttributeValue, emptyAttributes, type Span } from '@throughline/model';
import {
  arbitraryAttributeValue,
  arbitraryEvent,
  arbitraryLink,
  arbitraryResource,
  arbitraryScope,
  arbitrarySpan,
  arbitraryTangledSpans,
} from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  columnsFromSpans,
  decodeAnyValue,
  decodeEventMessage,
  decodeLinkMessage,
  decodeOtlpColumns,
  decodeOtlpProtobuf,
  decodeResourceMessage,
  decodeScopeMessage,
  decodeSpanMessage,
  encodeAnyValue,
  encodeEventMessage,
  encodeLinkMessage,
  encodeOtlpProtobuf,
  encodeResourceMessage,
  encodeScopeMessage,
  encodeSpanMessage,
  spansFromColumns,
} from '../../src/index.ts';

describe('requests', () => {
  test('every span comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySpan, { maxLength: 5 }), (spans) => {
        expect(decodeOtlpProtobuf(encodeOtlpProtobuf(spans))).toEqual({ spans, rejected: {} });
      }),
    );
  });

  test('encoding what was decoded gives the same bytes', () => {
    fc.assert(
      fc.property(arbitrarySpan, (span) => {
        const bytes = encodeOtlpProtobuf([span]);
        expect(encodeOtlpProtobuf(decodeOtlpProtobuf(bytes).spans)).toEqual(bytes);
      }),
    );
  });

  test('an empty request is one without spans', () => {
    expect(decodeOtlpProtobuf(new Uint8Array(0))).toEqual({ spans: [], rejected: {} });
    expect(encodeOtlpProtobuf([])).toHaveLength(0);
  });

  test('spans are grouped by the identity of resource and scope, equal ones are shared after decoding', () => {
    const [a, b] = fc.sample(arbitrarySpan, { numRuns: 2, seed: 7 });
    if (a === undefined || b === undefined) throw new Error('no samples');
    const spans = [
      a,
      { ...b, resource: { ...a.resource }, scope: a.scope },
      { ...b, resource: a.resource, scope: a.scope },
    ];
    const columns = decodeOtlpColumns(encodeOtlpProtobuf(spans));
    expect(columns.resources).toEqual([a.resource]);
    expect(columns.scopes).toEqual([a.scope]);
    const decoded = spansFromColumns(columns);
    expect(decoded.map((span) => span.spanId)).toEqual([a.spanId, b.spanId, b.spanId]);
    expect(decoded[2]?.resource).toBe(decoded[0]?.resource);
  });

  test('a batch larger than the first guess of its size', () => {
    const [sample] = fc.sample(arbitrarySpan, { numRuns: 1, seed: 11 });
    if (sample === undefined) throw new Error('no sample');
    const event = { timeUnixNano: 5n, name: 'e', attributes: emptyAttributes, droppedAttributesCount: 0 };
    const link = {
      traceId: sample.traceId,
      spanId: sample.spanId,
      traceState: '',
      flags: 1,
      attributes: emptyAttributes,
      droppedAttributesCount: 0,
    };
    const spans = Array.from({ length: 5000 }, (_, i): Span => ({
      ...sample,
      spanId: (i + 1).toString(16).padStart(16, '0'),
      startTimeUnixNano: BigInt(i),
      attributes: new Map<string, AttributeValue>([
        ['a', BigInt(i)],
        ['b', `value ${i}`],
        ['c', i / 2],
      ]),
      events: [event, event],
      links: [link, link],
    }));
    expect(decodeOtlpProtobuf(encodeOtlpProtobuf(spans)).spans).toEqual(spans);
  });

  test('columns stay as they are while other batches are decoded', () => {
    const spans = fc.sample(arbitrarySpan, { numRuns: 20, seed: 3 });
    const columns = decodeOtlpColumns(encodeOtlpProtobuf(spans));
    decodeOtlpColumns(encodeOtlpProtobuf(fc.sample(arbitrarySpan, { numRuns: 40, seed: 4 })));
    expect(spansFromColumns(columns)).toEqual(spans);
  });

  test('the bytes may be a view into a larger buffer, and a Node Buffer', () => {
    const spans = fc.sample(arbitrarySpan, { numRuns: 20, seed: 5 });
    const bytes = encodeOtlpProtobuf(spans);
    const large = Buffer.alloc(bytes.length + 33, 0xff);
    large.set(bytes, 17);
    const columns = decodeOtlpColumns(large.subarray(17, 17 + bytes.length));
    const decoded = spansFromColumns(columns);
    large.fill(0);
    expect(decoded).toEqual(spans);
  });
});

describe('parts', () => {
  test('a span by itself', () => {
    fc.assert(
      fc.property(arbitrarySpan, (span) => {
        expect(decodeSpanMessage(encodeSpanMessage(span), span.resource, span.scope)).toEqual(span);
      }),
    );
  });

  test('a span without the fields that stand in columns', () => {
    fc.assert(
      fc.property(arbitrarySpan, (span) => {
        const details = { ...span, traceId: '', spanId: '', parentSpanId: '', name: '', kind: 0 as const };
        expect(decodeSpanMessage(encodeSpanMessage(details), span.resource, span.scope)).toEqual(details);
      }),
    );
  });

  test('events, links, values', () => {
    fc.assert(
      fc.property(arbitraryEvent, arbitraryLink, arbitraryAttributeValue, (event, link, value) => {
        expect(decodeEventMessage(encodeEventMessage(event))).toEqual(event);
        expect(decodeLinkMessage(encodeLinkMessage(link))).toEqual(link);
        expect(decodeAnyValue(encodeAnyValue(value))).toEqual(value);
      }),
    );
  });

  test('resources and scopes with their schema URLs', () => {
    fc.assert(
      fc.property(arbitraryResource, arbitraryScope, (resource, scope) => {
        expect(decodeResourceMessage(encodeResourceMessage(resource))).toEqual(resource);
        expect(decodeScopeMessage(encodeScopeMessage(scope))).toEqual(scope);
      }),
    );
  });

  test('a lone surrogate becomes U+FFFD, a byte order mark stays', () => {
    expect(decodeAnyValue(encodeAnyValue('a\ud800b'))).toBe('a\ufffdb');
    expect(decodeAnyValue(encodeAnyValue('\ufeffa'))).toBe('\ufeffa');
  });

  test('texts around the lengths where the encoding changes', () => {
    for (const length of [0, 1, 47, 48, 49, 63, 64, 65, 127, 128, 129, 16383, 16384, 2_097_152]) {
      for (const letter of ['a', 'ä', '😀']) {
        const text = letter.repeat(length);
        expect(decodeAnyValue(encodeAnyValue(text)) === text).toBe(true);
      }
    }
  });

  test('values too deep to be read again are not written', () => {
    let value: readonly AttributeValue[] = [];
    for (let level = 1; level < 128; level++) value = [value];
    expect(decodeAnyValue(encodeAnyValue(value))).toEqual(value);
    expect(() => encodeAnyValue([value])).toThrow(expect.objectContaining({ code: 'value_too_deep' }));
  });
});

describe('columns from spans', () => {
  test('hold the same spans, grouped', () => {
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        const columns = columnsFromSpans({ spans, rejected: {} });
        expect(spansFromColumns(columns)).toEqual(expect.arrayContaining([...spans]));
        expect(columns.spanCount).toBe(spans.length);
      }),
      { numRuns: 30 },
    );
  });

  test('keep weights and rejections, and count what OTLP rules out', () => {
    const samples = fc.sample(arbitrarySpan, { numRuns: 4, seed: 1 });
    const spans = samples.map((span, i) => ({ ...span, weight: adjustedCount(span.traceState) + i }));
    const broken = { ...spans[0]!, spanId: '' };
    const columns = columnsFromSpans({
      spans: [broken, ...spans],
      rejected: { limit_exceeded: 2, invalid_span_id: 3 },
    });
    expect(columns.rejected).toEqual({ limit_exceeded: 2, invalid_span_id: 4 });
    const weights = spansFromColumns(columns).map((span) => [span.spanId, span.weight]);
    expect(weights).toEqual(spans.map((span) => [span.spanId, span.weight]));
  });
});
