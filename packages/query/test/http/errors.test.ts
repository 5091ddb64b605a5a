import { CodedError } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import { errorAnswer } from '../../src/native/schemas.ts';
import { testApi } from '../api.ts';
import { scriptedStore } from '../scripted-store.ts';
import { span, traceIdOf } from '../spans.ts';

const api = await testApi(scriptedStore({ traces: [[span({ trace: 1, id: 1 })]] }));

/** Each bad request, the code it is answered with, and what the error names. */
const BAD_REQUESTS: readonly (readonly [url: string, code: string, rest?: object])[] = [
  ['/v1/traces?servce=shop', 'unknown_parameter', { parameter: 'servce', suggestion: 'service' }],
  ['/v1/traces?minDuration=1s', 'unknown_parameter', { suggestion: 'min_duration' }],
  ['/v1/traces?xyz=1', 'unknown_parameter', { parameter: 'xyz' }],
  ['/v1/traces?limit=0', 'invalid_parameter', { parameter: 'limit' }],
  ['/v1/traces?limit=10001', 'invalid_parameter', { parameter: 'limit' }],
  ['/v1/traces?limit=-1', 'invalid_parameter', { parameter: 'limit' }],
  ['/v1/traces?limit=1.5', 'invalid_parameter', { parameter: 'limit' }],
  ['/v1/traces?limit=many', 'invalid_parameter', { parameter: 'limit' }],
  ['/v1/traces?limit=1&limit=2', 'invalid_parameter', { parameter: 'limit' }],
  ['/v1/traces?order=oldest', 'invalid_parameter', { parameter: 'order' }],
  ['/v1/traces?min_duration=5', 'invalid_parameter', { parameter: 'min_duration' }],
  ['/v1/traces?max_duration=-5s', 'invalid_parameter', { parameter: 'max_duration' }],
  ['/v1/traces?min_duration=2s&max_duration=1s', 'invalid_parameter', { parameter: 'max_duration' }],
  ['/v1/traces?start_time=yesterday', 'invalid_parameter', { parameter: 'start_time' }],
  ['/v1/traces?start_time=1695943858000', 'invalid_parameter', { parameter: 'start_time' }],
  ['/v1/traces?end_time=2023-02-30', 'invalid_parameter', { parameter: 'end_time' }],
  ['/v1/traces?start_time=2&end_time=1', 'invalid_parameter', { parameter: 'end_time' }],
  ['/v1/traces?start_time=1&end_time=1', 'invalid_parameter', { parameter: 'end_time' }],
  ['/v1/traces?since=1', 'invalid_parameter', { parameter: 'since' }],
  ['/v1/traces?since=1h&start_time=1', 'invalid_parameter', { parameter: 'since' }],
  ['/v1/traces?tags=a', 'invalid_parameter', { parameter: 'tags' }],
  ['/v1/traces?tags==b', 'invalid_parameter', { parameter: 'tags' }],
  ['/v1/traces?tags=a=b&tags=c', 'invalid_parameter', { parameter: 'tags' }],
  ['/v1/traces?cursor=x', 'invalid_cursor'],
  ['/v1/traces?q=%7B', 'invalid_query', { position: { offset: 1, line: 1, column: 2 } }],
  ['/v1/traces?q=%7B%20statu%20%3D%20error%20%7D', 'invalid_query', { suggestion: 'status' }],
  [`/v1/traces?q=${'('.repeat(5_000)}`, 'invalid_query'],
  ['/v1/traces?__proto__=1', 'unknown_parameter'],
  ['/v1/traces?constructor=1', 'unknown_parameter'],
  ['/v1/traces/xyz', 'invalid_trace_id'],
  ['/v1/traces/0', 'invalid_trace_id'],
  [`/v1/traces/${'a'.repeat(33)}`, 'invalid_trace_id'],
  ['/v1/traces/1?format=xml', 'invalid_parameter', { parameter: 'format' }],
  ['/v1/traces/1?fromat=otlp', 'unknown_parameter', { suggestion: 'format' }],
  ['/v1/services?since=x', 'invalid_parameter', { parameter: 'since' }],
  ['/v1/services?q=x', 'unknown_parameter'],
  ['/v1/services/shop/operations?limit=1', 'unknown_parameter'],
  ['/v1/dependencies?endTs=1', 'unknown_parameter'],
  ['/v1/status?x=1', 'unknown_parameter'],
];

