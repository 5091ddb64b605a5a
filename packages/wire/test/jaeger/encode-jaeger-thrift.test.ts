import { inspect } from 'node:util';
import { emptyAttributes, type Span, type SpanLink } from '@throughline/model';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJaegerThrift, decodeJaegerThriftCompact } from '../../src/jaeger/decode-jaeger-thrift.ts';
import { encodeJaegerPackets, encodeJaegerThrift } from '../../src/jaeger/encode-jaeger-thrift.ts';
import { microsecondSpan } from '../microsecond-spans.ts';
import { batchOf, callBytes, structBytes } from './thrift-library.ts';

const MAX_PACKET_BYTES = 65_000;

/** Apache's library writes -0 as 0, so spans that print a -0 anywhere are left out where it is compared with. */
const writableSpan = microsecondSpan.filter((span) => !inspect(span, { depth: Infinity }).includes('-0'));

function ofOneResource(span: fc.Arbitrary<Span>): fc.Arbitrary<readonly Span[]> {
  return fc
    .array(span, { minLength: 1, maxLength: 20 })
    .map((spans) => spans.map((each) => ({ ...each, resource: spans[0]?.resource ?? each.resource })));
}

/** The batch that is the argument of a call of emitBatch. */
function batchOfCall(packet: Uint8Array): Uint8Array {
  const header = [0x82, 0x81, 0, 9, ...new TextEncoder().encode('emitBatch'), 0x1c];
  expect([...packet.subarray(0, header.length)]).toEqual(header);
  expect(packet.at(-1)).toBe(0);
  return packet.subarray(header.length, -1);
}

test('binary: the same bytes as of the Thrift library', () => {
  fc.assert(
    fc.property(ofOneResource(writableSpan), (spans) => {
      expect(encodeJaegerThrift(spans)).toEqual([structBytes('binary', batchOf(spans))]);
    }),
  );
});

test('compact: the same bytes as of the Thrift library', () => {
  fc.assert(
    fc.property(ofOneResource(writableSpan), (spans) => {
      const { packets } = encodeJaegerPackets(spans, 2 ** 31);
      expect(packets.map(({ bytes }) => batchOfCall(bytes))).toEqual([structBytes('compact', batchOf(spans))]);
    }),
  );
});

test('a call in the compact protocol is what the Thrift library writes', () => {
  const [span] = fc.sample(writableSpan, { numRuns: 1, seed: 1 });
  if (span === undefined) throw new Error('no sample');
  const [packet] = encodeJaegerPackets([span], 2 ** 31).packets;
  expect(packet?.bytes).toEqual(callBytes('emitBatch', true, batchOf([span]), 'compact'));
});

test('a link without ids is left out', () => {
  const [span] = fc.sample(microsecondSpan, { numRuns: 1, seed: 1 });
  if (span === undefined) throw new Error('no sample');
  const link = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceState: '', flags: 0, droppedAttributesCount: 0 };
  const linkOf = (ids: object): SpanLink => ({ ...link, attributes: emptyAttributes, ...ids });
  const links = [linkOf({ traceId: '' }), linkOf({}), linkOf({ spanId: '' })];
  expect(encodeJaegerThrift([{ ...span, links }])).toEqual(encodeJaegerThrift([{ ...span, links: [linkOf({})] }]));
});

test('one batch for each resource, in order', () => {
  fc.assert(
    fc.property(fc.array(microsecondSpan, { maxLength: 8 }), (spans) => {
      const batches = encodeJaegerThrift(spans).map((bytes) => decodeJaegerThrift(bytes).spans);
      expect(batches.flat().map(({ traceId, spanId }) => traceId + spanId)).toEqual(
        spans.map(({ traceId, spanId }) => traceId + spanId),
      );
      expect(batches.length).toBe(new Set(spans.map(({ resource }) => resource)).size);
    }),
  );
});

test('packets keep every span in order and none is over the limit', () => {
  fc.assert(
    fc.property(ofOneResource(microsecondSpan), fc.integer({ min: 300, max: 3000 }), (spans, limit) => {
      const { packets, tooLargeCount } = encodeJaegerPackets(spans, limit);
      const decoded = packets.flatMap(({ bytes, spanCount }) => {
        expect(bytes.length).toBeLessThanOrEqual(limit);
        const { spans: ofPacket } = decodeJaegerThriftCompact(batchOfCall(bytes));
        expect(ofPacket.length).toBe(spanCount);
        return ofPacket;
      });
      const fitting = spans.filter((span) => encodeJaegerPackets([span], limit).tooLargeCount === 0);
      expect(decoded.map(({ spanId }) => spanId)).toEqual(fitting.map(({ spanId }) => spanId));
      expect(tooLargeCount).toBe(spans.length - fitting.length);
    }),
  );
});

test('a span that fills a packet is sent, a larger one is counted', () => {
  const [span] = fc.sample(microsecondSpan, { numRuns: 1, seed: 7 });
  if (span === undefined) throw new Error('no sample');
  const named = (length: number): readonly Span[] => [{ ...span, name: 'n'.repeat(length) }];
  const lengthOf = (name: number): number => encodeJaegerPackets(named(name), 2 ** 31).packets[0]?.bytes.length ?? 0;
  let fits = MAX_PACKET_BYTES - lengthOf(20_000) + 20_000;
  while (encodeJaegerPackets(named(fits), MAX_PACKET_BYTES).tooLargeCount > 0) fits--;
  expect(lengthOf(fits)).toBeGreaterThan(MAX_PACKET_BYTES - 24);
  expect(encodeJaegerPackets(named(fits), MAX_PACKET_BYTES)).toMatchObject({
    packets: { length: 1 },
    tooLargeCount: 0,
  });
  expect(encodeJaegerPackets(named(fits + 1), MAX_PACKET_BYTES)).toEqual({ packets: [], tooLargeCount: 1 });
});
