import { printQuery } from '@throughline/traceql';
import { arbitraryQuery } from '@throughline/traceql/testing/arbitraries';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { styledRanges } from '../../src/query-editor/query-tokens.ts';

it('names every piece, comments too', () => {
  const text = '{ name =~ "a.*" && status = error } // all\n>> { span.n > 1.5 && d > 1s && nope = `';
  expect(styledRanges(text).map(({ from, to, style }) => [text.slice(from, to), style])).toEqual([
    ['{', 'bracket'],
    ['name', 'field'],
    ['=~', 'operator'],
    ['"a.*"', 'text'],
    ['&&', 'operator'],
    ['status', 'field'],
    ['=', 'operator'],
    ['error', 'keyword'],
    ['}', 'bracket'],
    ['// all', 'comment'],
    ['>>', 'operator'],
    ['{', 'bracket'],
    ['span.n', 'field'],
    ['>', 'operator'],
    ['1.5', 'number'],
    ['&&', 'operator'],
    ['d', 'invalid'],
    ['>', 'operator'],
    ['1s', 'number'],
    ['&&', 'operator'],
    ['nope', 'invalid'],
    ['=', 'operator'],
    ['`', 'text'],
  ]);
});

it('orders what it finds in any query, and finds nothing wrong in a right one', () => {
  fc.assert(
    fc.property(arbitraryQuery, (query) => {
      const ranges = styledRanges(printQuery(query));
      expect(ranges.some(({ style }) => style === 'invalid')).toBe(false);
      for (const [index, range] of ranges.entries())
        expect(range.from).toBeGreaterThanOrEqual(ranges[index - 1]?.to ?? 0);
    }),
  );
});

it('reads any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const { from, to } of styledRanges(text)) expect(to).toBeGreaterThan(from);
    }),
  );
});
