import type { RedGroupAnswer } from '@throughline/query/client';
import { describe, expect, it } from 'vitest';

import {
  firstSort,
  nextSort,
  SERVICE_COLUMNS,
  sortFromUrl,
  sortGroups,
  sortToUrl,
} from '../../src/services/service-rows.ts';

function group(service: string, requestsPerSecond: number, p95Nano: number | undefined): RedGroupAnswer {
  return {
    service,
    operation: null,
    query: '{ }',
    error_query: '{ }',
    points: [],
    request_count: requestsPerSecond * 60,
    error_count: 0,
    error_rate: 0,
    requests_per_second: requestsPerSecond,
    durations:
      p95Nano === undefined
        ? null
        : {
            min_nano: 0,
            max_nano: 0,
            avg_nano: 0,
            p50_nano: 0,
            p75_nano: 0,
            p90_nano: 0,
            p95_nano: p95Nano,
            p99_nano: 0,
            p999_nano: 0,
          },
  };
}

describe('the order of services', () => {
  const groups = [group('b', 1, 30), group('a', 1, undefined), group('c', 9, 10)];
  const names = (sort: ReturnType<typeof firstSort>): string =>
    sortGroups(
      groups,
      sort,
      () => undefined,
      ({ service }) => service,
    )
      .map(({ service }) => service)
      .join('');

  it('is by the column, equal ones by name, those without a value last', () => {
    expect(names(firstSort('rate'))).toBe('cab');
    expect(names(firstSort('name'))).toBe('abc');
    expect(names({ column: 'name', descending: true })).toBe('cba');
    expect(names(firstSort('p95'))).toBe('bca');
    expect(names({ column: 'p95', descending: false })).toBe('cba');
    expect(names(firstSort('health'))).toBe('abc');
  });

  it('puts the ill ones first', () => {
    const score = new Map([
      ['a', 99],
      ['b', 40],
    ]);
    const parts = { error_rate: 0, p95: 0, slow_traces: 0, error_traces: 0 };
    const sorted = sortGroups(
      groups,
      firstSort('health'),
      ({ service }) => ({ score: score.get(service) ?? 0, deductions: parts, p95_objective_nano: 0 }),
      ({ service }) => service,
    );
    expect(sorted.map(({ service }) => service).join('')).toBe('cba');
  });

  it('is in the address, and turns with a second click', () => {
    for (const column of SERVICE_COLUMNS) {
      const first = firstSort(column);
      const turned = nextSort(first, column);
      expect(turned.descending).toBe(!first.descending);
      for (const sort of [first, turned]) expect(sortFromUrl(sortToUrl(sort) ?? null)).toEqual(sort);
    }
    expect(sortToUrl(firstSort('rate'))).toBeUndefined();
    expect(sortFromUrl('nonsense')).toEqual(firstSort('rate'));
    expect(nextSort(firstSort('rate'), 'p95')).toEqual(firstSort('p95'));
  });
});
