import { SpanKind } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import {
  dependenciesAnswer,
  errorAnswer,
  namesAnswer,
  operationsAnswer,
  tracesAnswer,
} from '../../src/jaeger/schemas.ts';
import { type TestApi, testApi } from '../api.ts';
import { EPOCH_UNIX_NANO, span, traceIdOf } from '../spans.ts';
import { storeOf } from '../store.ts';

/** Eight traces, one a minute until ten minutes before now; a server span of 5 + n ms around a slow client span. */
const spans = Array.from({ length: 8 }, (_, trace) => [
  span({
    trace,
    id: 1,
    service: 'shop',
    name: 'GET /',
    kind: SpanKind.SERVER,
    startMs: trace * 60_000,
    durationMs: 5 + trace,
    error: trace === 3,
    attributes: { 'http.status_code': BigInt(200 + trace), 'a:b': 'c:d' },
    resource: { host: `host-${trace % 2}` },
    events: [
      {
        timeUnixNano: EPOCH_UNIX_NANO,
        name: trace === 4 ? 'retry' : 'start',
        attributes: new Map([['attempt', `n${trace}`]]),
        droppedAttributesCount: 0,
      },
    ],
  }),
  span({ trace, id: 2, parent: 1, service: 'shop', name: 'call', kind: SpanKind.CLIENT, startMs: trace * 60_000 + 1 }),
  span({ trace, id: 3, parent: 2, service: 'stock', name: 'get', startMs: trace * 60_000 + 2, durationMs: 100 }),
]).flat();
const store = await storeOf(spans);
const api = await testApi(store);
const EPOCH_US = Number(EPOCH_UNIX_NANO / 1_000n);

async function found(parameters: string, of: TestApi = api): Promise<readonly number[]> {
  const body = await of.json(`/api/traces?${parameters}`);
  tracesAnswer.parse(body);
  return body.data.map(({ traceID }: { traceID: string }) => Number.parseInt(traceID, 16) - 0xa000_0000);
}

const ALL = [7, 6, 5, 4, 3, 2, 1, 0];
const tags = (json: object): string => encodeURIComponent(JSON.stringify(json));

