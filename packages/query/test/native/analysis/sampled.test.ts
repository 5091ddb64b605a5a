import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChdbStore, openMemoryStore } from '@throughline/store';
import { afterAll, describe, expect, it } from 'vitest';
import {
  changesAnswer,
  clockSkewAnswer,
  criticalPathProfileAnswer,
  rootCauseAnswer,
  serviceGraphAnswer,
  setComparisonAnswer,
} from '../../../src/native/analysis/sample-answer-schemas.ts';
import { testApi, type TestApi } from '../../api.ts';
import { EPOCH_SECONDS, span } from '../../spans.ts';
import { storeOf, writeSpans } from '../../store.ts';

const MS = 1_000_000;
/** The whole minute before the spans begin. */
const MINUTE = EPOCH_SECONDS - 58;

/** Nine minutes of twenty pages each; from the fifth on, version 2 of the stock is slow, fails, and asks a new cache at times. */
const shop = Array.from({ length: 180 }, (_, i) => {
  const trace = i + 1;
  const startMs = 2_000 + i * 3_000;
  const bad = i >= 80;
  const ms = (bad ? 300 : 20) + (i % 7);
  const error = bad && i % 3 === 0;
  const stock = { 'service.version': bad ? '2' : '1', 'host.name': 'host-b' };
  return [
    span({
      trace,
      id: 1,
      service: 'web',
      name: 'GET /',
      startMs,
      durationMs: ms + 10,
      resource: { 'host.name': 'host-a' },
      attributes: { 'http.status': error ? 500 : 200, user: `u${i}` },
    }),
    span({
      trace,
      id: 2,
      parent: 1,
      service: 'stock',
      name: 'get item',
      // The clock of host-b is 50 ms ahead.
      startMs: startMs + 55,
      durationMs: ms,
      error,
      resource: stock,
      attributes: { 'rpc.system': 'grpc', ...(bad ? {} : { 'db.system': 'postgresql', 'db.name': 'stock' }) },
    }),
    ...(bad && i % 5 === 0
      ? [span({ trace, id: 3, parent: 2, service: 'cache', name: 'GET', startMs: startMs + 60, durationMs: 2 })]
      : []),
  ];
}).flat();

