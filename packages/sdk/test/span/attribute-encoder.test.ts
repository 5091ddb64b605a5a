import fc from 'fast-check';
import { expect, test } from 'vitest';

import { AttributeEncoder } from '../../src/span/attribute-encoder.ts';
import { type AttributeList, copyAttributes } from '../../src/span/attribute-list.ts';
import { ByteArena } from '../../src/span/byte-arena.ts';
import { type Block, type BlockBudget, blockOf, putBlock, RepeatedTexts } from '../../src/span/repeated-texts.ts';
import { allocateBytes } from '../../src/span/text-bytes.ts';
import { attributes } from './span-programs.ts';

function written(write: (arena: ByteArena) => void): number[] {
  const arena = new ByteArena(allocateBytes(1));
  write(arena);
  return [...arena.written()];
}

function listOf(object: Record<string, unknown>): AttributeList {
  return copyAttributes(object, Infinity, Infinity).attributes;
}

test('what is kept encoded gives the bytes that encoding anew gives', () => {
  const encoder = new AttributeEncoder();
  fc.assert(
    fc.property(attributes, (object) => {
      const list = listOf(object);
      expect(written((arena) => encoder.write(arena, 74, list))).toEqual(
        written((arena) => arena.attributes(74, list)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('floods of keys and values change nothing that is written', () => {
  const encoder = new AttributeEncoder();
  for (let i = 0; i < 20_000; i++) {
    const list = listOf({ [`key.${i}`]: i, unique: `value ${i}`, method: i % 3 === 0 ? 'GET' : 'POST' });
    const arena = new ByteArena();
    encoder.write(arena, 26, list);
    // Often enough to cross every limit.
    if (i % 97 === 0) expect([...arena.written()]).toEqual(written((plain) => plain.attributes(26, list)));
  }
});

function repeated(capacity: number, budget: BlockBudget) {
  const encoded: string[] = [];
  const texts = new RepeatedTexts(capacity, budget, (text) => {
    encoded.push(text);
    return blockOf(new TextEncoder().encode(text));
  });
  return { texts, encoded };
}

test('a text is encoded once, and as many as fit', () => {
  const budget = { left: 10 };
  const { texts, encoded } = repeated(2, budget);
  for (const text of ['a', 'b', 'a', 'b', 'a'])
    expect(texts.find(text)).toEqual(blockOf(new TextEncoder().encode(text)));
  expect(texts.find('c')).toBeUndefined();
  expect(encoded).toEqual(['a', 'b']);
  expect(budget.left).toBe(8);
  expect(texts.find('x'.repeat(65))).toBeUndefined();
});

test('several share one budget', () => {
  const budget = { left: 1 };
  expect(repeated(5, budget).texts.find('a')).toBeDefined();
  expect(repeated(5, budget).texts.find('b')).toBeUndefined();
});

test('texts that do not repeat are let go, and tried again later', () => {
  const budget = { left: 100 };
  const { texts, encoded } = repeated(64, budget);
  for (let i = 0; i < 129; i++) texts.find(`unique ${i}`);
  expect(encoded.length).toBe(64);
  expect(budget.left).toBe(100);
  for (let i = 0; i < 8192; i++) expect(texts.find('GET')).toBeUndefined();
  expect(texts.find('GET')).toBeDefined();
  // As many hits as misses keep it going.
  for (let i = 0; i < 1000; i++) {
    texts.find(`other ${i}`);
    expect(texts.find('GET')).toBeDefined();
  }
});

function copied(content: Uint8Array): Uint8Array {
  const target = new Uint8Array(content.length + 20);
  const block: Block = blockOf(content);
  expect(putBlock(new DataView(target.buffer), 7, block)).toBe(7 + content.length);
  return target.subarray(7, 7 + content.length);
}

test('a block is copied whole, whatever its length', () => {
  for (let length = 0; length <= 80; length++) {
    const content = Uint8Array.from({ length }, (_, i) => 255 - i);
    expect(copied(content)).toEqual(content);
  }
});

test('a text of any characters is copied bit for bit', () => {
  // Those whose UTF-8 has the greatest bytes are the nearest to what is not a number.
  const character = fc.oneof(fc.integer({ min: 0x7e, max: 0x80 }), fc.integer({ min: 0xf_fff0, max: 0x10_ffff }));
  fc.assert(
    fc.property(fc.array(character, { maxLength: 40 }), (codePoints) => {
      const content = new TextEncoder().encode(String.fromCodePoint(...codePoints));
      expect(blockOf(content).words.some(Number.isNaN)).toBe(false);
      expect(copied(content)).toEqual(content);
    }),
    { numRuns: 2000 },
  );
});
