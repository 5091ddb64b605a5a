import type { ServiceGraphAnswer } from '@throughline/query/client';
import { describe, expect, it } from 'vitest';

import { filterMap, type MapFilter, neighbourhood } from '../../src/map/map-selection.ts';
import { ALL_HOPS, hopsToUrl, mapFromUrl } from '../../src/map/map-state.ts';
import { serviceId, serviceMapOf } from '../../src/map/service-map.ts';

const times = {
  duration_avg_ms: 1,
  duration_p50_ms: 1,
  duration_p95_ms: 2,
  duration_p99_ms: 3,
  transports: ['http'] as const,
  operations: ['GET'],
  query: '{ }',
};
const edge = (parent: string, child: string, errors = 0): ServiceGraphAnswer['edges'][number] => ({
  parent,
  child,
  call_count: 120,
  error_count: errors,
  error_rate: errors / 120,
  ...times,
});
const peer = (parent: string, name: string, calls: number, errorRate: number): ServiceGraphAnswer['peers'][number] => ({
  parent,
  peer: name,
  kind: 'database',
  sampled_call_count: calls,
  error_rate: errorRate,
  ...times,
});
const answer: ServiceGraphAnswer = {
  window: {
    start_time: 0,
    end_time: 60,
    start_time_unix_nano: '0',
    end_time_unix_nano: '60000000000',
    chosen: 'request',
  },
  sample: { trace_count: 100, read_trace_count: 50, read_span_count: 500 },
  complete: true,
  reasons: [],
  edges: [edge('web', 'orders', 12), edge('orders', 'payment'), edge('web', 'search')],
  peers: [peer('orders', 'db', 30, 0), peer('payment', 'db', 10, 0.4)],
};
const everything: MapFilter = { text: '', errorsOnly: false, peers: true, focus: undefined };
const map = serviceMapOf(answer, []);
const names = (filter: Partial<MapFilter>): string =>
  filterMap(map, { ...everything, ...filter })
    .nodes.map(({ name }) => name)
    .toSorted()
    .join(' ');

describe('serviceMapOf', () => {
  it('has every service once, with the rates of the calls in the window', () => {
    expect(map.nodes.map(({ name }) => name)).toEqual(['web', 'orders', 'payment', 'search', 'db']);
    expect(map.edges[0]).toMatchObject({
      from: serviceId('web'),
      to: serviceId('orders'),
      perSecond: 2,
      errorRate: 0.1,
    });
  });

  it('estimates what peers are asked from the share of traces that were read', () => {
    const db = map.nodes.find(({ name }) => name === 'db');
    expect(db).toMatchObject({ kind: 'database', perSecond: (40 * 2) / 60, p95Nano: undefined });
    expect(db?.errorRate).toBeCloseTo(0.1, 9);
    expect(map.edges.filter(({ isSampled }) => isSampled)).toHaveLength(2);
  });
});

describe('what of the map is shown', () => {
  it('is everything at first', () => {
    expect(filterMap(map, everything)).toEqual(map);
  });

  it('is what is named so and its neighbours', () => {
    expect(names({ text: 'PAY' })).toBe('db orders payment');
    expect(names({ text: 'nobody' })).toBe('');
  });

  it('is the services alone, or what fails', () => {
    expect(names({ peers: false })).toBe('orders payment search web');
    expect(names({ errorsOnly: true })).toBe('db orders payment web');
  });

  it('is a neighbourhood, so many calls up or down', () => {
    const focus = (hops: number, direction: 'both' | 'callers' | 'callees') =>
      names({ focus: { id: serviceId('orders'), hops, direction } });
    expect(focus(1, 'both')).toBe('db orders payment web');
    expect(focus(1, 'callers')).toBe('orders web');
    expect(focus(ALL_HOPS, 'callees')).toBe('db orders payment');
    expect(names({ focus: { id: 'gone', hops: 1, direction: 'both' } })).toBe(names({}));
  });

  it('ends with circles', () => {
    const circle = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ];
    expect([...neighbourhood(circle, 'a', ALL_HOPS, 'both')]).toEqual(['a', 'b']);
  });
});

it('the address says what is shown and chosen', () => {
  const parameters = new URLSearchParams(
    `filter=x&errors=only&peers=hidden&focus=service+a&hops=all&direction=callees&node=service+a`,
  );
  expect(mapFromUrl(parameters)).toEqual({
    filter: {
      text: 'x',
      errorsOnly: true,
      peers: false,
      focus: { id: 'service a', hops: ALL_HOPS, direction: 'callees' },
    },
    choice: { node: 'service a', edge: undefined },
  });
  expect(mapFromUrl(new URLSearchParams('hops=9&direction=x')).filter).toEqual(everything);
  for (const hops of [1, 2, 3, ALL_HOPS]) {
    const text = new URLSearchParams({ focus: 'a', hops: hopsToUrl(hops) ?? '' });
    expect(mapFromUrl(text).filter.focus?.hops).toBe(hops);
  }
});
