import { SpanKind } from '@throughline/model';
import { describe, expect, it } from 'vitest';
import { dependenciesAnswer, namesAnswer, statusAnswer } from '../../src/native/schemas.ts';
import { testApi } from '../api.ts';
import { EPOCH_SECONDS, EPOCH_UNIX_NANO, span } from '../spans.ts';
import { storeOf, writeSpans } from '../store.ts';

const LONG_NAME = 'x'.repeat(2_048);
const store = await storeOf([
  span({ trace: 1, id: 1, service: 'gateway', name: 'b', kind: SpanKind.SERVER, durationMs: 9 }),
  span({ trace: 1, id: 2, parent: 1, service: 'gateway', name: 'b', kind: SpanKind.CLIENT, durationMs: 8 }),
  span({ trace: 1, id: 3, parent: 2, service: 'a/b ü', name: 'a', durationMs: 2 }),
  span({ trace: 1, id: 4, parent: 2, service: 'a/b ü', name: 'a', startMs: 5, durationMs: 4, error: true }),
  span({ trace: 2, id: 1, service: 'late', name: 'c', startMs: 3_600_000 }),
  span({ trace: 2, id: 2, service: LONG_NAME, name: 'long', startMs: 3_600_000 }),
]);
const api = await testApi(store);

describe('services and operations', () => {
  it('lists services, sorted, of everything or of a window', async () => {
    expect(namesAnswer.parse(await api.json('/v1/services'))).toEqual(['a/b ü', 'gateway', 'late', LONG_NAME]);
    expect(await api.json(`/v1/services?end_time=${EPOCH_SECONDS + 60}`)).toEqual(['a/b ü', 'gateway']);
    expect(await api.json(`/v1/services?start_time=${EPOCH_SECONDS + 3_540}`)).toEqual(['late', LONG_NAME]);
  });

  it('lists the operations of a service once, sorted', async () => {
    expect(namesAnswer.parse(await api.json('/v1/services/gateway/operations'))).toEqual(['b']);
    expect(await api.json(`/v1/services/${encodeURIComponent('a/b ü')}/operations`)).toEqual(['a']);
    expect(await api.json(`/v1/services/${LONG_NAME}/operations`)).toEqual(['long']);
    expect(await api.json('/v1/services/nobody/operations')).toEqual([]);
    expect(await api.json(`/v1/services/gateway/operations?start_time=${EPOCH_SECONDS + 3_540}`)).toEqual([]);
  });

  it('refuses a name that is longer than the router takes', async () => {
    expect((await api.get(`/v1/services/${LONG_NAME}x/operations`)).statusCode).toBe(414);
  });
});

describe('GET /v1/dependencies', () => {
  it('lists edges with counts and durations', async () => {
    const body = dependenciesAnswer.parse(await api.json('/v1/dependencies'));
    expect(body).toMatchObject({ complete: true, reasons: [] });
    expect(body.edges).toEqual([
      {
        parent: 'gateway',
        child: 'a/b ü',
        call_count: 2,
        error_count: 1,
        error_rate: 0.5,
        duration_avg_ms: 3,
        duration_p50_ms: expect.any(Number),
        duration_p95_ms: expect.any(Number),
        duration_p99_ms: expect.any(Number),
      },
    ]);
    const [edge] = body.edges;
    expect(edge?.duration_p50_ms).toBeGreaterThanOrEqual(2);
    expect(edge?.duration_p99_ms).toBeLessThanOrEqual(4);
  });

  it('looks at a window', async () => {
    expect((await api.json(`/v1/dependencies?start_time=${EPOCH_SECONDS + 60}`)).edges).toEqual([]);
    expect((await api.json(`/v1/dependencies?start_time=${EPOCH_SECONDS}`)).edges).toHaveLength(1);
  });
});

describe('GET /v1/status', () => {
  it('tells what is stored and where in time', async () => {
    const body = statusAnswer.parse(await api.json('/v1/status'));
    expect(body).toMatchObject({ version: '1.2.3', tenant: 'default', ready: true });
    expect(body.storage).toMatchObject({ engine: 'memory', span_rows: 6 });
    expect(body.data_window).toMatchObject({
      start_time: EPOCH_SECONDS,
      start_time_unix_nano: String(EPOCH_UNIX_NANO),
      end_time_unix_nano: String(EPOCH_UNIX_NANO + 3_600_000_000_001n),
    });
    expect(body.limits['max_search_limit']).toBe(10_000);
  });

  it('tells it of the tenant that asks', async () => {
    const both = await storeOf([span({ trace: 1, id: 1 }), span({ trace: 1, id: 2 })]);
    await writeSpans(both, [span({ trace: 2, id: 1, startMs: 5_000 })], 'other');
    const shared = await testApi(both);
    const other = await shared.json('/v1/status', { 'x-scope-orgid': 'other' });
    expect(other).toMatchObject({ tenant: 'other', storage: { span_rows: 1 } });
    expect(other.data_window.start_time).toBe(EPOCH_SECONDS + 5);
    const nobody = await shared.json('/v1/status', { 'x-scope-orgid': 'nobody' });
    expect(nobody).toMatchObject({ storage: { span_rows: 0 }, data_window: null });
    expect((await shared.json('/v1/status')).storage.span_rows).toBe(2);
  });

  it('tells what the server around it says of itself', async () => {
    const server = await testApi(store, {
      serverStatus: () =>
        Promise.resolve({
          startedUnixMs: 5_000,
          uptimeMs: 1_500,
          ingestion: {
            spansPerSecond: 7,
            spansReceived: 10,
            spansStored: 6,
            rejected: new Map([
              ['invalid_id', 1],
              ['too_large', 2],
            ]),
            refused: new Map(),
          },
          versions: { node: '24.0.0' },
          listeners: { http: 'http://127.0.0.1:1' },
          configuration: [{ name: 'data_dir', value: '/data' }],
        }),
    });
    expect(statusAnswer.parse(await server.json('/v1/status'))).toMatchObject({
      started_time: 5,
      uptime_seconds: 1.5,
      ingestion: {
        spans_per_second: 7,
        spans_received: 10,
        spans_stored: 6,
        rejected: [
          { reason: 'too_large', count: 2 },
          { reason: 'invalid_id', count: 1 },
        ],
        refused: [],
        dropped: [],
      },
      versions: { throughline: '1.2.3', node: '24.0.0' },
      listeners: { http: 'http://127.0.0.1:1' },
      configuration: [{ name: 'data_dir', value: '/data' }],
    });
    expect(statusAnswer.parse(await api.json('/v1/status'))).toMatchObject({ ingestion: null, uptime_seconds: null });
  });

  it('has no window without data', async () => {
    const empty = await testApi(await storeOf([]));
    expect((await empty.json('/v1/status')).data_window).toBeNull();
    expect(await empty.json('/v1/services')).toEqual([]);
    expect(await empty.json('/v1/traces')).toEqual({ traces: [], complete: true, reasons: [], cursor: null });
  });
});