describe('GET /api/traces', () => {
  it.each<[string, readonly number[]]>([
    ['service=shop', ALL],
    ['service=nobody', []],
    ['service=shop&operation=call', ALL],
    ['service=shop&operation=get', []],
    ['service=shop&operation=&tags=&minDuration=&maxDuration&limit=', ALL],
    ['service=shop&unknown=1', ALL],
    ['service=shop&service=stock&operation=call', ALL],
    ['service=shop&limit=3', [7, 6, 5]],
    ['service=shop&limit=0', ALL],
    // Durations are those of the spans: the server's, not the trace's.
    ['service=shop&minDuration=10ms', [7, 6, 5]],
    ['service=shop&minDuration=100ms', []],
    ['service=stock&minDuration=100ms', ALL],
    ['service=shop&operation=GET%20%2F&maxDuration=6ms', [1, 0]],
    ['service=shop&operation=GET%20%2F&minDuration=6ms&maxDuration=7000us', [2, 1]],
    ['service=shop&tag=http.status_code:203', [3]],
    ['service=shop&tag=a:b:c', []],
    ['service=shop&tag=http.status_code:203&tag=error:true', [3]],
    ['service=shop&tag=http.status_code:204&tag=error:true', []],
    ['service=stock&tag=http.status_code:203', []],
    [`service=shop&tags=${tags({ 'a:b': 'c:d' })}`, ALL],
    [`service=shop&tags=${tags({ 'http.status_code': 203 })}`, [3]],
    [`service=shop&tags=${tags({ 'http.status_code': '203', error: true })}`, [3]],
    [`service=shop&tags=${tags({ host: 'host-1' })}&tag=http.status_code:205`, [5]],
    [`service=shop&tags=${tags({})}`, ALL],
    ['service=shop&tag=host:host-1', [7, 5, 3, 1]],
    ['service=shop&tag=attempt:n6', [6]],
    ['service=shop&tag=event:retry', [4]],
    ['service=shop&tag=span.kind:server&minDuration=10ms', [7, 6, 5]],
    ['service=shop&tag=span.kind:client&minDuration=10ms', []],
    ['service=shop&tag=otel.status_code:ERROR', [3]],
    [`service=shop&start=${EPOCH_US + 300_000_000}`, [7, 6, 5]],
    [`service=shop&start=${EPOCH_US + 300_000_001}`, [7, 6, 5]],
    [`service=shop&operation=GET%20%2F&start=${EPOCH_US + 300_000_001}`, [7, 6]],
    [`service=shop&start=0&end=${EPOCH_US + 60_000_000}`, [1, 0]],
    [`service=shop&start=0&end=${EPOCH_US + 59_999_999}`, [0]],
    [`service=shop&start=-1&end=${EPOCH_US - 1}`, []],
    // Now is ten minutes after the first trace.
    ['service=shop&lookback=1h', ALL],
    ['service=shop&lookback=5m', [7, 6, 5]],
    ['service=shop&lookback=2d', ALL],
    ['service=shop&lookback=custom', ALL],
    [`service=shop&lookback=1m&start=0`, ALL],
    [`service=shop&lookback=30s&end=${EPOCH_US + 60_000_000}`, [1]],
    [`service=shop&operation=GET%20%2F&lookback=60s&end=${EPOCH_US + 60_000_000}`, [1, 0]],
    [`service=shop&operation=GET%20%2F&lookback=60s&end=${EPOCH_US + 60_000_001}`, [1]],
    ['service=shop&raw=true', ALL],
    [`traceID=${traceIdOf(2)}&traceID=${traceIdOf(5).slice(16)}`, [2, 5]],
    [`traceID=${traceIdOf(2)}&service=nobody&limit=1`, [2]],
  ])('%s', async (parameters, expected) => {
    expect(await found(parameters)).toEqual(expected);
  });

  it('looks back two days where nothing says how far', async () => {
    const later = await testApi(store, { nowUnixNano: () => EPOCH_UNIX_NANO + 2n * 86_400_000_000_000n });
    expect(await found('service=shop&operation=GET%20%2F', later)).toEqual(ALL);
    const tooLate = await testApi(store, { nowUnixNano: () => EPOCH_UNIX_NANO + 2n * 86_400_000_000_000n + 1n });
    expect(await found('service=shop&operation=GET%20%2F', tooLate)).toEqual(ALL.slice(0, -1));
    expect(await found('service=shop&operation=GET%20%2F&lookback=9w', tooLate)).toEqual(ALL);
  });

  it('answers with what there is of several trace ids, and names the others', async () => {
    const body = await api.json(`/api/traces?traceID=${traceIdOf(1)}&traceID=${traceIdOf(50)}`);
    expect(body.data).toHaveLength(1);
    expect(body.errors).toEqual([{ msg: 'trace not found', traceID: traceIdOf(50) }]);
  });

  it('holds no more spans than one answer may, and says so', async () => {
    const enough = await testApi(store, { limits: { maxSpansPerAnswer: 24 } });
    expect(await enough.json('/api/traces?service=shop')).toMatchObject({ errors: null });
    const few = await testApi(store, { limits: { maxSpansPerAnswer: 23 } });
    const body = await few.json('/api/traces?service=shop');
    expect(body.data).toHaveLength(7);
    expect(body.errors).toEqual([{ msg: expect.stringContaining('1 traces are left out') }]);
  });

  it('answers with as many traces as one search may, and says when there are more', async () => {
    const enough = await testApi(store, { limits: { maxSearchLimit: 8 } });
    expect(await enough.json('/api/traces?service=shop&limit=1000')).toMatchObject({ errors: null });
    const few = await testApi(store, { limits: { maxSearchLimit: 7 } });
    const body = await few.json('/api/traces?service=shop&limit=1000');
    expect(body.data).toHaveLength(7);
    expect(body.errors).toEqual([{ msg: expect.stringContaining('at most 7') }]);
    expect(await few.json('/api/traces?service=shop&limit=7')).toMatchObject({ errors: null });
  });

  it.each([
    ['', "parameter 'service' is required"],
    ['operation=GET', "parameter 'service' is required"],
    ['service=', "parameter 'service' is required"],
    ['service=shop&limit=x', 'limit'],
    ['service=shop&limit=-1', 'limit'],
    ['service=shop&start=1h', 'start'],
    ['service=shop&end=1.5', 'end'],
    ['service=shop&lookback=yesterday', '"lookback": "yesterday" is no duration'],
    ['service=shop&lookback=99999999h', '"lookback": "99999999h" is too long, the longest duration is 106751d'],
    ['service=shop&minDuration=5', 'minDuration'],
    ['service=shop&minDuration=2s&maxDuration=1s', "'maxDuration' should be greater than 'minDuration'"],
    ['service=shop&tag=error', "malformed 'tag' parameter"],
    ['service=shop&tag=:x', "malformed 'tag' parameter"],
    ['service=shop&tags=x', "malformed 'tags' parameter"],
    [`service=shop&tags=${tags(['a'])}`, "malformed 'tags' parameter"],
    [`service=shop&tags=${tags({ a: {} })}`, "malformed 'tags' parameter"],
    ['service=shop&raw=maybe', 'raw'],
    ['traceID=xyz', 'traceID'],
  ])('refuses %s in its envelope', async (parameters, message) => {
    const response = await api.get(`/api/traces?${parameters}`);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    const body = errorAnswer.parse(response.json());
    expect(body).toEqual({
      data: null,
      total: 0,
      limit: 0,
      offset: 0,
      errors: [{ code: 400, msg: expect.stringContaining(message) }],
    });
  });
});