const directory = await mkdtemp(join(tmpdir(), 'throughline-sampled-'));
const durable = await openChdbStore({ directory, insertIntervalMs: 0 });
afterAll(async () => {
  await durable[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});
await writeSpans(durable, shop);

const traceIds = async (api: TestApi, query: string): Promise<string[]> => {
  const { traces } = await api.json(`/v1/traces?limit=1000&q=${encodeURIComponent(query)}`);
  return traces.map((each: { trace_id: string }) => each.trace_id);
};

for (const [name, store] of [
  ['the memory store', await storeOf(shop)],
  ['the chDB store', durable],
] as const) {
  const apiOf = testApi(store);

  describe(`analyses of samples over ${name}`, () => {
    it('rank root causes, each with evidence and the query of its traces', async () => {
      const api = await apiOf;
      const body = rootCauseAnswer.parse(await api.json('/v1/analysis/root-cause'));
      expect(body).toMatchObject({
        sample: { trace_count: 180, read_trace_count: 180, read_span_count: 380 },
        reference: null,
        split: { time: MINUTE + 300, until_time: null, reference: 'before' },
        complete: true,
      });
      expect(body.services[0]?.name).toBe('stock');
      expect(body.instances[0]?.name).toBe('host-b');
      const evidence = body.services[0]?.evidence[0];
      expect(evidence?.kind).toBe('slower');
      expect(await traceIds(api, evidence?.query ?? '')).toEqual(
        expect.arrayContaining((evidence?.samples ?? []).map(({ trace_id: id }) => id)),
      );
      const given = `&reference_start_time=${MINUTE}&reference_end_time=${MINUTE + 300}`;
      const against = rootCauseAnswer.parse(
        await api.json(`/v1/analysis/root-cause?start_time=${MINUTE + 300}&end_time=${MINUTE + 600}${given}`),
      );
      expect(against).toMatchObject({ split: null, sample: { trace_count: 100 }, reference: { trace_count: 80 } });
      expect(against.services[0]?.name).toBe('stock');
    });

    it('say since when operations are slower or failing, and what appeared', async () => {
      const api = await apiOf;
      const body = changesAnswer.parse(await api.json('/v1/analysis/changes?start_time=' + MINUTE));
      expect(body.operations.map(({ kind, service, since_time: at }) => [kind, service, at - MINUTE])).toEqual(
        expect.arrayContaining([
          ['slower', 'stock', 300],
          ['slower', 'web', 300],
          ['failing', 'stock', 300],
        ]),
      );
      expect(body.operations.every(({ kind }) => kind === 'slower' || kind === 'failing')).toBe(true);
      const failing = body.operations.find(({ kind }) => kind === 'failing');
      expect(failing?.before).toBe(0);
      expect(failing?.after).toBeCloseTo(0.33, 2);
      expect(await traceIds(api, failing?.query ?? '')).toHaveLength(33);
      expect(body.split).toMatchObject({
        time: MINUTE + 300,
        chosen: 'operation_change',
        before: { trace_count: 80 },
        after: { trace_count: 100 },
      });
      expect(body.new_services).toEqual(['cache']);
      expect(body.new_edges).toMatchObject([{ parent: 'stock', child: 'cache', call_count: 20 }]);
      expect(await traceIds(api, body.new_edges[0]?.query ?? '')).toHaveLength(20);
      expect(body.new_errors).toMatchObject([{ service: 'stock', operation: 'get item', count: 33 }]);
      const version = body.features.find(({ key, value }) => key === 'service.version' && value === '2');
      expect(version).toMatchObject({ service: 'stock', scope: 'resource', before_count: 0, after_count: 100 });
      for (const { query, before_count: before, after_count: after } of body.features.slice(0, 2)) {
        expect([query, (await traceIds(api, query)).length]).toEqual([query, before + after]);
      }
      const ofCache = await api.json(`/v1/analysis/changes?service=cache&start_time=${MINUTE}`);
      expect(ofCache).toMatchObject({ operations: [], new_errors: [] });
    });

    it('compare two sets of traces', async () => {
      const api = await apiOf;
      const [a, b] = ['{ trace:duration < 100ms }', '{ trace:duration > 100ms }'].map(encodeURIComponent);
      const body = setComparisonAnswer.parse(await api.json(`/v1/analysis/compare-sets?a=${a}&b=${b}`));
      expect(body.a).toMatchObject({ read_trace_count: 80, query: '{ trace:duration < 100ms }' });
      expect(body.b).toMatchObject({ read_trace_count: 100 });
      expect(body.attributes.map(({ key, value }) => [key, value])).toContainEqual(['service.version', '2']);
      expect(body.structure.map(({ kind, service }) => [kind, service])).toContainEqual(['edge', 'stock']);
      const stock = body.components.find(({ service }) => service === 'stock');
      expect(stock).toMatchObject({ operation: 'get item', a_count: 80, b_count: 100, effect_size: 1 });
      expect(stock?.delta_mean_nano).toBeGreaterThan(200 * MS);
      expect(body).toMatchObject({ complete: true });
      // What both select is in b only, so there is nothing to compare with.
      const same = setComparisonAnswer.parse(await api.json(`/v1/analysis/compare-sets?a=${b}&b=${b}`));
      expect(same).toMatchObject({ a: { read_trace_count: 0 }, attributes: [], structure: [], components: [] });
      const few = await api.json(`/v1/analysis/compare-sets?a=${a}&b=${b}&traces=50`);
      expect(few).toMatchObject({
        a: { read_trace_count: 50 },
        b: { read_trace_count: 50 },
        reasons: [{ code: 'trace_sample' }, { code: 'trace_sample' }],
      });
    });

    it('say who owns the latency', async () => {
      const api = await apiOf;
      const url = '/v1/analysis/critical-path?service=web&operation=GET%20%2F';
      const body = criticalPathProfileAnswer.parse(await api.json(url));
      expect(body).toMatchObject({ request_count: 180, p50_request_count: 36, p99_request_count: 5, complete: true });
      // By its clock the stock answers good requests when they are over, so they are all the web's own.
      expect(body.components[0]).toMatchObject({ service: 'stock', operation: 'get item', request_count: 100 });
      const column = (name: 'mean_nano' | 'p50_nano' | 'p99_nano') =>
        body.components.reduce((sum, each) => sum + each[name], body.gap[name]);
      for (const each of ['mean_nano', 'p50_nano', 'p99_nano'] as const) {
        expect(column(each)).toBeCloseTo(body.duration[each], -1);
      }
      expect(await traceIds(api, body.query)).toHaveLength(180);
    });

    it('have the service graph with its transports and what has no spans', async () => {
      const api = await apiOf;
      const body = serviceGraphAnswer.parse(await api.json('/v1/analysis/dependencies'));
      const { edges } = await api.json('/v1/dependencies');
      expect(body.edges).toMatchObject(edges);
      expect(body.edges.map(({ child, operations }) => [child, operations])).toEqual([
        ['cache', ['GET']],
        ['stock', ['get item']],
      ]);
      expect(body.peers).toMatchObject([
        {
          parent: 'stock',
          peer: 'postgresql/stock',
          kind: 'database',
          sampled_call_count: 80,
          error_rate: 0,
          transports: ['database'],
          operations: ['get item'],
        },
      ]);
      for (const { query, call_count: calls } of body.edges) expect(await traceIds(api, query)).toHaveLength(calls);
    });

    it('estimate the clocks', async () => {
      const api = await apiOf;
      const body = clockSkewAnswer.parse(await api.json('/v1/analysis/skew'));
      const pair = body.pairs.find(({ first, second }) => first === 'host-a' && second === 'host-b');
      expect(pair?.call_count).toBe(180);
      expect(Math.abs((pair?.offset_nano ?? 0) + 50 * MS)).toBeLessThanOrEqual(pair?.error_nano ?? 0);
      expect(pair?.error_nano).toBeLessThanOrEqual(10 * MS);
      for (const { host, query } of body.hosts) {
        expect(query).toBe(`{ resource.${host.startsWith('host-') ? 'host' : 'service'}.name = "${host}" }`);
        expect((await traceIds(api, query)).length).toBeGreaterThan(0);
      }
    });
  });
}

describe('what cannot be answered from samples', () => {
  const stored = storeOf(shop);

  it('is empty of an empty store and of an empty window', async () => {
    for (const store of [await openMemoryStore({}), await stored]) {
      const api = await testApi(store);
      const window = 'start_time=5&end_time=6';
      expect(rootCauseAnswer.parse(await api.json(`/v1/analysis/root-cause?${window}`))).toMatchObject({
        sample: { trace_count: 0 },
        services: [],
        split: null,
      });
      expect(changesAnswer.parse(await api.json(`/v1/analysis/changes?${window}`))).toMatchObject({
        operations: [],
        features: [],
        new_services: [],
      });
      expect(clockSkewAnswer.parse(await api.json(`/v1/analysis/skew?${window}`))).toMatchObject({ hosts: [] });
      const sets = await api.json(`/v1/analysis/compare-sets?a=%7B%7D&b=%7B%7D&${window}`);
      expect(setComparisonAnswer.parse(sets)).toMatchObject({ delta_mean_duration_nano: 0, attributes: [] });
    }
    const api = await testApi(await stored);
    const quiet = await api.json('/v1/analysis/critical-path?service=web&start_time=5&end_time=6');
    expect(criticalPathProfileAnswer.parse(quiet)).toMatchObject({ request_count: 0, components: [] });
  });

  it('tells what appeared from before a change that lasts, not from one that is over', async () => {
    // The search is very slow for three minutes; later the stock is somewhat slow, to the end. Spans begin a minute late.
    const spans = Array.from({ length: 600 }, (_, i) => {
      const minute = Math.floor(i / 60);
      const slow = { search: minute >= 2 && minute < 5 ? 900 : 20, stock: minute >= 7 ? 60 : 20 };
      return (['search', 'stock'] as const).map((service, index) =>
        span({
          trace: i + 1,
          id: index + 1,
          service,
          name: 'get',
          startMs: 2_000 + i * 1_000,
          durationMs: slow[service] + (i % 7),
        }),
      );
    });
    const api = await testApi(await storeOf(spans.flat()));
    const body = changesAnswer.parse(await api.json(`/v1/analysis/changes?start_time=${MINUTE}`));
    const slower = body.operations.find(({ kind }) => kind === 'slower');
    expect(slower).toMatchObject({ service: 'search', until_time: MINUTE + 360 });
    expect(body.split).toMatchObject({ time: MINUTE + 480, chosen: 'operation_change' });
  });

  it('is refused with what to do', async () => {
    const api = await testApi(await stored);
    const problem = async (url: string): Promise<unknown> => {
      const response = await api.get(url);
      const { code, parameter } = response.json().error;
      return [response.statusCode, code, parameter];
    };
    expect(await problem('/v1/analysis/critical-path?service=nobody')).toEqual([404, 'service_not_found', undefined]);
    expect(await problem('/v1/analysis/critical-path')).toEqual([400, 'invalid_parameter', 'service']);
    expect(await problem('/v1/analysis/changes?service=nobody')).toEqual([404, 'service_not_found', undefined]);
    expect(await problem('/v1/analysis/compare-sets?a=%7B%7D&b=%7B')).toEqual([400, 'invalid_query', undefined]);
    expect(await problem('/v1/analysis/compare-sets?a=%7B%7D')).toEqual([400, 'invalid_parameter', 'b']);
    const overlapping = `start_time=${EPOCH_SECONDS}&reference_start_time=5&reference_end_time=${EPOCH_SECONDS + 1}`;
    expect(await problem(`/v1/analysis/changes?${overlapping}`)).toEqual([
      400,
      'invalid_parameter',
      'reference_end_time',
    ]);
  });

  it('is a stated sample beyond the limits, at n and n + 1', async () => {
    const sampled = async (limits: { maxSampledTraces?: number; maxSampledSpans?: number }) => {
      const api = await testApi(await stored, { limits });
      const { sample, reasons } = rootCauseAnswer.parse(await api.json('/v1/analysis/root-cause'));
      return [sample.read_trace_count, sample.trace_count, reasons.map(({ code }) => code)];
    };
    expect(await sampled({ maxSampledTraces: 180 })).toEqual([180, 180, []]);
    expect(await sampled({ maxSampledTraces: 179 })).toEqual([179, 180, ['trace_sample']]);
    expect(await sampled({ maxSampledSpans: 380 })).toEqual([180, 180, []]);
    expect(await sampled({ maxSampledSpans: 379 })).toEqual([179, 180, ['trace_sample']]);
    // One trace is read, however large.
    expect(await sampled({ maxSampledSpans: 1 })).toEqual([1, 180, ['trace_sample']]);
  });
});
