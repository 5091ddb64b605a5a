import { encodeOtlpJson, encodeOtlpProtobuf } from '@throughline/wire';
import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectFraming } from '../../../src/cli/import/detect-format.ts';
import { testSpan } from '../test-spans.ts';

const detect = (content: string | Uint8Array, isWhole = true) =>
  detectFraming(typeof content === 'string' ? Buffer.from(content) : content, isWhole);

describe('detectFraming', () => {
  test.each([
    ['', 'json-lines'],
    [' \n\n', 'json-document'],
    ['{"resourceSpans":[]}', 'json-document'],
    ['{"resourceSpans":[]}\n', 'json-lines'],
    ['{"resourceSpans":[]}\n{"resourceSpans":[]}', 'json-lines'],
    ['\n\n{"a":"}{\\"\\n["}\n{}', 'json-lines'],
    ['{\n  "data": []\n}', 'json-document'],
    ['\uFEFF[\n{}]', 'json-document'],
    ['[{"traceId":"1"}]\n[{"traceId":"2"}]\n', 'json-lines'],
    ['[[\n]]', 'json-document'],
    ['  [ ]', 'json-document'],
    ['hello', undefined],
    ['"text"', undefined],
    ['<html>', undefined],
    ['{not json}', undefined],
  ])('%j is %s', (content, expected) => {
    expect(detect(content)).toBe(expected);
  });

  test('a first line longer than what is looked at is a line', () => {
    expect(detect('{"resourceSpans":[{"scopeSpans":', false)).toBe('json-lines');
  });

  test('protobuf is told from a newline before JSON, and from a length', () => {
    expect(detect(encodeOtlpProtobuf([testSpan({ id: 1 })]))).toBe('otlp-protobuf');
    expect(detect('\n{\n "data": []}')).toBe('json-document');
    expect(detect('\n[\n {}]')).toBe('json-document');
    expect(detect(Buffer.from([0, 0, 0, 5, 10, 3, 10, 1, 0]))).toBe('length-prefixed');
    expect(detect(Buffer.from([0, 0, 0]))).toBeUndefined();
  });

  test('every encoded request is known for what it is', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySpan, { minLength: 1, maxLength: 3 }), (spans) => {
        const bytes = encodeOtlpProtobuf(spans);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        expect(detect(bytes)).toBe('otlp-protobuf');
        expect(detect(Buffer.concat([length, bytes]))).toBe('length-prefixed');
        expect(detect(`${encodeOtlpJson(spans)}\n`)).toBe('json-lines');
      }),
    );
  });
});
