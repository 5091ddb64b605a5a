import { describe, expect, it } from 'vitest';

import {
  deviationInWords,
  factorInWords,
  featureInWords,
  formatMoment,
  levelsInWords,
  placeOf,
} from '../../src/insights/words.ts';
import { change, evidence, feature } from './answers.ts';

/** Without what keeps a number and its unit on one line. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('in words', () => {
  it.each([
    ['slower', '41 of 310 spans take longer than the usual 20.0 ms, by 100 ms on average'],
    ['failing', '41 of 310 spans fail'],
    ['work_missing', '41 of 310 spans lack work that such spans usually do'],
    ['work_repeated', '41 of 310 spans make many more calls than usual, which takes 100 ms on average'],
    ['callee_missing', '41 of 310 spans do not reach whom they call'],
  ] as const)('%s', (kind, words) => {
    expect(deviationInWords(evidence({ kind }))).toBe(words);
  });

  it('a place is an operation, or a call', () => {
    expect(placeOf(evidence())).toBe('Charge');
    expect(placeOf(evidence({ operation: 'POST', callee: 'bank' }))).toBe('POST → bank');
  });

  it('levels', () => {
    expect(levelsInWords(change())).toBe('p95 20.0 ms → 160 ms (8.0×)');
    expect(levelsInWords(change({ kind: 'faster', before: 160e6, after: 20e6 }))).toBe(
      'p95 160 ms → 20.0 ms (8.0× faster)',
    );
    expect(plain(levelsInWords(change({ kind: 'failing', before: 0, after: 0.21 })))).toBe(
      '0 % → 21 % of the calls fail',
    );
  });

  it('features', () => {
    expect(featureInWords(feature())).toBe('service.version = 5.1.0');
    expect(featureInWords(feature({ value: '' }))).toBe('service.version = (empty)');
    expect(featureInWords(feature({ kind: 'edge', callee: 'bank' }))).toBe('a call to bank');
    expect(featureInWords(feature({ kind: 'error', operation: 'Charge' }))).toBe('an error in Charge');
  });
});

it('a factor needs something to be a multiple of', () => {
  expect(factorInWords(20, 120)).toBe('6.0×');
  expect(factorInWords(1, 1234)).toBe('1,234×');
  expect(factorInWords(0, 120)).toBe('');
});

it('a moment has its date unless it is today', () => {
  const now = new Date(2026, 10, 26, 14, 30).getTime();
  expect(formatMoment(new Date(2026, 10, 26, 14, 2).getTime(), now)).toBe('14:02');
  expect(formatMoment(new Date(2026, 10, 25, 14, 2).getTime(), now)).toMatch(/Nov 25, 2026, 14:02/);
});
