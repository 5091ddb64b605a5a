import { parseQuery } from '@throughline/traceql';
import { describe, expect, it } from 'vitest';

import {
  beforeAndAfter,
  failedAgainstRest,
  slowAgainstRest,
  troubledAgainstRest,
  versionAgainstVersion,
} from '../../src/compare/presets.ts';
import {
  chanceInWords,
  dominanceInWords,
  effectInWords,
  queryWithin,
  searchWithin,
} from '../../src/compare/set-words.ts';

describe('presets', () => {
  it('are sets in TraceQL', () => {
    const presets = [
      slowAgainstRest(500e6),
      failedAgainstRest(),
      versionAgainstVersion('pay "x"', '1', '2'),
      troubledAgainstRest('pay', 'Charge', { aboveNano: 20e6 }),
      troubledAgainstRest('pay', 'Charge', 'failing'),
    ];
    for (const { a, b } of presets) for (const text of [a, b]) expect(parseQuery(text).error, text).toBeUndefined();
    expect(presets.map(({ b }) => b)).toEqual([
      '{ trace:duration > 500ms }',
      '{ span:error = true }',
      '{ resource.service.name = "pay \\"x\\"" && resource.service.version = "2" }',
      '{ resource.service.name = "pay" && name = "Charge" && duration >= 20ms }',
      '{ resource.service.name = "pay" && name = "Charge" && span:error = true }',
    ]);
  });

  it('before and after are windows side by side', () => {
    expect(beforeAndAfter(60_000, 30_000)).toMatchObject({
      aTime: { start: '30', end: '60' },
      bTime: { start: '60', end: '90' },
    });
  });
});

describe('the traces behind a row', () => {
  it('are those of the set that have the feature, with spans of their own', () => {
    expect(queryWithin('{ trace:duration > 1s }', '{ name = "x" }')).toBe('{ trace:duration > 1s } && { name = "x" }');
    expect(queryWithin('nonsense', '{ }')).toBeUndefined();
  });

  it('are searched in the window of the set', () => {
    expect(searchWithin('{ }', { start_time_unix_nano: '1000000000', end_time_unix_nano: '2000000001' })).toBe(
      '/search?q=%7B+%7D&start_time=1&end_time=2.001',
    );
  });
});

it('effects and chances in words', () => {
  expect([0.1, -0.3, 0.6, -2].map(effectInWords)).toEqual(['slight', 'small', 'medium', 'large']);
  expect([0.1, -0.2, 0.4, -1].map(dominanceInWords)).toEqual(['slight', 'small', 'medium', 'large']);
  expect([1e-9, 0.03].map(chanceInWords)).toEqual(['p < 0.001', 'p = 0.03']);
});
