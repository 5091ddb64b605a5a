import { SpanKind } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import { searchAnswer } from '../../src/native/schemas.ts';
import { testApi } from '../api.ts';
import { EPOCH_SECONDS, EPOCH_UNIX_NANO, span, traceIdOf } from '../spans.ts';
import { storeOf, writeSpans } from '../store.ts';

/**
 * Twelve traces, one a minute: a gateway calls an order service, which calls a database. Trace n lasts 10 + n ms; every
 * third has an error in the database; every fourth is of the region "eu".
 */
const spans = Array.from({ length: 12 }, (_, trace) => {
  const startMs = trace * 60_000;
  const resource = { region: trace % 4 === 0 ? 'eu' : 'us' };
  return [
    span({
      trace,
      id: 1,
      service: 'gateway',
      name: 'GET /order',
      kind: SpanKind.SERVER,
      startMs,
      durationMs: 10 + trace,
      attributes: { 'http.status_code': BigInt(200 + trace), cached: trace === 5, ratio: trace / 4 },
      resource,
    }),
    span({
      trace,
      id: 2,
      parent: 1,
      service: 'order',
      name: 'create',
      startMs: startMs + 2,
      durationMs: 6,
      attributes: { 'order.id': `o-${trace}`, '404': 'yes' },
    }),
    span({
      trace,
      id: 3,
      parent: 2,
      service: 'database',
      name: 'INSERT',
      startMs: startMs + 3,
      durationMs: 4,
      error: trace % 3 === 0,
    }),
  ];
}).flat();

const store = await storeOf(spans);
await writeSpans(store, [span({ trace: 99, id: 1, service: 'secret', startMs: 1 })], 'other');
const api = await testApi(store);

/** The numbers of the traces that are found, in the order of the answer. */
async function found(parameters: Record<string, string | readonly string[]>): Promise<readonly number[]> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) for (const one of [value].flat()) query.append(name, one);
  const body = await api.json(`/v1/traces?${query}`);
  searchAnswer.parse(body);
  expect(body).toMatchObject({ complete: true, reasons: [], cursor: null });
  return body.traces.map(
    ({ trace_id: id }: { trace_id: string }) => spans.findIndex((each) => each.traceId === id) / 3,
  );
}

const ALL = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

