import * as fc from 'fast-check';
import { assembleTrace, type TraceColumns } from '@throughline/model';
import { arbitraryTangledSpans, arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import { describe, expect, test } from 'vitest';

import {
  buildTraceColumns,
  DecodeError,
  decodeSpanDetails,
  decodeTraceColumns,
  encodeTraceColumns,
} from '../../src/index.ts';
import { swapToLittleEndian } from '../../src/trace-columns/layout.ts';

/** Four spans: a root with two children, the first of which has one itself. */
const sound: TraceColumns = (() => {
  const [spans = []] = fc.sample(
    arbitraryTraceSpans({ maxSpans: 20 }).filter((all) => all.length >= 4),
    { numRuns: 1, seed: 7 },
  );
  const [a, b, c, d] = spans;
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four spans');
  const at = { startTimeUnixNano: 10n, endTimeUnixNano: 20n };
  return buildTraceColumns(
    assembleTrace([
      { ...a, ...at, parentSpanId: '' },
      { ...b, ...at, parentSpanId: a.spanId, startTimeUnixNano: 11n },
      { ...c, ...at, parentSpanId: b.spanId, startTimeUnixNano: 11n },
      { ...d, ...at, parentSpanId: a.spanId, startTimeUnixNano: 15n },
    ]),
  );
})();
const bytes = encodeTraceColumns(sound);

function attempt(input: Uint8Array): TraceColumns | DecodeError {
  try {
    return decodeTraceColumns(input);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

test('the trace that is broken below is sound', () => {
  expect(decodeTraceColumns(bytes)).toEqual(sound);
  expect([...sound.parent]).toEqual([-1, 0, 1, 0]);
});

test('every truncation and every extension is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(attempt(bytes.subarray(0, length))).toMatchObject({ code: 'malformed_payload' });
  }
  expect(attempt(new Uint8Array([...bytes, 0]))).toMatchObject({ code: 'malformed_payload' });
  expect(attempt(new Uint8Array([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]))).toMatchObject({ code: 'malformed_payload' });
});

test('another magic, another version', () => {
  expect(attempt(bytes.with(0, 0))).toMatchObject({ code: 'malformed_payload' });
  expect(attempt(bytes.with(4, 1))).toMatchObject({ code: 'unsupported_payload' });
  expect(attempt(bytes.with(7, 1))).toMatchObject({ code: 'unsupported_payload' });
});

test.each([40, 48, 52, 56, 60, 64, 68])('a huge count at byte %d allocates nothing', (offset) => {
  for (const count of [0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 1_000_000]) {
    const changed = bytes.slice();
    new DataView(changed.buffer).setUint32(offset, count, true);
    expect(attempt(changed)).toMatchObject({ code: 'malformed_payload' });
  }
});

describe('columns that contradict each other', () => {
  const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
  const u32 = (...values: number[]): Uint32Array => Uint32Array.from(values);
  const i32 = (...values: number[]): Int32Array => Int32Array.from(values);
  const f64 = (...values: number[]): Float64Array => Float64Array.from(values);
  const { strings, resources, scopes } = sound;
  const [block = { firstRow: 0, end: u32(), bytes: u8(), leftOutCount: 0 }] = sound.detailBlocks;
  const { length } = block.bytes;

  test.each<[string, Partial<TraceColumns>]>([
    ['a parent behind its child', { parent: i32(-1, 2, 1, 0) }],
    ['a span that is its own parent', { parent: i32(0, 0, 1, 0) }],
    ['a parent below -1', { parent: i32(-2, 0, 1, 0) }],
    ['a parent whose subtree has ended', { parent: i32(-1, 0, 1, 1), depth: u32(0, 1, 2, 2) }],
    ['a subtree without its span', { subtreeEnd: u32(4, 3, 2, 4) }],
    ['a subtree beyond the trace', { subtreeEnd: u32(5, 3, 3, 4) }],
    ['a subtree beyond its parent', { subtreeEnd: u32(4, 3, 4, 4) }],
    ['a wrong depth', { depth: u32(0, 1, 1, 1) }],
    ['a root with a depth', { depth: u32(1, 2, 3, 2) }],
    ['a negative offset', { startOffsetNano: f64(0, 1, -1, 2) }],
    ['an offset that is no number', { startOffsetNano: f64(0, 1, Number.NaN, 2) }],
    ['an endless duration', { durationNano: f64(0, 1, Number.POSITIVE_INFINITY, 2) }],
    ['a name that is not there', { name: u32(0, 0, strings.length, 0) }],
    ['a service that is not there', { service: u32(0, 0, 0, strings.length) }],
    ['a resource that is not there', { resource: u32(0, resources.length, 0, 0) }],
    ['a scope that is not there', { scope: u32(scopes.length, 0, 0, 0) }],
    ['an unknown kind', { kind: u8(0, 1, 2, 6) }],
    ['an unknown status', { statusCode: u8(0, 1, 3, 0) }],
    ['an unknown error flag', { error: u8(0, 1, 2, 0) }],
    ['details that go back', { detailBlocks: [{ ...block, end: u32(1, 0, 2, length) }] }],
    ['details beyond their end', { detailBlocks: [{ ...block, end: u32(0, 0, 0, length + 1) }] }],
    ['details that no row has', { detailBlocks: [{ ...block, end: u32(0, 0, 0, length - 1) }] }],
    ['a block of too few rows', { detailBlocks: [{ ...block, end: u32(0, 0, length) }] }],
    ['a block without rows', { detailBlocks: [{ ...block, end: u32(), bytes: u8() }, block] }],
    ['a block of too many rows', { detailBlocks: [{ ...block, end: u32(0, 0, 0, 0, length) }] }],
    ['more details left out than rows', { detailBlocks: [{ ...block, leftOutCount: 5 }] }],
    ['no details', { detailBlocks: [] }],
    ['another block behind the last', { detailBlocks: [block, block] }],
  ])('%s', (_, wrong) => {
    expect(attempt(encodeTraceColumns({ ...sound, ...wrong }))).toMatchObject({ code: 'malformed_payload' });
  });

  test('text that is not UTF-8', () => {
    const text = 'a text that can be found';
    const changed = encodeTraceColumns({ ...sound, strings: [...strings, text] });
    const at = Buffer.from(changed.buffer).indexOf(text);
    expect(at).toBeGreaterThan(0);
    expect(attempt(changed.with(at, 0xff))).toMatchObject({ code: 'malformed_payload' });
  });

  test('ends of strings that go back, or do not meet the length', () => {
    const changed = encodeTraceColumns({ ...sound, strings: [...strings, 'aaa', 'bbb'] });
    const view = new DataView(changed.buffer);
    const sectionStart = 80 + 4 * 8 * 4 + 9 * 16 + 4 * 8;
    const ends = Array.from({ length: strings.length + 2 }, (_, i) => view.getUint32(sectionStart + 4 * i, true));
    const total = ends.at(-1) ?? 0;
    expect(ends.at(-2)).toBe(total - 3);
    for (const end of [total - 7, total + 1, 0xffff_ffff]) {
      view.setUint32(sectionStart + 4 * strings.length, end, true);
      expect(attempt(changed)).toMatchObject({ code: 'malformed_payload' });
    }
    view.setUint32(sectionStart + 4 * strings.length, total - 3, true);
    expect(attempt(changed)).not.toBeInstanceOf(DecodeError);
    view.setUint32(sectionStart + 4 * (strings.length + 1), total - 1, true);
    expect(attempt(changed)).toMatchObject({ code: 'malformed_payload' });
  });

  test('details that are not OTLP are found when they are read', () => {
    const columns = decodeTraceColumns(
      encodeTraceColumns({ ...sound, detailBlocks: [{ ...block, bytes: u8(0xff, 0xff), end: u32(2, 2, 2, 2) }] }),
    );
    expect(() => decodeSpanDetails(columns, 0)).toThrow(DecodeError);
    expect(decodeSpanDetails(columns, 1)).toMatchObject({ events: [], links: [] });
  });
});

test('changed bytes give columns that can be walked, or the decode error', () => {
  const arbitraryBytes = arbitraryTangledSpans({ maxSpans: 6 })
    .map((spans) => encodeTraceColumns(buildTraceColumns(assembleTrace(spans))))
    .chain((original) =>
      fc
        .array(fc.tuple(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })
        .map((changes) => changes.reduce((changed, [at, byte]) => changed.with(at, byte), original)),
    );
  fc.assert(
    fc.property(arbitraryBytes, (changed) => {
      const outcome = attempt(changed);
      const columns = outcome instanceof DecodeError ? sound : outcome;
      for (let row = 0; row < columns.spanCount; row++) {
        expect(columns.strings[columns.name[row] ?? -1]).toBeDefined();
        expect(columns.subtreeEnd[row]).toBeGreaterThan(row);
        expect(columns.parent[row]).toBeLessThan(row);
      }
    }),
    { numRuns: 1000 },
  );
});

test('random bytes behind a header', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
      expect(attempt(tail)).toBeInstanceOf(DecodeError);
      const outcome = attempt(new Uint8Array([...bytes.subarray(0, 8), ...tail]));
      expect(outcome instanceof DecodeError || outcome.spanCount >= 0).toBe(true);
    }),
  );
});

test('a host of the other byte order swaps within each element', () => {
  const content = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(swapToLittleEndian(content, 4, true)).toBe(content);
  expect(swapToLittleEndian(content, 1, false)).toBe(content);
  expect([...swapToLittleEndian(content, 4, false)]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  expect([...swapToLittleEndian(content, 8, false)]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  expect([...content]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
