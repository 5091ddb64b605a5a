import { expect, test } from 'vitest';
import { MAX_VALUE_DEPTH } from '../../src/otlp/limits.ts';
import { decodeSimpleSpans } from '../../src/simple/decode-simple-spans.ts';

const minimal = { trace_id: '1f', span_id: '2', start_time: 1 };

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'x';
  for (let level = 1; level < levels; level++) value = wrap(value);
  return value;
}

function decode(deep: unknown, attribute_types?: unknown): number | undefined {
  const { spans } = decodeSimpleSpans([{ ...minimal, attributes: { deep }, attribute_types }]);
  return spans[0]?.droppedAttributesCount;
}

test.each([
  ['arrays', (inner: unknown): unknown => [inner]],
  ['objects', (inner: unknown): unknown => ({ k: inner })],
])('%s may nest up to the limit', (_name, wrap) => {
  const hint = (levels: number): unknown => ({ deep: nested(levels, wrap) });
  expect(decode(nested(MAX_VALUE_DEPTH, wrap))).toBe(0);
  expect(decode(nested(MAX_VALUE_DEPTH + 1, wrap))).toBe(1);
  expect(decode(nested(MAX_VALUE_DEPTH, wrap), hint(MAX_VALUE_DEPTH))).toBe(0);
  expect(decode(nested(100_000, wrap), hint(100_000))).toBe(1);
});
