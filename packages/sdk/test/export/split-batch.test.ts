import { expect, test } from 'vitest';
import { spansOfBatch } from '../../src/export/batch-bytes.ts';
import { splitBatch } from '../../src/export/split-batch.ts';
import { contractBatch, contractSpans } from '../../testing/exporter-contract.ts';
import { batchOfSpans } from '../../testing/span-batch.ts';

test('between scopes, then between spans, then not at all', () => {
  const batch = contractBatch();
  const [first, second] = splitBatch(batch) ?? [];
  if (first === undefined || second === undefined) throw new Error('not split');
  expect([...spansOfBatch(first), ...spansOfBatch(second)]).toEqual(spansOfBatch(batch));
  expect([first.spanCount, second.spanCount]).toEqual([2, 2]);
  expect(first.byteLength + second.byteLength).toBe(batch.byteLength);
  const [third, fourth] = splitBatch(first) ?? [];
  if (third === undefined || fourth === undefined) throw new Error('not split');
  expect([...spansOfBatch(third), ...spansOfBatch(fourth)]).toEqual(spansOfBatch(first));
  expect([third.spanCount, fourth.spanCount]).toEqual([1, 1]);
  expect(splitBatch(third)).toBeUndefined();
});

test('one large span does not take the others with it', () => {
  const [first, ...rest] = contractSpans().map((span, _, [head]) => ({ ...span, scope: head?.scope ?? span.scope }));
  if (first === undefined) throw new Error('no spans');
  const large = { ...first, name: 'x'.repeat(100_000) };
  const [head, tail] = splitBatch(batchOfSpans([...rest, large])) ?? [];
  expect([head?.spanCount, tail?.spanCount]).toEqual([3, 1]);
  expect(splitBatch(batchOfSpans([large, ...rest]))?.map(({ spanCount }) => spanCount)).toEqual([1, 3]);
});

test('bytes that are no spans are not split', () => {
  const batch = contractBatch();
  const [scope] = batch.scopes;
  if (scope === undefined) throw new Error('no scope');
  for (const spans of [new Uint8Array(0), new Uint8Array([0x12, 0xff]), new Uint8Array([0x12, 9, 1])]) {
    expect(splitBatch({ ...batch, scopes: [{ ...scope, spans }] })).toBeUndefined();
  }
  expect(splitBatch({ ...batch, scopes: [] })).toBeUndefined();
});
