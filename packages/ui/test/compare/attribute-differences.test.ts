import { expect, it } from 'vitest';

import { fieldDifferences } from '../../src/compare/attribute-differences.ts';
import { traceOfColumns } from '../../src/trace/in-worker/column-trace.ts';
import { columnsOf, type TestSpan } from '../trace/columns-of.ts';

const spanOf = (given: Partial<TestSpan>) =>
  traceOfColumns(columnsOf([{ startMs: 0, durationMs: 1, ...given }])).spans[0];

it('says what two spans say differently, by key, and how much is equal', () => {
  const a = spanOf({ attributes: { same: 1, route: '/a', gone: true } });
  const b = spanOf({ attributes: { same: 1, route: '/b', new: 2.5 }, error: true, service: 'other' });
  const { different, equalCount } = fieldDifferences(a, b);
  expect(different).toEqual([
    { scope: 'status', key: 'status', a: 'unset', b: 'error' },
    { scope: 'span', key: 'gone', a: 'true', b: undefined },
    { scope: 'span', key: 'new', a: undefined, b: '2.5' },
    { scope: 'span', key: 'route', a: '/a', b: '/b' },
    { scope: 'resource', key: 'service.name', a: 'service', b: 'other' },
  ]);
  expect(equalCount).toBe(1);
});

it('of a span that only one trace has lists all', () => {
  expect(fieldDifferences(spanOf({}), undefined).different.every(({ b }) => b === undefined)).toBe(true);
});
