import { expect, it } from 'vitest';

import { formatRate } from '../../src/format/rate.ts';
import { formatShare } from '../../src/format/share.ts';

it('rates are in the unit that needs no leading zeros', () => {
  expect([0, 1234, 12.34, 0.5, 0.05, 0.001, 1e-5, 1e-9, Number.NaN].map(formatRate)).toEqual([
    '0/s',
    '1,234/s',
    '12.3/s',
    '0.5/s',
    '3/min',
    '3.6/h',
    '0.86/day',
    '< 0.01/day',
    '–',
  ]);
});

it('a share above 0 never reads 0, and one below 1 never 100 percent', () => {
  expect([0, 0.00001, 0.0004, 0.025, 0.5, 0.9999, 1].map(formatShare)).toEqual([
    '0 %',
    '< 0.01 %',
    '0.04 %',
    '2.5 %',
    '50 %',
    '> 99.9 %',
    '100 %',
  ]);
});
