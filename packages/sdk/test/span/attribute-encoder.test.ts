import fc from 'fast-check';
import { expect, test } from 'vitest';

import { AttributeEncoder } from '../../src/span/attribute-encoder.ts';
import { type AttributeList, copyAttributes } from '../../src/span/attribute-list.ts';
import { ByteArena } from '../../src/span/byte-arena.ts';
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
