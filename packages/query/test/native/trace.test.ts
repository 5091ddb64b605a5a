import { gunzipSync } from 'node:zlib';
import { CodedError, type Span } from '@throughline/model';
import {
  decodeJaegerJson,
  decodeOtlpJson,
  decodeSimpleSpans,
  decodeTraceColumns,
  decodeZipkinJson,
} from '@throughline/wire';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { traceAnswer } from '../../src/native/schemas.ts';
import { testApi } from '../api.ts';
import { EPOCH_SECONDS, EPOCH_UNIX_NANO, span, spanIdOf, traceIdOf } from '../spans.ts';
import { storeOf } from '../store.ts';

const spans = [
  span({ trace: 1, id: 3, parent: 2, service: 'database', startMs: 3, durationMs: 4, error: true }),
  span({ trace: 1, id: 1, service: 'gateway', name: 'GET /', startMs: 0, durationMs: 10 }),
  span({ trace: 1, id: 2, parent: 1, service: 'order', startMs: 2, durationMs: 6, attributes: { big: 2n ** 60n } }),
  // Its parent is nowhere.
  span({ trace: 2, id: 1, service: 'order' }),
  span({ trace: 2, id: 2, parent: 9, service: 'order', durationMs: 5 }),
  span({ trace: 3, id: 1, parent: 9 }),
];
const store = await storeOf([...spans, ...spans.slice(0, 1)]);
const api = await testApi(store);

function getAs(format: string): Promise<LightMyRequestResponse> {
  return api.get(`/v1/traces/${traceIdOf(1)}?format=${format}`);
}

