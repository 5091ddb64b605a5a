import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChdbStore, openMemoryStore } from '@throughline/store';
import { afterAll, describe, expect, it } from 'vitest';
import {
  errorsAnswer,
  performanceAnswer,
  serviceHealthsAnswer,
  slowTracesAnswer,
} from '../../../src/native/analysis/set-answer-schemas.ts';
import { testApi, type TestApi } from '../../api.ts';
import { EPOCH_SECONDS, span, traceIdOf } from '../../spans.ts';
import { storeOf, writeSpans } from '../../store.ts';

const MS = 1_000_000;

/** A page that asks the stock; of every tenth trace the stock fails, and the last five are slow. */
const shop = Array.from({ length: 50 }, (_, i) => {
  const trace = i + 1;
  const ms = trace > 45 ? 2_000 + trace : 10 + trace;
  const error = trace % 10 === 0;
  const exception = {
    timeUnixNano: 1n,
    name: 'exception',
    attributes: new Map([
      ['exception.type', 'Timeout'],
      ['exception.message', `no answer (of order ${trace}) after ${ms} ms`],
    ]),
    droppedAttributesCount: 0,
  };
  return [
    span({ trace, id: 1, service: 'web', name: 'GET /', startMs: i * 6_000, durationMs: ms + 5 }),
    span({
      trace,
      id: 2,
      parent: 1,
      service: 'stock',
      name: trace % 2 === 0 ? 'get item' : 'list items',
      startMs: i * 6_000 + 1,
      durationMs: ms,
      error,
      events: error ? [exception] : [],
    }),
    span({ trace, id: 3, parent: 2, service: 'stock', name: 'cache', startMs: i * 6_000 + 1, durationMs: 1 }),
  ];
}).flat();

