import { expect, test } from 'vitest';
import { NODE_VERSIONS } from '../../../packages/sdk/testing/node-versions.ts';
import { growthMib, OUTAGE_FROM_STEP, soak } from '../../src/sdk-soak/soak.ts';

const MAX_QUEUE_SPANS = 2_048;
const limits = { maxQueueSpans: MAX_QUEUE_SPANS, exportTimeoutMs: 500, outageStepMs: 0 };

/** It is below one MiB; spans that something keeps are tens. */
const MAX_GROWTH_MIB = 3;

test.each(NODE_VERSIONS)(
  '%s: with a receiver that is down for a fifth of the time memory is flat and every span delivered or counted by reason',
  async (_, node) => {
    const spanCount = 102_400;
    const maxQueueBytes = 16 * 2 ** 20;
    const result = await soak({ ...limits, node, spanCount, maxQueueBytes }, () => {});
    // Encoded spans are outside the heap.
    const growth = growthMib(result.memory, ({ heapBytes, arrayBufferBytes }) => heapBytes + arrayBufferBytes);
    expect(growth).toBeLessThanOrEqual(MAX_GROWTH_MIB);
    expect(result.endedSpans).toBe(spanCount);
    expect(result.errors).toEqual([]);
    const { queue_full: queueFull = 0, ...others } = result.droppedByReason;
    expect(queueFull).toBeGreaterThan(0);
    const dropped = Object.values(others).reduce((sum, count) => sum + count, queueFull);
    // A batch whose answer comes too late, or not at all, is counted as dropped and may have been delivered.
    const unanswered = dropped - queueFull;
    expect(result.deliveredSpans + dropped).toBeGreaterThanOrEqual(spanCount);
    expect(result.deliveredSpans + dropped).toBeLessThanOrEqual(spanCount + unanswered);
    // Nothing is lost before the outage, and delivery goes on after it.
    expect(result.deliveredSpans - result.deliveredAfterOutage).toBeGreaterThanOrEqual(
      (spanCount / 20) * OUTAGE_FROM_STEP,
    );
    expect(result.deliveredAfterOutage).toBeGreaterThan(spanCount / 4);
    expect(result.maxHeldSpans).toBeLessThanOrEqual(MAX_QUEUE_SPANS);
    expect(result.maxHeldBytes).toBeLessThanOrEqual(maxQueueBytes);
  },
);

test.each(NODE_VERSIONS)('%s: the bound in bytes holds while nothing can be exported', async (_, node) => {
  // Room for less than the spans of the queue, and for more than a batch.
  const maxQueueBytes = 200 * 2 ** 10;
  const spanCount = 40_960;
  const result = await soak({ ...limits, node, spanCount, maxQueueBytes }, () => {});
  const { queue_bytes_full: bytesFull = 0 } = result.droppedByReason;
  expect(bytesFull).toBeGreaterThan(0);
  const dropped = Object.values(result.droppedByReason).reduce((sum, count) => sum + count, 0);
  expect(result.deliveredSpans + dropped).toBeGreaterThanOrEqual(spanCount);
  expect(result.deliveredSpans + dropped).toBeLessThanOrEqual(spanCount + dropped - bytesFull);
  expect(result.maxHeldBytes).toBeLessThanOrEqual(maxQueueBytes);
  expect(result.maxHeldBytes).toBeGreaterThan(0);
  expect(result.errors).toEqual([]);
});
