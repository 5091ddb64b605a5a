import fc from 'fast-check';
import { expect, it } from 'vitest';

import { createDetailsReader } from '../../../src/trace/span-details.ts';
import { pageCount, pageRange, rawJson, rawLineOf } from '../../../src/trace/raw-view/raw-text.ts';
import { columnsOf } from '../columns-of.ts';

it('pages cover all rows, none twice', () => {
  for (const spanCount of [0, 1, 499, 500, 501, 1_234]) {
    const rows = Array.from({ length: pageCount(spanCount) }, (_, page) => pageRange(spanCount, page));
    expect(rows[0]?.start).toBe(0);
    expect(rows.at(-1)?.end).toBe(spanCount);
    for (const [index, { start }] of rows.entries()) if (index > 0) expect(start).toBe(rows[index - 1]?.end);
  }
  expect(pageRange(10, 7)).toEqual({ start: 0, end: 10 });
});

it('a stretch of rows is an export request of just these spans', () => {
  const columns = columnsOf([
    { startMs: 0, durationMs: 10, service: 'a' },
    { parent: 0, startMs: 1, durationMs: 2, service: 'b' },
    { parent: 0, startMs: 4, durationMs: 2, service: 'a' },
  ]);
  const names = (start: number, end: number): string[] =>
    JSON.parse(rawJson(columns, createDetailsReader(columns), { start, end })).resourceSpans.flatMap(
      (resource: { scopeSpans: { spans: { name: string }[] }[] }) =>
        resource.scopeSpans.flatMap((scope) => scope.spans.map((span) => span.name)),
    );
  expect(names(1, 2)).toEqual(['span 1']);
  expect(names(0, 3).toSorted()).toEqual(['span 0', 'span 1', 'span 2']);
});

it('the pieces of a line are the line', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const line of JSON.stringify(value, undefined, 2).split('\n')) {
        const { indent, key, value: rest } = rawLineOf(line);
        expect(indent + key + rest).toBe(line);
      }
    }),
  );
  expect(rawLineOf('    "a\\": b": 12,')).toEqual({ indent: '    ', key: '"a\\": b": ', value: '12,', kind: 'number' });
});
