import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  decodeAnyValue,
  decodeEventMessage,
  decodeLinkMessage,
  decodeOtlpColumns,
  decodeResourceMessage,
  decodeScopeMessage,
  decodeSpanMessage,
  encodeOtlpProtobuf,
  spansFromColumns,
} from '../../src/index.ts';
import { outcomeOf } from './decode-outcome.ts';
import { attribute, bytesOf, deepValue, field, integer, repeated, request, span, text } from './wire-format.ts';

/** Whether it was read. Anything thrown but a DecodeError, or by a later read, fails the test. */
function isRead(bytes: Uint8Array): boolean {
  const columns = outcomeOf(() => decodeOtlpColumns(bytes));
  if (typeof columns === 'string') return false;
  const spans = spansFromColumns(columns);
  expect(spans).toHaveLength(columns.spanCount);
  // What has been read can be sent on, and read again.
  expect(decodeOtlpColumns(encodeOtlpProtobuf(spans))).toMatchObject({ spanCount: spans.length, rejected: {} });
  return true;
}

const arbitraryBytes = fc.array(arbitrarySpan, { minLength: 1, maxLength: 2 }).map(encodeOtlpProtobuf);

interface Mutation {
  readonly kind: 'flip' | 'insert' | 'remove' | 'repeat' | 'truncate';
  readonly at: number;
  readonly byte: number;
  readonly length: number;
}

const arbitraryMutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'flip', 'flip', 'insert', 'remove', 'repeat', 'truncate'),
  at: fc.nat(),
  byte: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x2a, 0x32)),
  length: fc.integer({ min: 1, max: 20 }),
});

function mutated(bytes: Uint8Array, { kind, at, byte, length }: Mutation): Uint8Array {
  const offset = bytes.length === 0 ? 0 : at % bytes.length;
  switch (kind) {
    case 'flip': {
      const copy = bytes.slice();
      copy[offset] = byte;
      return copy;
    }
    case 'insert':
      return bytesOf(bytes.subarray(0, offset), byte, bytes.subarray(offset));
    case 'remove':
      return bytesOf(bytes.subarray(0, offset), bytes.subarray(offset + length));
    case 'repeat':
      return bytesOf(bytes.subarray(0, offset + length), bytes.subarray(offset));
    default:
      return bytes.subarray(0, offset);
  }
}

test('mutated requests are read or refused', () => {
  let readCount = 0;
  let refusedCount = 0;
  fc.assert(
    fc.property(arbitraryBytes, fc.array(arbitraryMutation, { minLength: 1, maxLength: 3 }), (bytes, mutations) => {
      if (isRead(mutations.reduce(mutated, bytes))) readCount++;
      else refusedCount++;
    }),
    { numRuns: 3000 },
  );
  // Both ways were taken: the mutations are neither harmless nor hopeless.
  expect(readCount).toBeGreaterThan(100);
  expect(refusedCount).toBeGreaterThan(100);
});

test('one byte of a span replaced by another', () => {
  const bytes = request(
    span(
      text(5, 'n'),
      attribute(
        'k',
        field(5, field(1, integer(3, 1)), field(1, field(6, field(1, text(1, 'm'), field(2, text(1, 'v')))))),
      ),
      field(11, text(2, 'e'), field(3, text(1, 'k'), field(2, integer(2, 1)))),
    ),
  );
  let readCount = 0;
  for (let offset = 0; offset < bytes.length; offset++) {
    const byte = bytes[offset] ?? 0;
    const others = [0, 0x7f, 0x80, 0xff, byte + 1, byte - 1, ...[1, 2, 4, 8, 16, 32, 64, 128].map((bit) => byte ^ bit)];
    for (const other of others) {
      const copy = bytes.slice();
      copy[offset] = other;
      if (isRead(copy)) readCount++;
    }
  }
  expect(readCount).toBeGreaterThan(bytes.length / 2);
});

test('random bytes, to every decoder of a part', () => {
  const columns = decodeOtlpColumns(request(span()));
  const [resource, scope] = [columns.resources[0]!, columns.scopes[0]!];
  const decoders = [
    (bytes: Uint8Array) => decodeAnyValue(bytes),
    (bytes: Uint8Array) => decodeEventMessage(bytes),
    (bytes: Uint8Array) => decodeLinkMessage(bytes),
    decodeResourceMessage,
    decodeScopeMessage,
    (bytes: Uint8Array) => decodeSpanMessage(bytes, resource, scope),
    isRead,
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      for (const decode of decoders) expect(() => outcomeOf(() => decode(bytes))).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('values nested 100,000 levels deep cost no stack', () => {
  for (const kind of ['array', 'map'] as const) {
    const value = deepValue(100_000, kind);
    const keyValue = bytesOf(text(1, 'k'), field(2, value));
    const bad = span(field(9, keyValue));
    expect(decodeOtlpColumns(request(bad, span()))).toMatchObject({ spanCount: 1, rejected: { limit_exceeded: 1 } });
    expect(decodeOtlpColumns(field(1, field(1, field(1, keyValue)), field(2, field(2, span()))))).toMatchObject({
      spanCount: 0,
      rejected: { limit_exceeded: 1 },
    });
    expect(() => decodeAnyValue(value)).toThrow(expect.objectContaining({ code: 'payload_too_deep' }));
  }
});

test('a repeated resource is joined once, not once a repetition', () => {
  const parts = Array.from({ length: 50_000 }, (_, i) => field(1, field(1, text(1, `k${i % 100}`))));
  const columns = decodeOtlpColumns(field(1, field(2, field(2, span())), ...parts), { maxAttributes: 50_000 });
  expect(columns.resources[0]?.attributes.size).toBe(100);
});

/** The size of all columns together. */
function bytesOfColumns(bytes: Uint8Array): number {
  const columns = decodeOtlpColumns(bytes);
  const arrays = Object.values(columns).filter((value) => ArrayBuffer.isView(value) && value !== columns.source);
  return arrays.reduce((sum, array) => sum + array.byteLength, 0);
}

function oneScope(spans: Uint8Array): Uint8Array {
  return field(1, field(2, spans));
}

test('columns stay in proportion to the request', () => {
  const emptyAttributes = oneScope(field(2, span(repeated(10_000, field(9)))));
  expect(bytesOfColumns(emptyAttributes)).toBeLessThan(13 * emptyAttributes.length);
  const bareSpans = oneScope(repeated(10_000, field(2, span())));
  expect(bytesOfColumns(bareSpans)).toBeLessThan(4 * bareSpans.length);
  const emptySpans = oneScope(repeated(100_000, field(2)));
  expect(decodeOtlpColumns(emptySpans).rejected).toEqual({ invalid_trace_id: 100_000 });
  expect(bytesOfColumns(emptySpans)).toBe(0);
});
