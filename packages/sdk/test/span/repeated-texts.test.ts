import { expect, test } from 'vitest';

import { blockOf } from '../../src/span/block.ts';
import { RepeatedTexts } from '../../src/span/repeated-texts.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function repeated(capacity: number) {
  const encoded: string[] = [];
  const texts = new RepeatedTexts(capacity, (text) => {
    encoded.push(text);
    return blockOf(bytesOf(text));
  });
  return { texts, encoded };
}

test('a text is encoded once, and as many as fit', () => {
  const { texts, encoded } = repeated(2);
  for (const text of ['a', 'b', 'a', 'b', 'a']) expect(texts.find(text)).toEqual(blockOf(bytesOf(text)));
  expect(texts.find('c')).toBeUndefined();
  expect(encoded).toEqual(['a', 'b']);
  expect(texts.find('x'.repeat(65))).toBeUndefined();
});

test('texts of one length, and of lengths that share a place, are told apart', () => {
  const { texts, encoded } = repeated(64);
  const all = ['', 'ab', 'ba', 'x'.repeat(32), 'y'.repeat(34), 'é'];
  for (const text of [...all, ...all.toReversed(), ...all]) {
    // The second time by its length.
    expect(texts.find(text)).toEqual(blockOf(bytesOf(text)));
    expect(texts.find(text)).toEqual(blockOf(bytesOf(text)));
  }
  expect(encoded).toEqual(all);
});

test('texts that do not repeat are let go, and tried again later', () => {
  const { texts, encoded } = repeated(64);
  for (let i = 0; i < 129; i++) texts.find(`unique ${i}`);
  expect(encoded.length).toBe(64);
  for (let i = 0; i < 8192; i++) expect(texts.find('GET')).toBeUndefined();
  expect(texts.find('GET')).toBeDefined();
  // As many hits as misses keep it going.
  for (let i = 0; i < 1000; i++) {
    texts.find(`other ${i}`);
    expect(texts.find('GET')).toBeDefined();
  }
});

test('what is found by its length counts as found', () => {
  const { texts } = repeated(64);
  for (const text of ['GET /orders', '/1', '/2']) texts.find(text);
  for (let i = 0; i < 5000; i++) {
    for (let n = 0; n < 3; n++) expect(texts.find('GET /orders')).toBeDefined();
    texts.find(`GET /orders/${i}`);
    // Of one length, so that each puts the other out of its place.
    expect(texts.find('/1')).toBeDefined();
    expect(texts.find('/2')).toBeDefined();
  }
});
