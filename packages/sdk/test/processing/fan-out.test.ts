import { expect, test } from 'vitest';

import { memoryExporter } from '../../src/export/memory-exporter.ts';
import type { BatchExporter, SpanBatch } from '../../src/export/span-exporter.ts';
import { createTracerProvider } from '../../src/provider.ts';

function keeping(answers = true): BatchExporter & { readonly batches: readonly SpanBatch[] } {
  const batches: SpanBatch[] = [];
  return {
    name: 'kept',
    batches,
    export: async (batch) => {
      batches.push(batch);
      if (!answers) await new Promise(() => {});
      return { exportedCount: batch.spanCount, droppedCount: 0 };
    },
    shutdown: async () => {},
  };
}

test('every exporter has its own batches, of the same bytes', async () => {
  const [one, two, three] = [keeping(), keeping(), keeping()];
  const provider = createTracerProvider({
    exporters: [{ exporter: one, batch: { maxBatchSpans: 1 } }, { exporter: two, batch: { maxBatchSpans: 2 } }, three],
    batch: { maxBatchSpans: 3 },
  });
  const tracer = provider.getTracer('t');
  for (let i = 0; i < 3; i++) tracer.startSpan(`s${i}`, { attributes: { text: 'x'.repeat(1000 * i) } }).end();
  await provider.forceFlush();
  expect([one, two, three].map(({ batches }) => batches.map(({ spanCount }) => spanCount))).toEqual([
    [1, 1, 1],
    [2, 1],
    [3],
  ]);
  const bytesOf = ({ batches }: typeof one) =>
    Buffer.concat(batches.flatMap(({ scopes }) => scopes.map(({ spans }) => spans)));
  expect(bytesOf(two)).toEqual(bytesOf(one));
  expect(bytesOf(three)).toEqual(bytesOf(one));
  expect(bytesOf(one).length).toBeGreaterThan(3000);
});

test('one that hangs fills its own queue only', async () => {
  const hanging = keeping(false);
  const kept = memoryExporter();
  const batch = { maxBatchSpans: 2, maxQueueSpans: 2 };
  const provider = createTracerProvider({ exporters: [{ exporter: hanging, batch }, kept], batch });
  const tracer = provider.getTracer('t');
  for (let i = 0; i < 6; i++) {
    tracer.startSpan('s').end();
    // A batch of the other one is exported before its queue is needed again.
    if (i % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(kept.spans.length).toBe(6);
  expect(hanging.batches.length).toBe(1);
  expect(Object.fromEntries(provider.dropped)).toEqual({ queue_full: 4 });
});
