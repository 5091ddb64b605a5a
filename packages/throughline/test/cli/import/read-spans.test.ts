import zlib from 'node:zlib';
import type { Span } from '@throughline/model';
import {
  encodeJaegerTrace,
  encodeOtlpJson,
  encodeOtlpProtobuf,
  encodeSimpleSpan,
  encodeZipkinSpans,
} from '@throughline/wire';
import { describe, expect, test } from 'vitest';
import type { InputFormat } from '../../../src/cli/import/input-formats.ts';
import { readSpans, type ReadResult } from '../../../src/cli/import/read-spans.ts';
import { testSpan } from '../test-spans.ts';

const spans = [
  testSpan({ id: 1, name: 'order', durationNano: 5_000_000 }),
  testSpan({ id: 2, parent: 1, service: 'pay', startNano: 1_000_000, durationNano: 2_000_000 }),
];
// The same service as the last span: OTLP keeps spans of a resource together, and the order is to stay.
const other = [testSpan({ id: 3, trace: 2, service: 'pay' })];

function frame(content: Uint8Array): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(content.length);
  return Buffer.concat([prefix, content]);
}

async function read(
  content: string | Uint8Array,
  options: { format?: InputFormat; maxMessageBytes?: number; maxDocumentBytes?: number } = {},
): Promise<ReadResult[]> {
  const bytes = Buffer.from(content);
  async function* open(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 100) yield await Promise.resolve(bytes.subarray(at, at + 100));
  }
  const results: ReadResult[] = [];
  const settings = { format: options.format, maxMessageBytes: 1e6, maxDocumentBytes: 1e6, ...options };
  for await (const result of readSpans({ name: 'file', byteCount: bytes.length, open }, settings)) results.push(result);
  return results;
}

function spansOf(results: readonly ReadResult[]): Span[] {
  return results.flatMap((result) => {
    if (result.kind === 'unreadable') throw result.error;
    return result.spans.spans;
  });
}

const lines = `${encodeOtlpJson(spans)}\n${encodeOtlpJson(other)}\n`;
const contents: Record<string, string | Uint8Array> = {
  'OTLP JSON, one document': encodeOtlpJson([...spans, ...other]),
  'OTLP JSON over lines': JSON.stringify(JSON.parse(encodeOtlpJson([...spans, ...other])), undefined, 2),
  'OTLP JSON lines': lines,
  'OTLP JSON lines with a byte order mark': `\uFEFF${lines}`,
  'an array of OTLP requests': `[${encodeOtlpJson(spans)},${encodeOtlpJson(other)}]`,
  'OTLP protobuf': encodeOtlpProtobuf([...spans, ...other]),
  'length-prefixed protobuf': Buffer.concat([frame(encodeOtlpProtobuf(spans)), frame(encodeOtlpProtobuf(other))]),
  'length-prefixed protobuf, zstd by message': Buffer.concat(
    [spans, other].map((list) => frame(zlib.zstdCompressSync(encodeOtlpProtobuf(list)))),
  ),
  'length-prefixed JSON, zstd by message': Buffer.concat(
    [spans, other].map((list) => frame(zlib.zstdCompressSync(encodeOtlpJson(list)))),
  ),
  'simple list': JSON.stringify([...spans, ...other].map((span) => encodeSimpleSpan(span))),
  'simple spans by line': [...spans, ...other].map((span) => `${JSON.stringify(encodeSimpleSpan(span))}\n`).join(''),
  "the API's trace": JSON.stringify({
    trace_id: 'x',
    spans: [...spans, ...other].map((span) => encodeSimpleSpan(span)),
    complete: true,
  }),
};

function ids({ traceId, spanId, name }: Span): string[] {
  return [traceId, spanId, name];
}

