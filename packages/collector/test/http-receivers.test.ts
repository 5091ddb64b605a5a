import zlib from 'node:zlib';
import { CodedError } from '@throughline/model';
import { encodeOtlpJson, encodeOtlpProtobuf } from '@throughline/wire';
import fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import protobuf from 'protobufjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createCollectorMetrics,
  Intake,
  type IntakeLimits,
  jaegerHttpReceiver,
  otlpHttpReceiver,
} from '../src/index.ts';
import { exampleSpan } from './example-spans.ts';
import { RecordingSink } from './recording-sink.ts';

const { root: responses } = protobuf.parse(`
  syntax = "proto3";
  message PartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message Response { PartialSuccess partial_success = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
`);

function decodeAs(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = responses.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number });
}

let sink: RecordingSink;
let registry: Registry;
let app: FastifyInstance;

async function start(limits: Partial<IntakeLimits> = {}): Promise<void> {
  sink = new RecordingSink();
  registry = new Registry();
  const intake = new Intake({ sink, metrics: createCollectorMetrics(registry), limits });
  app = fastify();
  await app.register(otlpHttpReceiver, { intake });
  await app.register(jaegerHttpReceiver, { intake });
}

async function counter(name: string): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get();
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
}

function post(body: Buffer | string, headers: Record<string, string>, url = '/v1/traces') {
  return app.inject({ method: 'POST', url, payload: body, headers });
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };
const request = (...spans: Parameters<typeof exampleSpan>): Buffer =>
  Buffer.from(encodeOtlpProtobuf([exampleSpan(...spans)]));

beforeEach(() => start());
afterEach(() => app.close());

describe('OTLP', () => {
  test.each([
    ['protobuf', PROTOBUF, request()],
    ['JSON', JSON_TYPE, Buffer.from(encodeOtlpJson([exampleSpan()]))],
    [
      'JSON with a charset',
      { 'content-type': 'application/json; charset=utf-8' },
      Buffer.from(encodeOtlpJson([exampleSpan()])),
    ],
    [
      'JSON sent by curl without a type',
      { 'content-type': 'application/x-www-form-urlencoded' },
      Buffer.from(encodeOtlpJson([exampleSpan()])),
    ],
  ])('%s arrives whole', async (_name, headers, body) => {
    const response = await post(body, headers);
    expect(response.statusCode).toBe(200);
    expect(sink.spans).toEqual([exampleSpan()]);
    expect(await counter('throughline_spans_received_total')).toBe(1);
    expect(await counter('throughline_spans_stored_total')).toBe(1);
    expect(await counter('throughline_traces_stored_total')).toBe(1);
  });

  test.each([
    ['gzip', zlib.gzipSync(request())],
    ['deflate', zlib.deflateSync(request())],
    ['zstd', zlib.zstdCompressSync(request())],
  ])('a %s body arrives', async (encoding, body) => {
    expect((await post(body, { ...PROTOBUF, 'content-encoding': encoding })).statusCode).toBe(200);
    expect(sink.spans).toEqual([exampleSpan()]);
  });

  test('full success has an empty answer of the type that was sent', async () => {
    const inProtobuf = await post(request(), PROTOBUF);
    expect(inProtobuf.headers['content-type']).toBe('application/x-protobuf');
    expect(inProtobuf.rawPayload).toHaveLength(0);
    const inJson = await post(encodeOtlpJson([exampleSpan()]), JSON_TYPE);
    expect(inJson.headers['content-type']).toMatch(/^application\/json/);
    expect(inJson.json()).toEqual({});
  });

  test('an empty request is a success', async () => {
    expect((await post('', PROTOBUF)).statusCode).toBe(200);
    expect((await post('{}', JSON_TYPE)).statusCode).toBe(200);
    expect(sink.batches).toHaveLength(0);
  });

  test('a half-good batch is a partial success, counted by reason', async () => {
    const good = exampleSpan();
    const bad = JSON.parse(encodeOtlpJson([good, { ...good, spanId: 'eee19b7ec3c1b175' }]));
    bad.resourceSpans[0].scopeSpans[0].spans[1].traceId = '00000000000000000000000000000000';
    const response = await post(JSON.stringify(bad), JSON_TYPE);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
    expect(response.json().partialSuccess.errorMessage).toContain('invalid_trace_id');
    expect(sink.spans).toEqual([good]);
    expect(await counter('throughline_spans_received_total')).toBe(2);
    expect(await counter('throughline_spans_rejected_total')).toBe(1);
  });

  test('truncated protobuf is 400 with a google.rpc.Status', async () => {
    const response = await post(request().subarray(0, -3), PROTOBUF);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/x-protobuf');
    expect(decodeAs('Status', response.rawPayload)).toMatchObject({ code: 3 });
    expect(sink.batches).toHaveLength(0);
  });

  test.each(['{', '"text"', '12', '{"resourceSpans":7}', 'null'])('%s is 400', async (body) => {
    const response = await post(body, JSON_TYPE);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 3 });
  });

  test('every refusal is counted once, by its code', async () => {
    await post('<spans/>', { 'content-type': 'application/xml' });
    await post('{', JSON_TYPE);
    await post(request(), { ...PROTOBUF, 'x-scope-orgid': 'a/b' });
    await post('[1]', JSON_TYPE);
    const metric = await registry.getSingleMetric('throughline_ingest_requests_total')?.get();
    const outcomes = metric?.values.map(({ labels, value }) => [labels['outcome'], value]);
    expect(Object.fromEntries(outcomes ?? [])).toEqual({
      unsupported_media_type: 1,
      malformed_payload: 1,
      invalid_tenant: 1,
      no_valid_span: 1,
    });
    expect(await counter('throughline_spans_rejected_total')).toBe(1);
  });

  test('another type is 415 and says which are taken', async () => {
    const response = await post('<spans/>', { 'content-type': 'application/xml' });
    expect(response.statusCode).toBe(415);
    expect(response.json().message).toContain('application/x-protobuf');
  });

  test('another encoding is 415 with the accepted ones', async () => {
    const response = await post(request(), { ...PROTOBUF, 'content-encoding': 'br' });
    expect(response.statusCode).toBe(415);
    expect(response.headers['accept-encoding']).toBe('gzip, deflate, zstd');
  });

  test('the tenant comes from X-Scope-OrgID', async () => {
    await post(request(), { ...PROTOBUF, 'x-scope-orgid': 'team-a' });
    expect(sink.batches[0]?.tenant).toBe('team-a');
    expect((await post(request(), { ...PROTOBUF, 'x-scope-orgid': 'a/b' })).statusCode).toBe(400);
  });
});

