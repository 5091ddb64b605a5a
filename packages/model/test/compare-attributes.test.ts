import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttributeValue, compareAttributeValues, equalAttributeValues } from '../src/index.ts';
import { arbitraryAttributes, arbitraryAttributeValue } from '../testing/arbitraries.ts';

const map = (...entries: [string, AttributeValue][]): AttributeValue => new Map(entries);

describe('equalAttributeValues', () => {
  test.each<[AttributeValue, AttributeValue]>([
    [Number.NaN, Number.NaN],
    [[Number.NaN], [Number.NaN]],
    [Uint8Array.of(1, 2), Uint8Array.of(0, 1, 2).subarray(1)],
    [[], []],
    [map(), map()],
    [map(['a', 1n], ['b', [null]]), map(['b', [null]], ['a', 1n])],
    [[map(['a', map(['b', null])])], [map(['a', map(['b', null])])]],
  ])('%o = %o', (a, b) => {
    expect(equalAttributeValues(a, b)).toBe(true);
    expect(compareAttributeValues(a, b)).toBe(0);
  });

  test.each<[AttributeValue, AttributeValue]>([
    [1n, 1],
    ['1', 1n],
    [0, -0],
    [Number.NaN, 0],
    [null, ''],
    [null, false],
    [null, []],
    [null, map()],
    ['', []],
    [[], map()],
    [Uint8Array.of(), []],
    [Uint8Array.of(1), [1]],
    [Uint8Array.of(1), Uint8Array.of(2)],
    [Uint8Array.of(1), Uint8Array.of(1, 2)],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a'], ['a', 'a']],
    [[null], [[]]],
    [[[]], [null]],
    [[1n], [1]],
    [map(['a', null]), map(['b', null])],
    [map(['a', null]), map()],
    [map(['a', null]), map(['a', map()])],
    [map(['a', map()]), map(['a', null])],
    [map(['a', 1n], ['b', 2n]), map(['a', 2n], ['b', 1n])],
  ])('%o differs from %o', (a, b) => {
    expect(equalAttributeValues(a, b)).toBe(false);
    expect(equalAttributeValues(b, a)).toBe(false);
    expect(Math.sign(compareAttributeValues(a, b))).toBe(-Math.sign(compareAttributeValues(b, a)));
    expect(compareAttributeValues(a, b)).not.toBe(0);
  });

  test('agrees with a structural copy', () => {
    fc.assert(
      fc.property(arbitraryAttributeValue, (value) => {
        expect(equalAttributeValues(value, structuredClone(value))).toBe(true);
      }),
    );
  });

  test('does not depend on recursion', () => {
    const deep = (leaf: AttributeValue): AttributeValue => {
      let value = leaf;
      for (let i = 0; i < 100_000; i++) value = i % 2 === 0 ? [value] : new Map([['k', value]]);
      return value;
    };
    expect(equalAttributeValues(deep('x'), deep('x'))).toBe(true);
    expect(equalAttributeValues(deep('x'), deep('y'))).toBe(false);
    expect(compareAttributeValues(deep('x'), deep('x'))).toBe(0);
    expect(compareAttributeValues(deep('x'), deep('y'))).toBeLessThan(0);
  });
});

describe('compareAttributeValues', () => {
  // Few distinct leaves, so that equal values and equal prefixes occur.
  const { value: arbitraryFew } = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<AttributeValue>('a', 'b', 1n, 2n, 0, -0, Number.NaN, true, false, null),
      fc.uint8Array({ max: 1, maxLength: 2 }),
      fc.array(tie('value'), { maxLength: 2 }),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), tie('value')), { selector: ([key]) => key })
        .map((entries) => new Map(entries)),
    ),
  }));

  test('is a total order that agrees with equality', () => {
    fc.assert(
      fc.property(arbitraryFew, arbitraryFew, arbitraryFew, (a, b, c) => {
        const ab = Math.sign(compareAttributeValues(a, b));
        const bc = Math.sign(compareAttributeValues(b, c));
        expect(Math.sign(compareAttributeValues(b, a)) + ab).toBe(0);
        expect(ab === 0).toBe(equalAttributeValues(a, b));
        expect(ab <= 0 && bc <= 0 && compareAttributeValues(a, c) > 0).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('does not see the order of keys', () => {
    fc.assert(
      fc.property(arbitraryAttributes, arbitraryAttributes, (a, b) => {
        const reversed = new Map([...a].toReversed());
        expect(compareAttributeValues(a, reversed)).toBe(0);
        expect(compareAttributeValues(reversed, b)).toBe(compareAttributeValues(a, b));
      }),
    );
  });
});
