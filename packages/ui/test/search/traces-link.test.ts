import { parseQuery } from '@throughline/traceql';
import { describe, expect, it } from 'vitest';

import { rangeOf, tracesPath, withCondition } from '../../src/search/traces-link.tsx';

describe('withCondition', () => {
  it.each([
    ['{ }', '{ duration > 1ms }'],
    ['{ name = "}" }', '{ name = "}" && duration > 1ms }'],
    [
      '{ resource.service.name = "a" } !> { resource.service.name = "a" && name = "GET /{id}" }',
      '{ resource.service.name = "a" } !> { resource.service.name = "a" && name = "GET /{id}" && duration > 1ms }',
    ],
  ])('asks %s for more of its last spans', (query, wanted) => {
    const found = withCondition(query, 'duration > 1ms');
    expect(found).toBe(wanted);
    expect(parseQuery(found)).toMatchObject({ query: { kind: 'query' } });
  });
});

it('a number leads to the search of its query in its window', () => {
  const path = tracesPath('{ status = error }', rangeOf({ start_time: 10.0004, end_time: 20.0004 }));
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  expect(pathname).toBe('/search');
  expect(Object.fromEntries(searchParams)).toEqual({
    q: '{ status = error }',
    start_time: '10',
    end_time: '20.001',
  });
});
