import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjustedCount } from '../src/index.ts';

// Probabilities from the specification's examples: 100 %, 50 %, 25 %, 12.5 %, 1 %.
test.each([
  ['ot=th:0', 1],
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['ot=th:e', 8],
  ['ot=th:c;rv:d29d6a7215ced0', 4],
  ['ot=rv:d29d6a7215ced0;th:c', 4],
  ['congo=t61rcWkgMzE,ot=th:8', 2],
  ['congo=t61rcWkgMzE , ot=th:8 ', 2],
  ['ot=th:ffffffffffffff', 2 ** 56],
])('%s counts for %d', (traceState, expected) => {
  expect(adjustedCount(traceState)).toBe(expected);
});

test('a threshold of 1 in 100', () => {
  expect(adjustedCount('ot=th:fd70a4')).toBeCloseTo(100, 3);
});

test.each([
  '',
  'ot=',
  'ot=th:',
  'ot=th:C',
  'ot=th:xyz',
  'ot=th:123456789abcdef',
  'ot=th:-8',
  'ot=rv:8',
  'other=th:8',
  'not=th:8',
  'ot=xth:8',
  'th:8',
  // A key occurs once; the first one is the entry.
  'ot=rv:1,ot=th:8',
])('%j counts for one', (traceState) => {
  expect(adjustedCount(traceState)).toBe(1);
});

test('is finite and at least 1 for any text', () => {
  const member = fc.string({
    unit: fc.constantFrom('o', 't', '=', 'h', ':', ';', ',', 'v', '8', 'f', '0', ' '),
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        member,
        member.map((text) => `ot=th:${text}`),
      ),
      (traceState) => {
        const count = adjustedCount(traceState);
        expect(Number.isFinite(count) && count >= 1).toBe(true);
      },
    ),
  );
});
