import fc from 'fast-check';
import { expect, it } from 'vitest';

import { formatRelative, fromLocalInput, toLocalInput } from '../../src/format/instant.ts';

it.each([
  [0, 'just now'],
  [30, '30 s ago'],
  [90, '1 min ago'],
  [7200, '2 h ago'],
  [86_400, '1 day ago'],
  [100 * 86_400, '3 months ago'],
  [3.9 * 365.25 * 86_400, '3 years ago'],
  [-300, 'in 5 min'],
])('reads %d seconds as "%s"', (seconds, words) => {
  expect(formatRelative(1e12 - seconds * 1000, 1e12)).toBe(words);
});

it('writes time fields that read back as the same second', () => {
  const second = fc.integer({ min: 0, max: 4_000_000_000 });
  fc.assert(
    fc.property(second, (seconds) => {
      const text = toLocalInput(seconds * 1000);
      const back = fromLocalInput(text) ?? Number.NaN;
      // The hour that a clock change repeats has one text for two instants.
      expect(toLocalInput(back)).toBe(text);
      expect(Math.abs(back - seconds * 1000)).toBeLessThanOrEqual(3_600_000);
    }),
  );
  expect(fromLocalInput('')).toBeUndefined();
  expect(fromLocalInput('2026-13-01T00:00')).toBeUndefined();
});
