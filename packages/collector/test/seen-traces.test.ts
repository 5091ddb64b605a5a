import { columnsFromSpans } from '@throughline/wire';
import { expect, test } from 'vitest';
import { SeenTraces, traceKeys } from '../src/seen-traces.ts';
import { exampleSpan } from './example-spans.ts';

const batch = (...ids: number[]) =>
  traceKeys(
    columnsFromSpans({
      spans: ids.map((id) => exampleSpan({ traceId: id.toString(16).padStart(32, '0') })),
      rejected: {},
    }),
  );

test('a trace counts once while it is remembered', () => {
  const seen = new SeenTraces(100);
  expect(seen.countNew(batch(1, 1, 2))).toBe(2);
  expect(seen.countNew(batch(2, 3))).toBe(1);
});

test('memory is bounded: a trace silent for two generations counts again', () => {
  const seen = new SeenTraces(2);
  expect(seen.countNew(batch(1, 2))).toBe(2);
  expect(seen.countNew(batch(1))).toBe(0);
  expect(seen.countNew(batch(3, 4, 5, 6))).toBe(4);
  expect(seen.countNew(batch(2))).toBe(1);
});
