import { expect, test } from 'vitest';
import { derivedSpanId } from '../../src/zipkin/derived-span-id.ts';

test('the same text always has the same id: stored spans depend on it', () => {
  expect(derivedSpanId('')).toMatchInlineSnapshot(`"6796ac4ec4c53f6b"`);
  expect(derivedSpanId('server')).toMatchInlineSnapshot(`"f1b0be721c5337c7"`);
});

test('texts that differ in one place have ids that differ all over', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => derivedSpanId(`["server","1","aa","back",${i}]`));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  // Each of the 64 bits is set in about half of the ids.
  for (let bit = 0n; bit < 64n; bit++) {
    const setCount = ids.filter((id) => (BigInt(`0x${id}`) >> bit) & 1n).length;
    expect(setCount).toBeGreaterThan(9_000);
    expect(setCount).toBeLessThan(11_000);
  }
});