describe('limits', () => {
  test('a body at the limit is taken and one byte more is 413', async () => {
    const body = request();
    await app.close();
    await start({ maxBodyBytes: body.length });
    expect((await post(body, PROTOBUF)).statusCode).toBe(200);
    const larger = request({ name: 'GET /orders2' });
    const refused = await post(larger, PROTOBUF);
    expect(refused.statusCode).toBe(413);
    expect(decodeAs('Status', refused.rawPayload)).toMatchObject({ code: 8 });
  });

  test('a body that inflates over the limit is 413', async () => {
    await app.close();
    await start({ maxBodyBytes: 100_000 });
    const bomb = zlib.gzipSync(Buffer.alloc(1_000_000));
    expect((await post(bomb, { ...PROTOBUF, 'content-encoding': 'gzip' })).statusCode).toBe(413);
  });

  test('beyond the bytes in flight a request is refused as retryable, and taken once there is room', async () => {
    const body = request();
    await app.close();
    await start({ maxInFlightBytes: body.length });
    let open = (): void => undefined;
    sink.gate = new Promise((resolve) => (open = resolve));
    const first = post(body, PROTOBUF);
    await expect.poll(() => counter('throughline_ingest_in_flight_bytes')).toBe(body.length);
    const second = await post(body, PROTOBUF);
    expect(second.statusCode).toBe(503);
    expect(second.headers['retry-after']).toBe('1');
    open();
    expect((await first).statusCode).toBe(200);
    expect((await post(body, PROTOBUF)).statusCode).toBe(200);
    expect(sink.batches).toHaveLength(2);
  });

  test('a full sink is 503 with Retry-After and RetryInfo, and counted', async () => {
    sink.failure = new CodedError('overloaded', 'full', { retryable: true, retryAfterMs: 2_500 });
    const response = await post(request(), PROTOBUF);
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('3');
    const status = decodeAs('Status', response.rawPayload);
    expect(status).toMatchObject({ code: 14, details: [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo' }] });
    expect(await counter('throughline_spans_refused_total')).toBe(1);
    expect(await counter('throughline_spans_stored_total')).toBe(0);
  });

  test('a storage error is retryable and counted', async () => {
    sink.failure = new CodedError('disk_full', 'The disk is full', { retryable: true });
    expect((await post(request(), PROTOBUF)).statusCode).toBe(503);
    expect(await counter('throughline_storage_errors_total')).toBe(1);
  });

  test('a defect is 500 and tells nothing of the inside', async () => {
    sink.failure = new TypeError('secret detail');
    const response = await post(encodeOtlpJson([exampleSpan()]), JSON_TYPE);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret detail');
  });
});

describe('the simple list', () => {
  const entry = {
    trace_id: 'abc',
    span_id: '1',
    operation_name: 'op',
    service_name: 'shop',
    start_time: 1,
    end_time: 2,
  };

  test('is told from OTLP by its bracket', async () => {
    const response = await post(JSON.stringify([entry, { ...entry, span_id: '2' }]), JSON_TYPE);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'ok', received: 2 });
    expect(sink.spans.map(({ name }) => name)).toEqual(['op', 'op']);
  });

  test('keeps integers beyond 2^53 exactly', async () => {
    const body = JSON.stringify([{ ...entry, attributes: { id: 0 } }]).replace('"id":0', '"id":9007199254740993');
    expect((await post(body, JSON_TYPE)).statusCode).toBe(200);
    expect(sink.spans[0]?.attributes.get('id')).toBe(9_007_199_254_740_993n);
  });

  test('keeps the good entries and says how many were not', async () => {
    const response = await post(JSON.stringify([entry, 7, { ...entry, span_id: 'zz' }]), JSON_TYPE);
    expect(response.json()).toMatchObject({ status: 'ok', received: 1, rejected: 2 });
  });

  test('without one good entry is 400', async () => {
    const response = await post('[1]', JSON_TYPE);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: 'no_valid_span' } });
  });

  test('may be empty', async () => {
    expect((await post('[]', JSON_TYPE)).json()).toEqual({ status: 'ok', received: 0 });
  });

  test('cut off is 400 in its own error form', async () => {
    expect((await post('[{"trace_id"', JSON_TYPE)).json()).toMatchObject({ error: { code: 'malformed_payload' } });
  });
});

