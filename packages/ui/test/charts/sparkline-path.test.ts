import { expect, it } from 'vitest';

import { sparklinePath } from '../../src/charts/sparkline-path.ts';

it('draws lines through neighbours, dashes for those alone, and nothing for nothing', () => {
  expect(sparklinePath([0, 5, 10], 30, 11)).toBe('M5 11L15 6L25 1');
  expect(sparklinePath([4, undefined, 2, 2], 40, 11)).toBe('M0 1H10M25 6L35 6');
  expect(sparklinePath([undefined, undefined], 40, 11)).toBe('');
  expect(sparklinePath([], 40, 11)).toBe('');
  expect(sparklinePath([0, 0], 20, 11)).toBe('M5 11L15 11');
});
