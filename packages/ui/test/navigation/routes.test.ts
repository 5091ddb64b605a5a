import { describe, expect, it } from 'vitest';

import { comparePath, routeOf, servicePath, TRACE_VIEWS, traceIdIn, tracePath } from '../../src/navigation/routes.ts';

const ID = 'd8fe1d3d84356fc2f14672605f340770';

describe('routeOf', () => {
  it('knows the pages', () => {
    expect(routeOf('/', '')).toEqual({ page: 'search' });
    expect(routeOf('/search', '?q=1')).toEqual({ page: 'search' });
    expect(routeOf(`/trace/${ID}`, '')).toEqual({
      page: 'trace',
      traceId: ID,
      spanId: undefined,
      view: 'waterfall',
    });
    expect(routeOf('/trace/AB', '?span=12')).toEqual({
      page: 'trace',
      traceId: 'ab'.padStart(32, '0'),
      spanId: '12',
      view: 'waterfall',
    });
    for (const page of ['services', 'map', 'insights', 'compare', 'status']) {
      expect(routeOf(`/${page}`, '?since=6h')).toMatchObject({ page });
    }
  });

  it('knows what is no page', () => {
    for (const path of [
      '/trace',
      '/trace/xyz',
      `/trace/${ID}0`,
      `/trace/${ID}/more`,
      '/search/x',
      '/map/x',
      '/services/a/b',
      '/services/%E0%A4%A',
      '/else',
    ]) {
      expect(routeOf(path, '')).toEqual({ page: 'not-found' });
    }
  });

  it('reads the paths it writes', () => {
    const url = new URL(tracePath(ID, '00ff'), 'http://localhost');
    expect(routeOf(url.pathname, url.search)).toMatchObject({ page: 'trace', traceId: ID, spanId: '00ff' });
    for (const view of TRACE_VIEWS) {
      const { pathname, search } = new URL(tracePath(ID, undefined, view), 'http://localhost');
      expect(routeOf(pathname, search)).toMatchObject({ page: 'trace', view, spanId: undefined });
    }
  });

  it('reads the service of a path whatever its name holds', () => {
    for (const service of ['orders', 'a/b', 'über 100%', '?x=1#y', '+']) {
      const path = servicePath(service, 'GET /x');
      const [pathname = '', search = ''] = path.split('?');
      expect(routeOf(pathname, search)).toEqual({ page: 'services', service });
      expect(new URLSearchParams(search).get('operation')).toBe('GET /x');
    }
  });

  it('writes both traces of a comparison', () => {
    expect(comparePath('1', '2')).toBe('/compare?a=1&b=2');
  });
});

describe('traceIdIn', () => {
  it.each([
    [` ${ID.toUpperCase()} `, ID],
    [`00-${ID}-00f067aa0ba902b7-01`, ID],
    [`https://jaeger.example/trace/${ID}?uiFind=x`, ID],
    [`http://localhost:3200/tempo/api/traces/${ID}`, ID],
    ['0x1f', '1f'.padStart(32, '0')],
    ['d8fe1d3d-8435-6fc2-f146-72605f340770', ID],
  ])('finds the id in %s', (text, id) => {
    expect(traceIdIn(text)).toBe(id);
  });

  it('finds none in other text', () => {
    for (const text of ['', 'hello', '0', `${ID}00`, 'https://example.org/']) expect(traceIdIn(text)).toBeUndefined();
  });
});
