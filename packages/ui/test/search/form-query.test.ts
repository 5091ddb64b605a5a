import { filterQuery, parseQuery, printField, printQuery, tagCondition } from '@throughline/traceql';
import { arbitraryQuery } from '@throughline/traceql/testing/arbitraries';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  asksFor,
  conditionOf,
  emptyForm,
  formOf,
  queryTextOf,
  searchWithCondition,
  searchWithForm,
  searchWithToggled,
  withoutCondition,
} from '../../src/search/form-query.ts';
import { initialSearch, type SearchState } from '../../src/search/search-state.ts';

const search = (query: string): SearchState => ({ ...initialSearch, mode: 'query', query });
const given = (text: string) => {
  const condition = conditionOf(text);
  if (condition === undefined) throw new Error(`no condition: ${text}`);
  return condition;
};

describe('the form as a query', () => {
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
    expect(parseQuery(text)).toHaveProperty('query');
  });

  it('leaves a duration out that is still being written', () => {
    expect(queryTextOf({ ...initialSearch, minDuration: 'soon' })).toBe('');
    expect(queryTextOf({ ...initialSearch, service: 'a', maxDuration: '5' })).toBe('{ resource.service.name = "a" }');
  });
});

describe('a query as the form', () => {
  it('fills the fields, and keeps what has none', () => {
    const form = formOf(
      search(
        '{ resource.service.name = "order" && name = "GET /" && .http.method = "GET" && span:error = true' +
          ' && traceDuration >= 20ms && traceDuration <= 1.5s && span.retries > 2 && duration > 1ms }',
      ),
    );
    expect(form).toMatchObject({
      service: 'order',
      operation: 'GET /',
      tags: [
        { key: 'http.method', value: 'GET' },
        { key: 'error', value: 'true' },
      ],
      minDuration: '20ms',
      maxDuration: '1.5s',
    });
    expect(form?.conditions.map((condition) => printField(condition))).toEqual(['span.retries > 2', 'duration > 1ms']);
  });

  it('knows a tag of several readings again', () => {
    for (const [key, value] of [
      ['http.status_code', '500'],
      ['cached', 'true'],
      ['span.kind', 'server'],
    ] as const) {
      const query = printQuery(filterQuery(tagCondition(key, value)));
      expect(formOf(search(query))).toMatchObject({ tags: [{ key, value }], conditions: [] });
    }
  });

  it('cannot show spans that relate to each other, nor a mistake', () => {
    expect(formOf(search('{ name = "a" } >> { name = "b" }'))).toBeUndefined();
    expect(formOf(search('{ name = }'))).toBeUndefined();
    expect(formOf(search('{ false }'))).toBeUndefined();
    expect(formOf(search('{ }'))).toEqual(emptyForm);
  });

  it('means the same when the form writes it again', () => {
    fc.assert(
      fc.property(arbitraryQuery, (query) => {
        const state = search(printQuery(query));
        const form = formOf(state);
        if (form === undefined) return;
        const operands = (text: string): readonly string[] => {
          const { query: again } = parseQuery(text);
          if (again?.spanset.kind !== 'filter') throw new Error(`no filter: ${text}`);
          const { condition } = again.spanset;
          return (condition.kind === 'and' ? condition.operands : [condition])
            .map((each) => printField(each))
            .toSorted();
        };
        expect(operands(queryTextOf(searchWithForm(state, form)))).toEqual(operands(state.query));
      }),
    );
  });
});

describe('a condition', () => {
  const get = given('span.http.method = "GET"');

  it('joins the form and leaves it again', () => {
    const added = searchWithCondition({ ...initialSearch, service: 'order' }, get);
    expect(added?.query).toBe('{ resource.service.name = "order" && span.http.method = "GET" }');
    const form = added === undefined ? undefined : formOf(added);
    if (form === undefined) throw new Error('no form');
    expect(asksFor(form, get)).toBe(true);
    expect(searchWithForm(initialSearch, withoutCondition(form, get))).toEqual({ ...initialSearch, service: 'order' });
  });

  it('takes a field of the form where there is one', () => {
    const added = searchWithCondition(initialSearch, given('resource.service.name = "order"'));
    expect(added).toEqual({ ...initialSearch, service: 'order' });
  });

  it('is asked of the trace where the query relates spans, and of nothing where the query is wrong', () => {
    expect(searchWithCondition(search('{ name = "a" } >> { name = "b" }'), get)?.query).toBe(
      '({ name = "a" } >> { name = "b" }) && { span.http.method = "GET" }',
    );
    expect(searchWithCondition(search('{ name = '), get)).toBeUndefined();
  });

  it('is taken back by asking for it again', () => {
    const once = searchWithToggled({ ...initialSearch, service: 'order' }, get);
    expect(once?.query).toContain('span.http.method = "GET"');
    expect(once === undefined ? undefined : searchWithToggled(once, get)).toEqual({
      ...initialSearch,
      service: 'order',
    });
  });

  it('narrows a selected part of the heat map too', () => {
    const region = { startTime: '1', endTime: '2', minNano: 0, maxNano: 9, query: '{ duration < 9ns }' };
    expect(searchWithToggled({ ...initialSearch, region }, get)?.region?.query).toBe(
      '{ duration < 9ns && span.http.method = "GET" }',
    );
  });

  it('is none where the text is none', () => {
    expect(conditionOf('a = ')).toBeUndefined();
    expect(conditionOf('name = "a" } >> { name = "b"')).toBeUndefined();
  });
});