describe('bad requests to the native API', () => {
  it.each(BAD_REQUESTS.map(([url, code, rest = {}]) => ({ url, code, rest })))('$url', async ({ url, code, rest }) => {
    const response = await api.get(url);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    const body = errorAnswer.parse(response.json());
    expect(body.error).toMatchObject({ code, ...rest });
    expect(response.body).not.toContain('.ts');
  });

  it('says of a duration above the limit what the limit is', async () => {
    for (const [url, parameter] of [
      ['/v1/traces?min_duration=99999999h', 'min_duration'],
      ['/v1/analysis/slow?above=99999999h', 'above'],
    ] as const) {
      const response = await api.get(url);
      expect([url, response.statusCode]).toEqual([url, 400]);
      const { error } = errorAnswer.parse(response.json());
      expect(error).toMatchObject({ code: 'invalid_parameter', parameter });
      expect(error.message).toContain('"99999999h" is too long, the longest duration is 106751d (292 years)');
    }
  });

  it('answers an unknown trace with 404', async () => {
    const response = await api.get(`/v1/traces/${traceIdOf(2)}`);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ error: { code: 'trace_not_found', message: expect.any(String) } });
  });

  it('refuses a tenant that cannot be one, on every route', async () => {
    const paths = ['/v1/traces', '/v1/traces/1', '/v1/services', '/v1/services/s/operations', '/v1/dependencies'];
    for (const path of [...paths, '/v1/status']) {
      const response = await api.get(path, { 'x-scope-orgid': 'a/b' });
      expect([path, response.statusCode, response.json().error.code]).toEqual([path, 400, 'invalid_tenant']);
    }
    expect((await api.get('/v1/status', { 'x-scope-orgid': 't'.repeat(150) })).statusCode).toBe(200);
    expect((await api.get('/v1/status', { 'x-scope-orgid': 't'.repeat(151) })).statusCode).toBe(400);
  });

  it('takes a parameter without a value as not given', async () => {
    const url = '/v1/traces?q=&service=&operation=&tags=&min_duration=&start_time=&since=&limit=&order=&cursor=';
    expect((await api.json(url)).traces).toHaveLength(1);
  });
});

describe('failures of the store', () => {
  const failures: readonly (readonly [Error, number, string, string | undefined])[] = [
    [new CodedError('storage_failed', 'disk', { retryable: true }), 503, 'storage_failed', '1'],
    [new CodedError('query_timeout', 'slow', { retryable: true, retryAfterMs: 2_500 }), 503, 'query_timeout', '3'],
    [new CodedError('too_many_queries', 'busy', { retryable: true }), 503, 'too_many_queries', '1'],
    [new CodedError('query_memory_limit', 'large'), 422, 'query_memory_limit', undefined],
    [new CodedError('closed', 'closing'), 503, 'closed', undefined],
    [new TypeError('secret'), 500, 'internal', undefined],
  ];
  const paths = ['/v1/traces', '/v1/traces/1', '/v1/services', '/v1/services/s/operations', '/v1/dependencies'];

  it.each(failures)('%s', async (fail, status, code, retryAfter) => {
    const failing = await testApi(scriptedStore({ traces: [[span({ trace: 1, id: 1 })]], fail }));
    for (const path of [...paths, '/v1/status']) {
      const response = await failing.get(path);
      expect([path, response.statusCode]).toEqual([path, status]);
      expect(response.headers['retry-after']).toBe(retryAfter);
      expect(errorAnswer.parse(response.json()).error.code).toBe(code);
      expect(response.body).not.toContain('secret');
    }
    const jaeger = await failing.get('/api/services');
    expect(jaeger.statusCode).toBe(status);
    expect(jaeger.json()).toMatchObject({ data: null, errors: [{ code: status }] });
    expect(jaeger.body).not.toContain('secret');
  });
});
