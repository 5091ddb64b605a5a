import { encodeJaegerTrace, encodeOtlpJson, encodeSimpleSpan, encodeZipkinSpans } from '@throughline/wire';
import { describe, expect, test } from 'vitest';
import { traceWriter } from '../../../src/cli/export/trace-writer.ts';
import { testSpan } from '../test-spans.ts';

const traces = [[testSpan({ id: 1 }), testSpan({ id: 2, parent: 1 })], [testSpan({ id: 3, trace: 2, name: 'a\nb' })]];

function written(format: Parameters<typeof traceWriter>[0], documents: readonly string[]): string {
  const writer = traceWriter(format);
  const parts = documents.map((document) => writer.trace(new TextEncoder().encode(document)));
  return [writer.start, ...parts, writer.end].map(text).join('');
}

function text(part: string | Uint8Array): string {
  return typeof part === 'string' ? part : new TextDecoder().decode(part);
}

describe('traceWriter', () => {
  test('otlp is a line a trace, even where the document has several', () => {
    const documents = traces.map((spans) => JSON.stringify(JSON.parse(encodeOtlpJson(spans)), undefined, 2));
    const lines = written('otlp', documents).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(documents.map((document) => JSON.parse(document)));
    expect(written('otlp', [])).toBe('');
  });

  test('jaeger is one envelope', () => {
    const elements = traces.map((spans) => encodeJaegerTrace(spans));
    const documents = elements.map((element) => JSON.stringify({ data: [element], errors: null }));
    expect(JSON.parse(written('jaeger', documents))).toMatchObject({ data: elements, errors: null });
    expect(JSON.parse(written('jaeger', []))).toMatchObject({ data: [] });
  });

  test('zipkin and simple are one list of spans', () => {
    const zipkin = traces.map((spans) => encodeZipkinSpans(spans));
    expect(
      JSON.parse(
        written(
          'zipkin',
          zipkin.map((list) => JSON.stringify(list)),
        ),
      ),
    ).toEqual(zipkin.flat());
    const simple = traces.map((spans) => spans.map((span) => encodeSimpleSpan(span)));
    const documents = simple.map((spans) => JSON.stringify({ trace_id: 'x', spans, complete: true }));
    expect(JSON.parse(written('simple', documents))).toEqual(simple.flat());
    expect(JSON.parse(written('simple', []))).toEqual([]);
  });
});
