import { gzipSync } from 'node:zlib';
import { createCollectorMetrics, Intake } from '@throughline/collector';
import { CodedError, type SpanSink } from '@throughline/model';
import {
  decodeSimpleSpans,
  encodeJaegerTrace,
  encodeOtlpJson,
  encodeOtlpProtobuf,
  encodeZipkinSpans,
  spansFromColumns,
} from '@throughline/wire';
import { assembleTrace, type Span } from '@throughline/model';
import fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importRoute } from '../../src/up/import-route.ts';

const MAX_BYTES = 200_000;
const TRACE = '5b8efff798038103d269b633813fc60c';
const list = [1, 2, 3].map((n) => ({
  trace_id: TRACE,
  span_id: `${n}`,
  ...(n > 1 && { parent_span_id: '1' }),
  name: `span ${n}`,
  service_name: 'shop',
  start_time: 1_700_000_000 + n,
  end_time: 1_700_000_001 + n,
}));
const { spans } = decodeSimpleSpans(list);

let app: FastifyInstance;
let stored: Span[];
let tenants: Set<string>;
let fail: CodedError | undefined;

beforeEach(async () => {
  stored = [];
  tenants = new Set();
  fail = undefined;
  const sink: SpanSink = {
    write: ({ tenant, columns }) => {
      if (fail !== undefined) return Promise.reject(fail);
      tenants.add(tenant);
      stored.push(...spansFromColumns(columns));
      return Promise.resolve();
    },
  };
  app = fastify();
  await app.register(importRoute, {
    intake: new Intake({ sink, metrics: createCollectorMetrics(new Registry()) }),
    maxBytes: MAX_BYTES,
  });
});
afterEach(() => app.close());

const send = (payload: string | Uint8Array, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/v1/import',
    headers,
    payload: typeof payload === 'string' ? payload : Buffer.from(payload),
  });

describe('a file in each format', () => {
  test.each([
    ['OTLP JSON', encodeOtlpJson(spans)],
    ['OTLP protobuf', encodeOtlpProtobuf(spans)],
    ['JSON lines', spans.map((span) => encodeOtlpJson([span])).join('\n')],
    ['Jaeger JSON', JSON.stringify({ data: [encodeJaegerTrace(assembleTrace(spans))] })],
    ['Zipkin JSON', JSON.stringify(encodeZipkinSpans(spans))],
    ['the simple list', JSON.stringify(list)],
    ['gzip', gzipSync(encodeOtlpJson(spans))],
  ])('%s', async (_name, payload) => {
    const response = await send(payload, { 'x-scope-orgid': 'team' });
    expect(response.json()).toMatchObject({ span_count: 3, trace_count: 1, trace_ids: [TRACE], problem_count: 0 });
    expect(stored.map((span) => span.name).toSorted()).toEqual(['span 1', 'span 2', 'span 3']);
    expect([...tenants]).toEqual(['team']);
  });

  test('whatever its content type says', async () => {
    const response = await send(JSON.stringify(list), { 'content-type': 'application/json' });
    expect(response.statusCode).toBe(200);
    expect((await send(JSON.stringify(list), { 'content-type': 'text/csv; charset=x' })).statusCode).toBe(200);
  });
});

test('more traces than are listed are counted', async () => {
  const many = Array.from({ length: 150 }, (_, n) => ({ ...list[0], trace_id: (n + 1).toString(16) }));
  const answer = (await send(JSON.stringify(many))).json();
  expect(answer).toMatchObject({ span_count: 150, trace_count: 150 });
  expect(answer.trace_ids).toHaveLength(100);
});

test('lines that cannot be read are told, the others are stored', async () => {
  const answer = (await send(`${encodeOtlpJson(spans)}\n{"broken":\n`)).json();
  expect(answer).toMatchObject({ span_count: 3, problem_count: 1, problems: [{ line: 2 }] });
});

test('spans that are refused are counted by reason', async () => {
  const answer = (await send(JSON.stringify([...list, { ...list[0], span_id: 'not hex' }]))).json();
  expect(answer.span_count).toBe(3);
  expect(Object.values(answer.rejected)).toEqual([1]);
});

describe('a file that is refused', () => {
  test.each([
    ['of no known format', 'hello', 400, 'unknown_format'],
    ['without a span', '[]', 400, 'no_spans'],
    ['that is damaged', Buffer.concat([gzipSync('x'.repeat(500)).subarray(0, 20)]), 400, 'damaged_file'],
  ])('%s', async (_name, payload, status, code) => {
    const response = await send(payload);
    expect([response.statusCode, response.json().error.code]).toEqual([status, code]);
  });

  test('at one byte more than the limit, as it is or unpacked', async () => {
    const padded = (length: number): string => JSON.stringify(list).padEnd(length);
    expect((await send(padded(MAX_BYTES))).statusCode).toBe(200);
    const tooLong = await send(padded(MAX_BYTES + 1));
    expect([tooLong.statusCode, tooLong.json().error.code]).toEqual([413, 'body_too_large']);
    expect((await send(gzipSync(padded(MAX_BYTES)))).statusCode).toBe(200);
    const bomb = await send(gzipSync(padded(MAX_BYTES + 1)));
    expect([bomb.statusCode, bomb.json().error.code]).toEqual([413, 'body_too_large']);
  });

  test('by a store that is overloaded', async () => {
    fail = new CodedError('overloaded', 'busy', { retryable: true, retryAfterMs: 3_000 });
    const response = await send(JSON.stringify(list));
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '3']);
  });
});

describe('a page of another origin', () => {
  test.each(['cross-site', 'same-site'])('may not import: %s', async (site) => {
    const response = await send(JSON.stringify(list), { 'content-type': 'text/plain', 'sec-fetch-site': site });
    expect([response.statusCode, response.json().error.code]).toEqual([403, 'origin_not_allowed']);
    expect(stored).toEqual([]);
  });

  test('may if it may read the API, and so may our own page and everything that is none', async () => {
    await app.close();
    app = fastify();
    app.addHook('onRequest', async (_request, reply) => {
      void reply.header('access-control-allow-origin', 'https://grafana.example');
    });
    await app.register(importRoute, {
      intake: new Intake({ sink: { write: async () => {} }, metrics: createCollectorMetrics(new Registry()) }),
      maxBytes: MAX_BYTES,
    });
    for (const site of ['cross-site', 'same-origin', 'none']) {
      expect((await send(JSON.stringify(list), { 'sec-fetch-site': site })).statusCode).toBe(200);
    }
    expect((await send(JSON.stringify(list))).statusCode).toBe(200);
  });
});
