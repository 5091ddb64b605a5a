import { parseQuery } from '@throughline/traceql';
import { expect, it } from 'vitest';

import { queryTextOf } from '../../src/search/form-query.ts';
import { initialSearch } from '../../src/search/search-state.ts';

it('writes what the form asks for as a query that parses', () => {
  const text = queryTextOf({
    ...initialSearch,
    service: 'order',
    operation: 'POST "x"',
    tags: [{ key: 'http.status_code', value: '500' }],
    minDuration: '20ms',
  });
  expect(text).toContain('resource.service.name = "order"');
  expect(text).toContain('20ms');
  expect(parseQuery(text ?? '')).toHaveProperty('query');
});

it('has none for a duration that is none', () => {
  expect(queryTextOf({ ...initialSearch, minDuration: 'soon' })).toBeUndefined();
  expect(queryTextOf({ ...initialSearch, maxDuration: '5' })).toBeUndefined();
});