const directory = await mkdtemp(join(tmpdir(), 'throughline-analysis-'));
const durable = await openChdbStore({ directory, insertIntervalMs: 0 });
afterAll(async () => {
  await durable[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});
await writeSpans(durable, shop);

const traceIds = async (api: TestApi, query: string): Promise<string[]> => {
  const { traces } = await api.json(`/v1/traces?q=${encodeURIComponent(query)}`);
  return traces.map((each: { trace_id: string }) => each.trace_id);
};

for (const [name, store] of [
  ['the memory store', await storeOf(shop)],
  ['the chDB store', durable],
] as const) {
  const apiOf = testApi(store);

  describe(`analyses over ${name}`, () => {
    it('say how all services do as they say it of one', async () => {
      const api = await apiOf;
      const all = serviceHealthsAnswer.parse(await api.json('/v1/analysis/services?slow=500ms'));
      expect(all).toMatchObject({ service_count: 2, complete: true, window: { chosen: 'last_hour' } });
      expect(all.services.map(({ service }) => service).toSorted()).toEqual(['stock', 'web']);
      for (const each of all.services) {
        expect(await api.json(`/v1/analysis/services/${each.service}?slow=500ms`)).toMatchObject({ ...each });
      }
      const one = serviceHealthsAnswer.parse(await api.json('/v1/analysis/services?limit=1'));
      expect(one).toMatchObject({ service_count: 2, complete: false, reasons: [{ code: 'analysis_limit' }] });
      expect(one.services).toHaveLength(1);
      const none = await api.json('/v1/analysis/services?start_time=5&end_time=6');
      expect(serviceHealthsAnswer.parse(none)).toMatchObject({ service_count: 0, services: [] });
    });

    it('say how a service does, and every number lists its traces', async () => {
      const api = await apiOf;
      const body = performanceAnswer.parse(await api.json('/v1/analysis/services/stock'));
      expect(body).toMatchObject({
        service: 'stock',
        operation: null,
        window: { chosen: 'last_hour' },
        request_count: 50,
        error_count: 5,
        error_rate: 0.1,
        trace_count: 50,
        error_trace_count: 5,
        slow_trace_count: 5,
        slow_above_nano: 1000 * MS,
        complete: true,
      });
      expect(body.requests_per_second).toBeCloseTo(50 / 3600, 9);
      expect(body.durations).toMatchObject({ min_nano: 11 * MS, max_nano: 2_050 * MS });
      expect(body.durations?.p50_nano).toBeGreaterThan(34 * MS);
      expect(body.durations?.p50_nano).toBeLessThanOrEqual(35 * MS);
      expect(body.durations?.p999_nano).toBeGreaterThan(2_029 * MS);
      expect(body.operations.map(({ operation, request_count: n, error_count: e }) => [operation, n, e])).toEqual([
        ['get item', 25, 5],
        ['list items', 25, 0],
      ]);
      // 35 for 10 % of errors, at most; p95 doubles once and a little; 10 % of the traces are slow, and failed.
      expect(body.health?.deductions).toMatchObject({ error_rate: 35, slow_traces: 10, error_traces: 10 });
      expect(body.health?.score).toBeCloseTo(45 - (body.health?.deductions.p95 ?? 0), 0);
      expect(body.step_seconds).toBe(60);
      expect(body.points.reduce((sum, { request_count: n }) => sum + n, 0)).toBe(50);
      expect(body.slow_traces.map(({ trace_id: id }) => id)).toEqual([50, 49, 48, 47, 46].map(traceIdOf));
      expect(body.error_traces.map(({ trace_id: id }) => id)).toEqual([50, 40, 30, 20, 10].map(traceIdOf));

      expect(await traceIds(api, body.query)).toHaveLength(50);
      expect(await traceIds(api, body.error_query)).toHaveLength(5);
      expect(await traceIds(api, body.trace_query)).toHaveLength(50);
      expect(await traceIds(api, body.slow_trace_query)).toHaveLength(5);
      expect(await traceIds(api, body.error_trace_query)).toHaveLength(5);
      for (const each of body.operations) {
        expect(await traceIds(api, each.query)).toHaveLength(each.request_count);
        expect(await traceIds(api, each.error_query)).toHaveLength(each.error_count);
      }
    });

    it('say how an operation does, in the window and by the thresholds asked for', async () => {
      const api = await apiOf;
      const window = `start_time=${EPOCH_SECONDS}&end_time=${EPOCH_SECONDS + 60}`;
      const url = '/v1/analysis/services/stock?operation=get%20item&slow=15ms&objective=1s&step=30s&';
      const body = performanceAnswer.parse(await api.json(url + window));
      expect(body).toMatchObject({
        operation: 'get item',
        window: { chosen: 'request', start_time: EPOCH_SECONDS, end_time: EPOCH_SECONDS + 60 },
        request_count: 5,
        requests_per_second: 5 / 60,
        slow_trace_count: 3,
        step_seconds: 30,
      });
      // Steps begin at multiples of their length; the window begins 28 s into one.
      expect(body.points.map(({ start_time: at, request_count: n }) => [at - EPOCH_SECONDS, n])).toEqual([
        [2, 3],
        [32, 2],
      ]);
    });

    it('list slow traces, above a threshold or a percentile', async () => {
      const api = await apiOf;
      const ids = async (parameters: string) => {
        const body = slowTracesAnswer.parse(await api.json(`/v1/analysis/slow${parameters}`));
        const listed = body.traces.map(({ trace_id: id }) => id);
        if (body.complete) expect((await traceIds(api, body.query)).toSorted()).toEqual(listed.toSorted());
        return [listed, body.percentile, body.reasons.map(({ code }) => code)];
      };
      const slow = [50, 49, 48, 47, 46].map(traceIdOf);
      expect(await ids('')).toEqual([slow, null, []]);
      expect(await ids('?above=2052ms')).toEqual([slow.slice(0, 3), null, []]);
      expect(await ids('?limit=5')).toEqual([slow, null, []]);
      expect(await ids('?limit=4')).toEqual([slow.slice(0, 4), null, ['analysis_limit']]);
      expect(await ids('?service=stock&above=2s')).toEqual([slow, null, []]);
      expect(await ids('?service=stock&above=1h')).toEqual([[], null, []]);
      expect(await ids('?service=stock&operation=cache')).toEqual([[], null, []]);
      const [above] = await ids('?service=stock&operation=get%20item&percentile=90');
      expect(above).toContain(traceIdOf(50));
      expect(above).not.toContain(traceIdOf(44));
    });

    it('group errors, and each group lists its traces', async () => {
      const api = await apiOf;
      const body = errorsAnswer.parse(await api.json('/v1/analysis/errors'));
      expect(body).toMatchObject({
        error_count: 5,
        group_count: 1,
        groups: [
          {
            service: 'stock',
            operation: 'get item',
            type: 'Timeout',
            message: 'no answer (of order ?) after ? ms',
            count: 5,
            first_time: EPOCH_SECONDS + 54.001,
          },
        ],
        complete: true,
      });
      const [group] = body.groups;
      expect(group?.samples[0]).toMatchObject({ trace_id: traceIdOf(50), message: expect.stringContaining('2050') });
      expect(await traceIds(api, group?.query ?? '')).toEqual([50, 40, 30, 20, 10].map(traceIdOf));
      expect(await api.json('/v1/analysis/errors?service=web')).toMatchObject({ error_count: 0, groups: [] });
    });
  });
}

describe('what cannot be answered', () => {
  const memory = storeOf(shop);
  const problem = async (url: string): Promise<unknown> => {
    const response = await (await testApi(await memory)).get(url);
    const { code, parameter, message } = response.json().error;
    return [response.statusCode, code, parameter, message];
  };

  it('is refused with what to do', async () => {
    expect(await problem('/v1/analysis/services/stok')).toEqual([
      404,
      'service_not_found',
      undefined,
      'There is no service "stok"; did you mean "stock"?',
    ]);
    const invalid = (parameter: string) => [400, 'invalid_parameter', parameter, expect.any(String)];
    expect(await problem('/v1/analysis/slow?operation=x')).toEqual(invalid('operation'));
    expect(await problem('/v1/analysis/slow?percentile=90')).toEqual(invalid('percentile'));
    expect(await problem('/v1/analysis/slow?service=web&percentile=91')).toEqual(invalid('percentile'));
    expect(await problem('/v1/analysis/slow?service=web&percentile=90&above=1s')).toEqual(invalid('percentile'));
    expect(await problem('/v1/analysis/slow?above=-1s')).toEqual(invalid('above'));
    expect(await problem('/v1/analysis/services/web?step=1ms')).toEqual(invalid('step'));
    expect(await problem('/v1/analysis/services/web?since=1w&step=1s')).toEqual(invalid('step'));
    expect(await problem('/v1/analysis/errors?start_time=5&end_time=5')).toEqual(invalid('end_time'));
  });

  it('is nothing where nothing is stored, and zeros where nothing was asked', async () => {
    const empty = await testApi(await openMemoryStore({}));
    expect(await empty.json('/v1/analysis/slow')).toMatchObject({ traces: [], complete: true });
    expect(await empty.json('/v1/analysis/errors')).toMatchObject({ error_count: 0, groups: [] });
    const api = await testApi(await memory);
    const quiet = performanceAnswer.parse(await api.json('/v1/analysis/services/web?start_time=5&end_time=6'));
    expect(quiet).toMatchObject({ request_count: 0, error_rate: 0, durations: null, health: null, points: [] });
  });

  it('of data that is older than an hour is its own last hour', async () => {
    const later = () => BigInt(EPOCH_SECONDS + 86_400) * 1_000_000_000n;
    const api = await testApi(await memory, { nowUnixNano: later });
    const body = performanceAnswer.parse(await api.json('/v1/analysis/services/web'));
    expect(body).toMatchObject({ request_count: 50, window: { chosen: 'last_hour_of_data' } });
    expect(body.window.end_time - body.window.start_time).toBe(3600);
  });

  it('has limits, at n and n + 1', async () => {
    const few = await testApi(await memory, { limits: { maxErrorSpans: 5 } });
    expect(await few.json('/v1/analysis/errors')).toMatchObject({ complete: true, error_count: 5 });
    const fewer = await testApi(await memory, { limits: { maxErrorSpans: 4 } });
    expect(await fewer.json('/v1/analysis/errors')).toMatchObject({
      error_count: 4,
      reasons: [{ code: 'error_scan_limit' }],
    });
    const api = await testApi(await memory);
    expect(await api.json('/v1/analysis/services/stock?limit=2')).toMatchObject({ complete: true });
    expect(await api.json('/v1/analysis/services/stock?limit=1')).toMatchObject({
      operations: [{ request_count: 25 }],
      reasons: [{ code: 'analysis_limit' }],
    });
  });
});
