import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Block, blockOf, putBlock } from '../../src/span/block.ts';

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
