import { describe, expect, it } from 'vitest';

import { comparisonOf, contributorsOf, Mark } from '../../src/compare/comparison.ts';
import {
  differenceInWords,
  explanationInWords,
  markWords,
  signedDuration,
} from '../../src/compare/difference-words.ts';
import { columnsOf, type TestSpan } from '../trace/columns-of.ts';

function words(a: readonly TestSpan[], b: readonly TestSpan[]): readonly (string | undefined)[] {
  const comparison = comparisonOf(columnsOf(a), columnsOf(b));
  return [differenceInWords(comparison), explanationInWords(comparison, contributorsOf(comparison))];
}

const root = (durationMs: number): TestSpan => ({ name: 'GET /', service: 'web', startMs: 0, durationMs });
const call = (startMs: number, durationMs: number): TestSpan => ({
  name: 'SELECT',
  service: 'db',
  parent: 0,
  startMs,
  durationMs,
});

describe('the difference in words', () => {
  it('says how much longer, and who it is due to', () => {
    expect(words([root(100), call(10, 20)], [root(300), call(10, 200)])).toEqual([
      'B takes 200 ms longer than A: 300 ms instead of 100 ms (3.00×)',
      '90 % of it is db SELECT itself',
    ]);
  });

  it('counts calls where they differ', () => {
    expect(words([root(100), call(0, 90)], [root(190), call(0, 90), call(90, 90)])[1]).toBe(
      '100 % of it is db SELECT itself (2 spans instead of 1)',
    );
  });

  it('says less, equal, and waiting too', () => {
    expect(words([root(100)], [root(50)])[0]).toBe('B takes 50.0 ms less than A: 50.0 ms instead of 100 ms (0.50×)');
    expect(words([root(100)], [root(101)])).toEqual(['A and B take equally long: 100 ms and 101 ms', undefined]);
    expect(words([root(100), call(120, 20)], [root(100), call(300, 20)])[1]).toBe(
      '100 % of it is time in which no span ran',
    );
  });
});

it('every mark has a sign and a word', () => {
  expect(markWords(Mark.SLOWER | Mark.FAILS).map(({ sign, word }) => `${sign} ${word}`)).toEqual([
    '✕ fails',
    '▲ slower',
  ]);
  expect(markWords(0)).toEqual([]);
});

it('signs durations', () => {
  expect([12e6, -12e6, 0, Number.NaN].map(signedDuration)).toEqual(['+12.0 ms', '−12.0 ms', '±0', '']);
});
