import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import {
  columnsFromSpans,
  decodeOtlpJson,
  decodeOtlpProtobuf,
  encodeOtlpJson,
  encodeOtlpProtobuf,
} from '../../src/index.ts';

const folder = process.env['THROUGHLINE_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const file = `${folder}/train-ticket/2023-01-29.otlp.jsonl.gz`;
const isThere = existsSync(file);
if (!isThere) console.warn(`skipped: no ${file}; set THROUGHLINE_DATA`);

describe.skipIf(!isThere)('a recording of the Train Ticket benchmark', () => {
  test('decodes, and comes back from every encoding', () => {
    const lines = gunzipSync(readFileSync(file))
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    let spanCount = 0;
    const traceIds = new Set<string>();
    const spanIds = new Set<string>();
    for (const [index, line] of lines.entries()) {
      const decoded = decodeOtlpJson(line);
      expect(decoded.rejected).toEqual({});
      expect(columnsFromSpans(decoded)).toMatchObject({ spanCount: decoded.spans.length, rejected: {} });
      spanCount += decoded.spans.length;
      for (const span of decoded.spans) {
        traceIds.add(span.traceId);
        spanIds.add(span.traceId + span.spanId);
      }
      // Deep comparison of all of them would take most of the suite's time.
      if (index % 20 !== 0) continue;
      expect(decodeOtlpProtobuf(encodeOtlpProtobuf(decoded.spans))).toEqual(decoded);
      expect(decodeOtlpJson(encodeOtlpJson(decoded.spans))).toEqual(decoded);
    }
    expect([spanCount, spanIds.size, traceIds.size]).toEqual([84_317, 81_173, 1_110]);
  });
});