describe('readSpans', () => {
  test.each(Object.entries(contents))('%s', async (_, content) => {
    expect(spansOf(await read(content))).toEqual([...spans, ...other]);
    expect(spansOf(await read(zlib.gzipSync(content)))).toEqual([...spans, ...other]);
    expect(spansOf(await read(zlib.zstdCompressSync(content)))).toEqual([...spans, ...other]);
  });

  const jaegerTraces = [encodeJaegerTrace(spans), encodeJaegerTrace(other)];
  const zipkin = [encodeZipkinSpans(spans), encodeZipkinSpans(other)];
  test.each([
    ['Jaeger API', JSON.stringify({ data: jaegerTraces, errors: null })],
    ['Jaeger API over lines', JSON.stringify({ data: jaegerTraces }, undefined, 1)],
    ['Jaeger traces by line', jaegerTraces.map((trace) => `${JSON.stringify(trace)}\n`).join('')],
    ['Zipkin spans', JSON.stringify(zipkin.flat())],
    ['Zipkin traces', JSON.stringify(zipkin)],
    ['Zipkin spans by line', zipkin.map((list) => `${JSON.stringify(list)}\n`).join('')],
  ])('%s', async (_, content) => {
    expect(spansOf(await read(content)).map(ids)).toEqual([...spans, ...other].map(ids));
  });

  test.each([[''], [' \n'], ['{}'], ['[]'], ['[[]]'], ['{"resourceSpans":[]}\n{}\n']])(
    '%j is empty, not wrong',
    async (content) => {
      expect(spansOf(await read(content))).toEqual([]);
    },
  );

  test('a line that cannot be read is told with its number, and the others are read', async () => {
    const results = await read(`${encodeOtlpJson(spans)}\n{"resourceSpans":[{"sco\n\n${encodeOtlpJson(other)}`);
    expect(results.map(({ kind, place }) => [kind, place])).toEqual([
      ['spans', { source: 'file', line: 1 }],
      ['unreadable', { source: 'file', line: 2 }],
      ['spans', { source: 'file', line: 4 }],
    ]);
  });

  test('a damaged message is told with its position, and the others are read', async () => {
    const first = frame(encodeOtlpProtobuf(spans));
    const results = await read(
      Buffer.concat([first, frame(Uint8Array.of(10, 200, 1)), frame(encodeOtlpProtobuf(other))]),
    );
    expect(results.map(({ kind }) => kind)).toEqual(['spans', 'unreadable', 'spans']);
    expect(results[1]).toMatchObject({
      error: { code: 'malformed_payload' },
      place: { source: 'file', byteOffset: first.length },
    });
  });

  test('a message that inflates beyond the limit is refused', async () => {
    const bomb = frame(zlib.zstdCompressSync(Buffer.alloc(2_000)));
    const results = await read(bomb, { maxMessageBytes: 1_000 });
    expect(results).toMatchObject([{ kind: 'unreadable', error: { code: 'malformed_payload' } }]);
  });

  test('spans before the damage of a compressed file are read', async () => {
    const many = Array.from({ length: 4_000 }, (_, i) => `${encodeOtlpJson([testSpan({ id: i + 1 })])}\n`).join('');
    const whole = zlib.gzipSync(many);
    const results = await read(whole.subarray(0, whole.length - 2_000));
    expect(results.filter(({ kind }) => kind === 'spans').length).toBeGreaterThan(0);
    expect(results.at(-1)).toMatchObject({ kind: 'unreadable', error: { code: 'damaged_file' } });
  });

  test.each([
    ['unknown_format', 'TraceID,SpanID\n1,2\n'],
    ['unsupported_payload', '{"resourceLogs":[]}'],
    ['unsupported_payload', '{"resource_spans":[]}'],
    ['malformed_payload', '{"resourceSpans":7}'],
    ['malformed_payload', '[{"traceID":"1"}]'],
  ])('%s: %j', async (code, content) => {
    expect(await read(content)).toMatchObject([{ kind: 'unreadable', error: { code } }]);
  });

  test.each([
    '[{"trace_id":"1","span_id":"2","start_time":1,"attributes":{"id":9007199254740993}}]',
    '{"data":[{"traceID":"1","spans":[{"traceID":"1","spanID":"2","operationName":"x","startTime":1,"tags":[{"key":"id","type":"int64","value":9007199254740993}]}]}]}',
    '[{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7","attributes":[{"key":"id","value":{"intValue":9007199254740993}}]}]}]}]}]',
  ])('integers beyond 2^53 are exact: %s', async (content) => {
    const attributes = new Map([['id', 9_007_199_254_740_993n]]);
    expect(await read(content)).toMatchObject([{ kind: 'spans', spans: { spans: [{ attributes }], rejected: {} } }]);
  });

  test('--format goes before what the content looks like', async () => {
    const results = await read('[{"traceId":"1","id":"2"}]', { format: 'simple' });
    expect(results).toMatchObject([{ kind: 'spans', spans: { spans: [], rejected: { invalid_trace_id: 1 } } }]);
  });

  test('a document above the limit is refused', async () => {
    const content = JSON.stringify({ data: jaegerTraces }, undefined, 1);
    const exact = await read(content, { maxDocumentBytes: content.length });
    expect(exact.map(({ kind }) => kind)).toEqual(['spans']);
    const above = await read(content, { maxDocumentBytes: content.length - 1 });
    expect(above).toMatchObject([{ kind: 'unreadable', error: { code: 'message_too_large' } }]);
  });
});