function sorted(read: readonly Span[]): readonly Span[] {
  return read.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

describe('GET /v1/traces/:id', () => {
  it('answers with the simple span list, depth-first, and what is to be known of the trace', async () => {
    const body = await api.json(`/v1/traces/${traceIdOf(1)}`);
    traceAnswer.parse(body);
    expect(body.trace_id).toBe(traceIdOf(1));
    expect(body.spans.map((each: { span_id: string }) => each.span_id)).toEqual([1, 2, 3].map(spanIdOf));
    expect(body.metadata).toEqual({
      start_time: EPOCH_SECONDS,
      end_time: EPOCH_SECONDS + 0.01,
      duration: 0.01,
      start_time_unix_nano: String(EPOCH_UNIX_NANO),
      end_time_unix_nano: String(EPOCH_UNIX_NANO + 10_000_000n),
      root_service: 'gateway',
      root_operation: 'GET /',
      services: [
        { name: 'database', span_count: 1, error_count: 1 },
        { name: 'gateway', span_count: 1, error_count: 0 },
        { name: 'order', span_count: 1, error_count: 0 },
      ],
      span_count: 3,
      error_count: 1,
      copy_count: 1,
      issues: [],
    });
    expect([body.complete, body.reasons]).toEqual([true, []]);
  });

  it('finds an id however it is written', async () => {
    const short = traceIdOf(1).replace(/^0+/, '');
    for (const id of [short, short.toUpperCase(), traceIdOf(1).slice(16)]) {
      expect((await api.json(`/v1/traces/${id}`)).trace_id).toBe(traceIdOf(1));
    }
  });

  it('says what is missing', async () => {
    const orphan = await api.json(`/v1/traces/${traceIdOf(2)}`);
    expect(orphan).toMatchObject({ complete: false, reasons: [{ code: 'missing_parents' }] });
    expect(orphan.metadata.issues).toContainEqual({ code: 'missing_parent', count: 1, span_ids: [spanIdOf(2)] });

    const rootless = await api.json(`/v1/traces/${traceIdOf(3)}`);
    expect(rootless.complete).toBe(false);
    expect(rootless.reasons.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['missing_root', 'missing_parents']),
    );
    const otlp = await api.get(`/v1/traces/${traceIdOf(2)}?format=otlp`);
    expect(otlp.headers['throughline-incomplete']).toBe('missing_parents');
    const whole = await api.get(`/v1/traces/${traceIdOf(1)}?format=otlp`);
    expect(whole.headers).not.toHaveProperty('throughline-incomplete');
  });

  it('says when it has only a part, at n and n + 1', async () => {
    const reason = { code: 'trace_truncated', message: expect.any(String) };
    const whole = await testApi(store, { limits: { maxSpansPerTrace: 2 } });
    const ofWhole = await whole.json(`/v1/traces/${traceIdOf(2)}`);
    expect(ofWhole.spans).toHaveLength(2);
    expect(ofWhole.reasons).not.toContainEqual(reason);
    const cut = await testApi(store, { limits: { maxSpansPerTrace: 1 } });
    const ofCut = await cut.json(`/v1/traces/${traceIdOf(2)}`);
    expect(ofCut.spans).toHaveLength(1);
    expect(ofCut.reasons).toContainEqual(reason);
  });

  describe('in other formats', () => {
    const stored = sorted(spans.slice(0, 3));

    it('simple, by name', async () => {
      const body = (await getAs('simple')).json();
      expect(sorted(decodeSimpleSpans(body.spans).spans)).toEqual(stored);
    });

    it('otlp', async () => {
      const response = await getAs('otlp');
      expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(sorted(decodeOtlpJson(response.body).spans)).toEqual(stored);
    });

    it('jaeger', async () => {
      const response = await getAs('jaeger');
      expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
      const body = response.json();
      expect(body).toMatchObject({ total: 0, limit: 0, offset: 0, errors: null });
      expect(sorted(decodeJaegerJson(body).spans).map(({ spanId }) => spanId)).toEqual(
        stored.map(({ spanId }) => spanId),
      );
    });

    it('zipkin', async () => {
      const response = await getAs('zipkin');
      expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(decodeZipkinJson(response.json()).spans).toHaveLength(3);
    });

    it('columns', async () => {
      const response = await getAs('columns');
      expect(response.headers['content-type']).toBe('application/octet-stream');
      const columns = decodeTraceColumns(new Uint8Array(response.rawPayload));
      expect(columns).toMatchObject({ traceId: traceIdOf(1), spanCount: 3 });
      expect([...columns.parent]).toEqual([-1, 0, 1]);
      expect([...columns.error]).toEqual([0, 0, 1]);
      expect(() => decodeTraceColumns(new Uint8Array(response.rawPayload.subarray(1)))).toThrow(CodedError);
    });
  });
});

describe('a trace as a page', () => {
  const viewer = '<meta charset="utf-8"><!--throughline-trace--><script>$&</script>';

  it('is the viewer with the columns as gzip and base64 in a data element', async () => {
    const withViewer = await testApi(store, { viewerPage: () => Promise.resolve(viewer) });
    const response = await withViewer.get(`/v1/traces/${traceIdOf(2)}?format=html`);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-disposition']).toBe(`attachment; filename="trace-${traceIdOf(2)}.html"`);
    expect(response.headers['content-security-policy']).toContain('sandbox');
    const [, id, incomplete, base64 = ''] =
      /<script type="application\/vnd\.throughline\.trace" data-trace-id="(\w+)" data-incomplete="([\w, ]*)">([A-Za-z0-9+/=]*)<\/script><script>\$&<\/script>$/.exec(
        response.body,
      ) ?? [];
    expect(id).toBe(traceIdOf(2));
    expect(incomplete).toBe(response.headers['throughline-incomplete']);
    expect(decodeTraceColumns(gunzipSync(Buffer.from(base64, 'base64'))).spanCount).toBe(2);
  });

  it('is a coded 404 where the web app is not built', async () => {
    const response = await api.get(`/v1/traces/${traceIdOf(1)}?format=html`);
    expect([response.statusCode, response.json().error.code]).toEqual([404, 'viewer_not_built']);
  });
});
