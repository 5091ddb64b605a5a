import { expect, test } from 'vitest';

import { wholeLimits } from '../../src/span/span-limits.ts';
import { toldFailures } from '../told-failures.ts';

const DEFAULTS = wholeLimits();

test('by default 128 are kept, of any length', () => {
  const { attributeValueLengthLimit, ...counts } = DEFAULTS;
  expect(attributeValueLengthLimit).toBeGreaterThanOrEqual(2 ** 29);
  expect(new Set(Object.values(counts))).toEqual(new Set([128]));
});

test.each(Object.keys(DEFAULTS))(
  'what is not given, or is no limit, of which diag is told, is the default: %s',
  (name) => {
    const told = toldFailures();
    for (const missing of [undefined, null]) expect(wholeLimits({ [name]: missing })).toEqual(DEFAULTS);
    expect(told).toEqual([]);
    for (const wrong of [-1, NaN, '7']) expect(wholeLimits({ [name]: wrong })).toEqual(DEFAULTS);
    expect(told).toEqual(Array.from({ length: 3 }, () => expect.stringContaining(`${name} is no number`)));
    for (const limit of [1, 1000]) expect(wholeLimits({ [name]: limit })).toEqual({ ...DEFAULTS, [name]: limit });
  },
);

test('0 is a count, and as a length would empty every value: then there is none, as in the official SDK', () => {
  const told = toldFailures();
  const none = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, 0]));
  const { attributeValueLengthLimit } = DEFAULTS;
  expect(wholeLimits(none)).toEqual({ ...none, attributeValueLengthLimit });
  expect(told).toEqual([expect.stringContaining('attributeValueLengthLimit is no number from 1')]);
});