describe('Jaeger Thrift over HTTP', () => {
  /** Batch{process: {serviceName: "shop"}, spans: [{ids, operation "op", start 1 s, duration 2 ms}]}, by hand. */
  const batch = Buffer.from(
    [
      '0c0001' + '0b0001' + '00000004' + '73686f70' + '00', // process
      '0f0002' + '0c' + '00000001', // spans: list<struct> of one
      '0a0001' + '00000000000000ab', // traceIdLow
      '0a0002' + '0000000000000000', // traceIdHigh
      '0a0003' + '00000000000000cd', // spanId
      '0a0004' + '0000000000000000', // parentSpanId
      '0b0005' + '00000002' + '6f70', // operationName
      '080007' + '00000001', // flags
      '0a0008' + '00000000000f4240', // startTime
      '0a0009' + '00000000000007d0', // duration
      '00' + '00',
    ].join(''),
    'hex',
  );

  test.each(['application/x-thrift', 'application/vnd.apache.thrift.binary'])('%s is 202', async (type) => {
    const response = await post(batch, { 'content-type': type }, '/api/traces?format=jaeger.thrift');
    expect(response.statusCode).toBe(202);
    expect(response.body).toBe('');
    expect(sink.spans).toMatchObject([
      {
        traceId: '000000000000000000000000000000ab',
        spanId: '00000000000000cd',
        name: 'op',
        startTimeUnixNano: 1_000_000_000n,
      },
    ]);
  });

  test('a cut batch is 400', async () => {
    const response = await post(batch.subarray(0, 40), { 'content-type': 'application/x-thrift' }, '/api/traces');
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: 'malformed_payload' } });
  });

  test('JSON is 415 and says what is taken', async () => {
    expect((await post('{}', JSON_TYPE, '/api/traces')).statusCode).toBe(415);
  });
});
