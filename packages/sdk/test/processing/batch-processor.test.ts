import { INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import type { BatchExporter, SpanBatch } from '../../src/export/span-exporter.ts';
import { spansOfBatch } from '../../src/export/batch-bytes.ts';
import { SUPPRESS_TRACING_KEY } from '../../src/context/tracing-context.ts';
import { BatchProcessor, type BatchProcessorOptions } from '../../src/processing/batch-processor.ts';
import { createTracerProvider, type TracerProvider, type TracerProviderOptions } from '../../src/provider.ts';

/** Timers that fire when told, and an exporter that keeps what it gets. */
function setUp(batch: BatchProcessorOptions = {}, more: TracerProviderOptions = {}, answers = true) {
  const timers: { task: () => void; delayMs: number; live: boolean }[] = [];
  const batches: SpanBatch[] = [];
  const calls: string[] = [];
  const exporter: BatchExporter = {
    name: 'kept',
    async export(one) {
      batches.push(one);
      if (!answers) await new Promise(() => {});
      return { exportedCount: one.spanCount, droppedCount: 0 };
    },
    async shutdown() {
      calls.push('shutdown');
    },
  };
  const schedule = (task: () => void, delayMs: number) => {
    const timer = { task, delayMs, live: true };
    timers.push(timer);
    return () => {
      timer.live = false;
    };
  };
  const provider = createTracerProvider({ exporters: [exporter], batch: { schedule, ...batch }, ...more });
  const fire = (delayMs: number) => {
    for (const timer of timers.filter((one) => one.live && one.delayMs === delayMs)) timer.task();
  };
  return { provider, batches, calls, fire };
}

function endSpans(provider: TracerProvider, count: number): void {
  for (let i = 0; i < count; i++) provider.getTracer('t').startSpan(`s${i}`).end();
}

test('a batch goes out at its number of spans, not one before, and the rest after the delay', () => {
  const { provider, batches, fire } = setUp();
  endSpans(provider, 511);
  expect(batches.length).toBe(0);
  endSpans(provider, 2);
  expect(batches.map((one) => one.spanCount)).toEqual([512]);
  fire(5000);
  expect(batches.map((one) => one.spanCount)).toEqual([512, 1]);
});

test('the queue holds its number of spans while an export hangs; one more is counted', () => {
  const { provider, batches } = setUp({ maxBatchSpans: 2, maxQueueSpans: 4 }, {}, false);
  endSpans(provider, 4);
  expect(provider.dropped.size).toBe(0);
  endSpans(provider, 1);
  expect(Object.fromEntries(provider.dropped)).toEqual({ queue_full: 1 });
  expect(batches.length).toBe(2);
});

test('the queue is bounded in bytes', () => {
  const exact = setUp();
  endSpans(exact.provider, 1);
  exact.fire(5000);
  const maxQueueBytes = exact.batches[0]?.byteLength ?? 0;
  const { provider, batches, fire } = setUp({ maxQueueBytes });
  endSpans(provider, 1);
  expect(provider.dropped.size).toBe(0);
  endSpans(provider, 1);
  expect(Object.fromEntries(provider.dropped)).toEqual({ queue_bytes_full: 1 });
  fire(5000);
  expect(batches.map((one) => spansOfBatch(one).map((span) => span.name))).toEqual([['s0']]);
});

test('an export that hangs is counted as timed out and does not hold up flush or shutdown', async () => {
  const { provider, calls, fire } = setUp({}, {}, false);
  endSpans(provider, 3);
  const stopped = provider.shutdown();
  expect(provider.shutdown()).toBe(stopped);
  fire(30_000);
  await stopped;
  expect(Object.fromEntries(provider.dropped)).toEqual({ timeout: 3 });
  expect(calls).toEqual(['shutdown']);
});

test('after shutdown no span records, and one that was open is counted', async () => {
  const { provider, batches } = setUp();
  const open = provider.getTracer('t').startSpan('open');
  await provider.shutdown();
  open.end();
  expect(provider.getTracer('t').startSpan('late').isRecording()).toBe(false);
  expect(batches.length).toBe(0);
  expect(Object.fromEntries(provider.dropped)).toEqual({ shut_down: 1 });
});

test('processors see start, ending and end, and may change the span until it ends', () => {
  const seen: string[] = [];
  const { provider } = setUp(
    {},
    {
      spanProcessors: [
        {
          onStart: (span) => void seen.push(`start ${span.name}`),
          onEnding: (span) => void span.setAttribute('late', 1),
          onEnd: (span) => void seen.push(`end ${JSON.stringify(span.attributes)} ${span.setAttribute('x', 1).ended}`),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
  );
  endSpans(provider, 1);
  expect(seen).toEqual(['start s0', 'end {"late":1} true']);
});

test('parents: a remote one is continued, an invalid one and `root` start a new trace, unsampled ones propagate', () => {
  const tracer = setUp().provider.getTracer('t');
  const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
  const inside = trace.setSpanContext(ROOT_CONTEXT, remote);
  expect(tracer.startSpan('c', {}, inside).spanContext()).toMatchObject({ traceId: remote.traceId, traceFlags: 1 });
  const root = tracer.startSpan('c', { root: true }, inside).spanContext();
  expect(root.traceId).not.toBe(remote.traceId);
  // Sampled, and random because the id is.
  expect(root.traceFlags).toBe(3);
  const invalid = tracer.startSpan('c', {}, trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT));
  expect(trace.isSpanContextValid(invalid.spanContext())).toBe(true);
  const unsampled = tracer.startSpan('c', {}, trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceFlags: 0 }));
  expect(unsampled.isRecording()).toBe(false);
  expect(unsampled.spanContext()).toMatchObject({ traceId: remote.traceId, traceFlags: 0 });
  expect(unsampled.spanContext().spanId).not.toBe(remote.spanId);
  const suppressed = tracer.startSpan('c', {}, inside.setValue(SUPPRESS_TRACING_KEY, true));
  expect(suppressed.spanContext()).toEqual(INVALID_SPAN_CONTEXT);
});

const SCOPE = { name: 'scope' };

/** Two batches, and whether the second stands in the memory of the first. */
async function memoryOfTwoBatches(releases: readonly (boolean | undefined)[], answer: () => Promise<unknown>) {
  const batches: SpanBatch[] = [];
  const exporters = releases.map((releasesBytes): BatchExporter => ({
    name: 'one',
    ...(releasesBytes === undefined ? {} : { releasesBytes }),
    export: async (batch) => {
      batches.push(batch);
      await answer();
      return { exportedCount: batch.spanCount, droppedCount: 0 };
    },
    shutdown: async () => {},
  }));
  const options = { maxBatchSpans: 1, schedule: () => () => {} };
  const processor = new BatchProcessor(new Uint8Array(0), '', exporters, options);
  processor.addEncoded(SCOPE, Uint8Array.of(1, 2, 3));
  await new Promise((resolve) => setImmediate(resolve));
  processor.addEncoded(SCOPE, Uint8Array.of(4, 5, 6));
  const first = batches[0]?.scopes[0]?.spans;
  const second = batches[releases.length]?.scopes[0]?.spans;
  expect([...(second ?? [])]).toEqual([4, 5, 6]);
  return { isSame: first?.buffer === second?.buffer, first: [...(first ?? [])] };
}

test('memory of a batch is used again when every exporter has settled and releases it', async () => {
  expect((await memoryOfTwoBatches([true, true], async () => {})).isSame).toBe(true);
});

test('memory of a batch is left alone while an exporter is at it, and for ever if one does not release it', async () => {
  const untouched = { isSame: false, first: [1, 2, 3] };
  expect(await memoryOfTwoBatches([true, undefined], async () => {})).toEqual(untouched);
  expect(await memoryOfTwoBatches([true, false], async () => {})).toEqual(untouched);
  expect(await memoryOfTwoBatches([true], () => new Promise(() => {}))).toEqual(untouched);
  expect(await memoryOfTwoBatches([true], () => Promise.reject(new Error('no')))).toEqual(untouched);
});

/** The signals of four exports: two at once, one after the first has settled, and one after all were told to time out. */
async function signalsOfExports(releasesSignal: boolean): Promise<{ signals: AbortSignal[]; aborted: boolean[] }> {
  const signals: AbortSignal[] = [];
  const answers: (() => void)[] = [];
  const timeouts: (() => void)[] = [];
  const exporter: BatchExporter = {
    name: 'signals',
    ...(releasesSignal ? { releasesSignal } : {}),
    export: async ({ spanCount }, signal) => {
      signals.push(signal);
      await new Promise<void>((resolve) => answers.push(resolve));
      return { exportedCount: spanCount, droppedCount: 0 };
    },
    shutdown: async () => {},
  };
  // A timer that is called off too late is not to abort the next export.
  const schedule = (task: () => void) => {
    timeouts.push(task);
    return () => {};
  };
  const provider = createTracerProvider({ exporters: [exporter], batch: { schedule, maxBatchSpans: 1 } });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  endSpans(provider, 2);
  answers[0]?.();
  await turn();
  const early = timeouts.splice(0, 1);
  endSpans(provider, 1);
  for (const task of early) task();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  for (const task of timeouts) task();
  await turn();
  const aborted = signals.map((signal) => signal.aborted);
  for (const answer of answers) answer();
  await turn();
  endSpans(provider, 1);
  expect(Object.fromEntries(provider.dropped)).toEqual({ timeout: 2 });
  return { signals, aborted };
}

test('an exporter that says so gets a signal again that nobody aborted, and never one that was', async () => {
  const { signals, aborted } = await signalsOfExports(true);
  expect(signals[0]).not.toBe(signals[1]);
  expect(signals[2]).toBe(signals[0]);
  expect(aborted).toEqual([true, true, true]);
  expect(signals[3]?.aborted).toBe(false);
});

test('any other exporter gets a signal of its own for each export', async () => {
  const { signals, aborted } = await signalsOfExports(false);
  expect(new Set(signals).size).toBe(4);
  expect(aborted).toEqual([false, true, true]);
});