describe('GET /v1/traces', () => {
  it('lists attributes with each trace, of the first span that has them', async () => {
    const query = new URLSearchParams({ service: 'gateway', limit: '2' });
    for (const name of ['span.order.id', 'span.http.status_code', 'span.cached', 'resource.region', 'span.none']) {
      query.append('select', name);
    }
    const body = searchAnswer.parse(await api.json(`/v1/traces?${query}`));
    expect(body.traces.map(({ attributes }) => attributes)).toEqual(
      [11, 10].map((trace) => ({
        'span.order.id': `o-${trace}`,
        'span.http.status_code': 200 + trace,
        'span.cached': false,
        'resource.region': 'us',
      })),
    );
    const next = searchAnswer.parse(await api.json(`/v1/traces?${query}&cursor=${body.cursor}`));
    expect(next.traces[0]?.attributes).toMatchObject({ 'span.order.id': 'o-9' });
    const [without] = searchAnswer.parse(await api.json('/v1/traces?limit=1')).traces;
    expect(without).not.toHaveProperty('attributes');
  });

  it('leaves the attributes of a very large trace out, at n and n + 1', async () => {
    const large = (trace: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        span({ trace, id: i + 1, ...(i > 0 && { parent: 1 }), attributes: { a: 'x' }, startMs: trace }),
      );
    const own = await testApi(await storeOf([...large(1, 2_000), ...large(2, 2_001)]));
    const { traces } = searchAnswer.parse(await own.json('/v1/traces?select=span.a'));
    expect(traces.map(({ attributes }) => attributes)).toEqual([undefined, { 'span.a': 'x' }]);
  });

  it('refuses what cannot be selected, and more than may be', async () => {
    const eight = Array.from({ length: 8 }, (_, i) => `select=span.a${i}`).join('&');
    expect((await api.get(`/v1/traces?${eight}`)).statusCode).toBe(200);
    for (const select of [`${eight}&select=span.b`, 'select=name', 'select=span.', 'select=event.a']) {
      const refused = await api.get(`/v1/traces?${select}`);
      expect([refused.statusCode, refused.json().error]).toMatchObject([400, { parameter: 'select' }]);
    }
  });

  it('tells all of each trace, in float seconds and exactly', async () => {
    const body = await api.json('/v1/traces?tags=order.id=o-3');
    expect(body.traces).toEqual([
      {
        trace_id: traceIdOf(3),
        root_service: 'gateway',
        root_operation: 'GET /order',
        services: ['database', 'gateway', 'order'],
        operations: ['GET /order', 'INSERT', 'create'],
        start_time: EPOCH_SECONDS + 180,
        end_time: EPOCH_SECONDS + 180.013,
        duration: 0.013,
        start_time_unix_nano: String(EPOCH_UNIX_NANO + 180_000_000_000n),
        end_time_unix_nano: String(EPOCH_UNIX_NANO + 180_013_000_000n),
        span_count: 3,
        error_count: 1,
      },
    ]);
  });

  it.each<[Record<string, string | readonly string[]>, readonly number[]]>([
    [{}, ALL],
    [{ service: 'gateway' }, ALL],
    [{ service: 'Gateway' }, []],
    [{ service: 'nobody' }, []],
    [{ operation: 'INSERT' }, ALL],
    [{ service: 'database', operation: 'INSERT' }, ALL],
    [{ service: 'gateway', operation: 'INSERT' }, []],
    [{ tags: 'order.id=o-7' }, [7]],
    [{ tags: 'order.id=o-70' }, []],
    [{ tags: 'http.status_code=205' }, [5]],
    [{ tags: '404=yes', service: 'order' }, ALL],
    [{ tags: 'cached=true' }, [5]],
    [{ tags: 'ratio=0.75' }, [3]],
    [{ tags: 'error=true' }, [9, 6, 3, 0]],
    [{ tags: 'error=true', service: 'gateway' }, []],
    [{ tags: 'region=eu' }, [8, 4, 0]],
    [{ tags: ['region=eu', 'http.status_code=204'] }, [4]],
    [{ tags: ['region=eu', 'order.id=o-4'] }, []],
    [{ tags: 'span.kind=server' }, ALL],
    [{ min_duration: '20ms' }, [11, 10]],
    [{ max_duration: '11ms' }, [1, 0]],
    [{ min_duration: '12ms', max_duration: '12ms' }, [2]],
    [{ min_duration: '0.0205s' }, [11]],
    [{ min_duration: '20ms', service: 'database' }, [11, 10]],
    [{ q: '{ resource.service.name = "order" && span.order.id =~ "o-1.*" }' }, [11, 10, 1]],
    [{ q: '{ status = error } && { span.http.status_code > 203 }' }, [9, 6]],
    [{ q: '{ status = error }', tags: 'error=true', service: 'database' }, [9, 6, 3, 0]],
    [{ q: '{ status = error }', service: 'gateway' }, []],
    [{ q: '{ status = error } || { .cached = true }', min_duration: '15ms' }, [9, 6, 5]],
    [{ start_time: String(EPOCH_SECONDS + 600) }, [11, 10]],
    [{ start_time: String(EPOCH_SECONDS + 600.000001) }, [11, 10]],
    [{ start_time: String(EPOCH_SECONDS + 600.000001), service: 'gateway' }, [11]],
    [{ end_time: String(EPOCH_SECONDS + 60) }, [0]],
    [{ end_time: `${EPOCH_SECONDS + 60}.000000001` }, [1, 0]],
    [{ start_time: '2023-09-28T23:31:58Z', end_time: '2023-09-28T23:33:58Z' }, [2, 1]],
    [{ since: '1m' }, [11, 10, 9]],
    [{ since: '1m', end_time: String(EPOCH_SECONDS + 120) }, [1]],
    [{ since: '2h' }, ALL],
    [{ since: '9w' }, ALL],
    [{ order: 'newest' }, ALL],
    [{ order: 'longest' }, ALL],
    [{ order: 'longest', max_duration: '13ms' }, [3, 2, 1, 0]],
    [{ limit: '12' }, ALL],
  ])('%j', async (parameters, expected) => {
    expect(await found(parameters)).toEqual(expected);
  });

  it.each(['newest', 'longest'])('pages to the end, %s first, as one large page', async (order) => {
    for (const narrow of ['', '&since=20m', `&q=${encodeURIComponent('{ span:error = true }')}`]) {
      const url = `/v1/traces?order=${order}${narrow}`;
      const whole = (await api.json(url)).traces;
      expect(whole.length).toBeGreaterThan(3);
      for (const limit of [1, 3, 11]) {
        const paged: unknown[] = [];
        let cursor = '';
        do {
          const page = await api.json(`${url}&limit=${limit}&cursor=${cursor}`);
          expect(page.traces.length).toBeLessThanOrEqual(limit);
          paged.push(...page.traces);
          cursor = page.cursor ?? '';
        } while (cursor !== '');
        expect(paged).toEqual(whole);
      }
    }
  });

  it('refuses a cursor with other parameters', async () => {
    const { cursor } = await api.json('/v1/traces?limit=1&service=gateway');
    expect((await api.get(`/v1/traces?limit=1&service=order&cursor=${cursor}`)).json().error.code).toBe(
      'invalid_cursor',
    );
    expect((await api.get(`/v1/traces?limit=3&service=gateway&cursor=${cursor}`)).statusCode).toBe(200);
  });

  it('keeps tenants apart', async () => {
    const tenant = { 'x-scope-orgid': 'other' };
    expect((await api.json('/v1/traces', tenant)).traces).toHaveLength(1);
    expect(await api.json('/v1/services', tenant)).toEqual(['secret']);
    expect(await api.json('/v1/services')).not.toContain('secret');
    expect((await api.get(`/v1/traces/${traceIdOf(99)}`)).statusCode).toBe(404);
    expect((await api.get(`/v1/traces/${traceIdOf(99)}`, tenant)).statusCode).toBe(200);
    expect((await api.json('/v1/traces', { 'x-scope-orgid': 'empty' })).traces).toEqual([]);
  });
});
