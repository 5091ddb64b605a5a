import { MAX_SELECTED_ATTRIBUTES } from '@throughline/query/client';
import { describe, expect, it } from 'vitest';

import {
  type Column,
  columnKey,
  columnsFor,
  columnsOf,
  columnTemplate,
  INITIAL_COLUMNS,
  toggleColumn,
} from '../../src/search/result-columns.ts';
import { firstValue } from '../../src/search/first-value.ts';

const attribute = (name: string): Column => ({ kind: 'attribute', scope: 'span', name });
const keys = (columns: readonly Column[]) => columns.map(columnKey);

describe('the columns', () => {
  it('come and go, facts in their order and attributes behind them', () => {
    const without = toggleColumn(INITIAL_COLUMNS, { kind: 'fact', fact: 'service' });
    const more = toggleColumn(without, attribute('http.route'));
    expect(keys(toggleColumn(more, { kind: 'fact', fact: 'service' }))).toEqual([
      ...keys(INITIAL_COLUMNS),
      'span.http.route',
    ]);
    expect(keys(toggleColumn(more, attribute('http.route')))).toEqual(keys(without));
    expect(columnTemplate(more).match(/px|fr/g)?.length).toBeGreaterThanOrEqual(more.length);
  });

  it('are never none, and never more attributes than can be read', () => {
    const one: readonly Column[] = [{ kind: 'fact', fact: 'id' }];
    expect(toggleColumn(one, { kind: 'fact', fact: 'id' })).toBe(one);
    let columns: readonly Column[] = one;
    for (let index = 0; index < MAX_SELECTED_ATTRIBUTES + 1; index++)
      columns = toggleColumn(columns, attribute(`a${index}`));
    expect(columns).toHaveLength(1 + MAX_SELECTED_ATTRIBUTES);
  });

  it('are few where there is little room', () => {
    expect(keys(columnsFor(INITIAL_COLUMNS, 390))).toEqual(['operation', 'duration', 'errors']);
    expect(columnsFor(INITIAL_COLUMNS, 1000)).toBe(INITIAL_COLUMNS);
  });

  it('read back as they were kept, without what makes no sense', () => {
    const columns = [...INITIAL_COLUMNS, attribute('x')];
    expect(columnsOf(JSON.parse(JSON.stringify(columns)))).toEqual(columns);
    expect(
      columnsOf([{ kind: 'fact', fact: 'colour' }, { kind: 'attribute', scope: 'event', name: 'x' }, 1]),
    ).toBeUndefined();
    expect(columnsOf({})).toBeUndefined();
  });
});

it('takes an attribute from the first span that has it', () => {
  const spans = [
    { attributes: {}, resource_attributes: { host: 'a' } },
    { attributes: { n: 1, list: ['x'] }, resource_attributes: { host: 'b' } },
  ];
  expect(firstValue(spans, { scope: 'span', name: 'n' })).toBe('1');
  expect(firstValue(spans, { scope: 'span', name: 'list' })).toBe('["x"]');
  expect(firstValue(spans, { scope: 'resource', name: 'host' })).toBe('a');
  expect(firstValue(spans, { scope: 'span', name: 'host' })).toBeUndefined();
});
