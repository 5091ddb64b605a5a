import type { Span } from '@throughline/model';
import { arbitraryResource, arbitraryScope, arbitrarySpan } from '@throughline/model/testing/arbitraries';
import { decodeOtlpProtobuf, encodeOtlpProtobuf } from '@throughline/wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestOfBatch, requestOfBatches, spansOfBatch } from '../../src/export/batch-bytes.ts';
import { batchOfSpans } from '../../testing/span-batch.ts';

/** Scopes of a batch have a name, a version and a schema URL. */
const plainScope = arbitraryScope.map((scope) => ({ ...scope, attributes: new Map(), droppedAttributesCount: 0 }));

/** Spans of one resource and up to three scopes, grouped by scope as a batch has them. */
const batchSpans: fc.Arbitrary<readonly Span[]> = fc
  .tuple(
    arbitraryResource,
    fc.array(fc.tuple(plainScope, fc.array(arbitrarySpan, { minLength: 1, maxLength: 3 })), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([resource, groups]) => groups.flatMap(([scope, spans]) => spans.map((span) => ({ ...span, resource, scope }))));

test('a framed batch is what wire encodes of the same spans', () => {
  fc.assert(
    fc.property(batchSpans, (spans) => {
      expect(decodeOtlpProtobuf(requestOfBatch(batchOfSpans(spans)))).toEqual(
        decodeOtlpProtobuf(encodeOtlpProtobuf(spans)),
      );
    }),
  );
});

test('spans come back as they went in', () => {
  fc.assert(
    fc.property(batchSpans, (spans) => {
      expect(spansOfBatch(batchOfSpans(spans))).toEqual(decodeOtlpProtobuf(encodeOtlpProtobuf(spans)).spans);
    }),
  );
});

test('several batches are one request, in order', () => {
  fc.assert(
    fc.property(fc.array(batchSpans, { maxLength: 3 }), (groups) => {
      const batches = groups.map(batchOfSpans);
      expect(decodeOtlpProtobuf(requestOfBatches(batches)).spans).toEqual(batches.flatMap(spansOfBatch));
    }),
  );
});