describe('GET /api/traces/:id', () => {
  it('answers with the trace', async () => {
    const body = await api.json(`/api/traces/${traceIdOf(3)}?start=1&end=2&raw=true`);
    tracesAnswer.parse(body);
    const [trace] = body.data;
    expect(trace.traceID).toBe(traceIdOf(3).slice(16));
    expect(trace.spans).toHaveLength(3);
    expect(trace.spans[0].tags).toEqual(
      expect.arrayContaining([
        { key: 'http.status_code', type: 'int64', value: 203 },
        { key: 'span.kind', type: 'string', value: 'server' },
        { key: 'error', type: 'bool', value: true },
      ]),
    );
  });

  it('takes ids in base64, too', async () => {
    const base64 = Buffer.from(traceIdOf(3), 'hex').toString('base64');
    expect((await api.json(`/api/traces/${encodeURIComponent(base64)}`)).data[0].spans).toHaveLength(3);
    expect((await api.json(`/api/traces/${base64.replace(/=+$/, '')}`)).data).toHaveLength(1);
  });

  it('indents on request', async () => {
    expect((await api.get(`/api/traces/${traceIdOf(3)}?prettyPrint=true`)).body).toContain('\n    "data": [\n');
    expect((await api.get(`/api/traces/${traceIdOf(3)}?prettyPrint=false`)).body).not.toContain('\n');
    expect((await api.get('/api/services?prettyPrint=1')).body).toContain('\n    "data": [\n');
  });

  it('knows no other trace', async () => {
    const response = await api.get(`/api/traces/${traceIdOf(50)}`);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      data: null,
      total: 0,
      limit: 0,
      offset: 0,
      errors: [{ code: 404, msg: 'trace not found' }],
    });
    for (const id of ['0', 'xyz', 'a'.repeat(33)]) {
      expect((await api.get(`/api/traces/${id}`)).json().errors[0].code).toBe(400);
    }
  });
});

describe('the lists', () => {
  it('of services', async () => {
    const body = await api.json('/api/services');
    namesAnswer.parse(body);
    expect(body).toEqual({ data: ['shop', 'stock'], total: 2, limit: 0, offset: 0, errors: null });
  });

  it('of operations, by path', async () => {
    const body = await api.json('/api/services/shop/operations');
    namesAnswer.parse(body);
    expect(body).toEqual({ data: ['GET /', 'call'], total: 2, limit: 0, offset: 0, errors: null });
  });

  it('of operations with their kinds', async () => {
    const body = await api.json('/api/operations?service=shop');
    operationsAnswer.parse(body);
    expect(body.data).toEqual([
      { name: 'GET /', spanKind: 'server' },
      { name: 'call', spanKind: 'client' },
    ]);
    expect((await api.json('/api/operations?service=shop&spanKind=client')).data).toEqual([
      { name: 'call', spanKind: 'client' },
    ]);
    expect((await api.get('/api/operations')).json().errors).toEqual([
      { code: 400, msg: "parameter 'service' is required" },
    ]);
  });

  it('of dependencies, of the last day or as asked', async () => {
    const body = await api.json('/api/dependencies');
    dependenciesAnswer.parse(body);
    expect(body).toMatchObject({ total: 0, errors: null });
    expect(body.data).toEqual([{ parent: 'shop', child: 'stock', callCount: 8 }]);
    const endTs = EPOCH_US / 1_000 + 60_002;
    expect((await api.json(`/api/dependencies?endTs=${endTs}&lookback=60000`)).data[0].callCount).toBe(2);
    expect((await api.json(`/api/dependencies?endTs=${endTs - 1}`)).data[0].callCount).toBe(1);
    expect((await api.json('/api/dependencies?service=nobody')).data).toEqual([]);
    expect((await api.json('/api/dependencies?service=stock')).data).toHaveLength(1);
    expect((await api.get('/api/dependencies?endTs=now')).statusCode).toBe(400);
  });
});

it('keeps tenants apart', async () => {
  const tenant = { 'x-scope-orgid': 'other' };
  expect((await api.json('/api/services', tenant)).data).toEqual([]);
  expect((await api.json('/api/traces?service=shop', tenant)).data).toEqual([]);
  expect((await api.get(`/api/traces/${traceIdOf(1)}`, tenant)).statusCode).toBe(404);
  const refused = await api.get('/api/services', { 'x-scope-orgid': 'a/b' });
  expect([refused.statusCode, refused.json().errors[0].code]).toEqual([400, 400]);
});
