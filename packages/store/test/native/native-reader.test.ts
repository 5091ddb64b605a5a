import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NativeBlock, readNativeBlocks } from '../../src/native/native-reader.ts';
import { columnOfKind, textAt } from '../../src/native/native-values.ts';

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function string(text: string): number[] {
  const bytes = [...Buffer.from(text)];
  return [...varint(bytes.length), ...bytes];
}

function uint64(value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return [...bytes];
}

/** A block of a column `s` of strings and a column `l` of lists of strings, as the engine writes it. */
function blockOf(rows: readonly { readonly s: string; readonly l: readonly string[] }[]): number[] {
  let end = 0;
  return [
    ...varint(2),
    ...varint(rows.length),
    ...string('s'),
    ...string('String'),
    ...rows.flatMap(({ s }) => string(s)),
    ...string('l'),
    ...string('Array(String)'),
    ...rows.flatMap(({ l }) => uint64((end += l.length))),
    ...rows.flatMap(({ l }) => l.flatMap(string)),
  ];
}

function rowsOf(block: NativeBlock): unknown {
  const texts = columnOfKind(block, 's', 'bytes');
  const { ends, elements } = columnOfKind(block, 'l', 'list');
  return Array.from({ length: block.rowCount }, (_, row) => ({
    s: textAt(texts, row),
    l: Array.from({ length: (ends[row] ?? 0) - (ends[row - 1] ?? 0) }, (_unused, i) =>
      textAt(elements, (ends[row - 1] ?? 0) + i),
    ),
  }));
}

// Lengths of one byte and of two.
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 100, maxLength: 300 }));
const block = fc.array(fc.record({ s: text, l: fc.array(text, { maxLength: 4 }) }), { minLength: 1, maxLength: 8 });

describe('readNativeBlocks', () => {
  it('reads strings of any length, alone and in lists, of several blocks', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 3 }), (blocks) => {
        const read = readNativeBlocks(Uint8Array.from(blocks.flatMap(blockOf)));
        expect(read.map(rowsOf)).toEqual(blocks);
      }),
    );
  });

  it('refuses a result that ends too early, wherever it is cut', () => {
    const bytes = Uint8Array.from(blockOf([{ s: 'x'.repeat(200), l: ['a', 'b'.repeat(130)] }]));
    for (let length = 1; length < bytes.length; length++) {
      expect(() => readNativeBlocks(bytes.slice(0, length))).toThrow(Error);
    }
  });
});
