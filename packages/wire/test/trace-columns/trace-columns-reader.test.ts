import { assembleTrace, MAX_DETAIL_BLOCK_ROWS, type Span } from '@throughline/model';
import { arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  buildTraceColumns,
  DecodeError,
  decodeSpanDetails,
  encodeTraceColumns,
  encodeTraceColumnsHead,
  TraceColumnsReader,
} from '../../src/index.ts';

const columns = (() => {
  const [span] = fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 1 })[0] ?? [];
  if (span === undefined) throw new Error('a trace has a span');
  const spans = Array.from({ length: 2 * MAX_DETAIL_BLOCK_ROWS + 5 }, (_, n): Span => {
    const spanId = (n + 1).toString(16).padStart(16, '0');
    return { ...span, spanId, attributes: new Map([['n', BigInt(n)]]), events: [], links: [] };
  });
  return buildTraceColumns(assembleTrace(spans));
})();
const bytes = encodeTraceColumns(columns);
const { length: headLength } = encodeTraceColumnsHead(columns);

describe('TraceColumnsReader', () => {
  test('reads what comes in pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 30 }), (cuts) => {
        const reader = new TraceColumnsReader();
        let at = 0;
        for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
          reader.add(bytes.subarray(at, cut));
          at = cut;
        }
        expect(reader.end()).toEqual(columns);
      }),
      { numRuns: 20 },
    );
  });

  test('reads single bytes', () => {
    const few = buildTraceColumns(assembleTrace(fc.sample(arbitraryTraceSpans(), { numRuns: 1, seed: 2 })[0] ?? []));
    const reader = new TraceColumnsReader();
    for (const byte of encodeTraceColumns(few)) reader.add(Uint8Array.of(byte));
    expect(reader.end()).toEqual(few);
  });

  test('has all but the details before these, which come to the same columns', () => {
    const reader = new TraceColumnsReader();
    reader.add(bytes.subarray(0, headLength - 1));
    expect(reader.columns).toBeUndefined();
    reader.add(bytes.subarray(headLength - 1, headLength));
    const early = reader.columns;
    expect(early).toEqual({ ...columns, detailBlocks: [] });
    if (early === undefined) return;
    expect(() => decodeSpanDetails(early, 0)).toThrow(RangeError);
    expect(() => reader.end()).toThrow(DecodeError);

    reader.add(bytes.subarray(headLength, bytes.length - 8));
    expect(early.detailBlocks).toHaveLength(2);
    expect(decodeSpanDetails(early, MAX_DETAIL_BLOCK_ROWS)).toEqual(decodeSpanDetails(columns, MAX_DETAIL_BLOCK_ROWS));
    expect(() => decodeSpanDetails(early, 2 * MAX_DETAIL_BLOCK_ROWS)).toThrow(RangeError);
    reader.add(bytes.subarray(bytes.length - 8));
    expect(reader.end()).toBe(early);
    expect(early).toEqual(columns);
  });

  test('can do without the details that do not come', () => {
    const reader = new TraceColumnsReader();
    reader.add(bytes.subarray(0, bytes.length - 8));
    reader.giveUpDetails();
    const { columns: cut } = reader;
    expect(cut?.detailBlocks.map(({ end, leftOutCount }) => [end.length, leftOutCount])).toEqual([
      [MAX_DETAIL_BLOCK_ROWS, 0],
      [MAX_DETAIL_BLOCK_ROWS, 0],
      [5, 5],
    ]);
    if (cut === undefined) return;
    expect(decodeSpanDetails(cut, 1)).toEqual(decodeSpanDetails(columns, 1));
    expect(decodeSpanDetails(cut, 2 * MAX_DETAIL_BLOCK_ROWS).attributes).toEqual(new Map());
  });

  test('refuses what is no trace as soon as it can tell', () => {
    const reader = new TraceColumnsReader();
    expect(() => reader.add(new TextEncoder().encode('<html>'.repeat(20)))).toThrow(DecodeError);
  });
});
