import { INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { SUPPRESS_TRACING_KEY } from '../../src/context/tracing-context.ts';
import { memoryExporter } from '../../src/export/memory-exporter.ts';
import type { BatchExporter, ExportOutcome } from '../../src/export/span-exporter.ts';
import type { OverheadSnapshot, StartedSpans } from '../../src/overhead/overhead-snapshot.ts';
import { createTracerProvider } from '../../src/provider.ts';
import { customSampler } from '../../src/sampling/constant-samplers.ts';
import { SamplingDecision } from '../../src/sampling/sampler.ts';
import { measuredProvider } from './measured-provider.ts';

const REMOTE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true };

function started({ startedSpans }: OverheadSnapshot): readonly (readonly (string | number)[])[] {
  return startedSpans
    .filter(({ spanCount }) => spanCount > 0)
    .map(({ samplingResult, parentOrigin, spanCount }: StartedSpans) => [samplingResult, parentOrigin, spanCount]);
}

/** Answers when it is told to. */
function heldExporter(name: string) {
  const waiting: ((outcome: ExportOutcome) => void)[] = [];
  const exporter: BatchExporter = {
    name,
    export: () => new Promise((resolve) => waiting.push(resolve)),
    shutdown: async () => {},
  };
  return { exporter, answer: (outcome: ExportOutcome) => waiting.shift()?.(outcome) };
}

test('spans are counted by decision and parent, each, whichever are timed', () => {
  const { provider, monitor } = measuredProvider(
    {
      sampler: customSampler((_context, _traceId, name) => {
        if (name === 'dropped') return { decision: SamplingDecision.NOT_RECORD };
        if (name === 'only') return { decision: SamplingDecision.RECORD };
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      }, 'by name'),
    },
    () => 3,
  );
  const tracer = provider.getTracer('t');
  const remote = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
  const foreignLocal = trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, isRemote: false });
  const invalid = trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT);
  const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
  const below = trace.setSpan(ROOT_CONTEXT, root);
  for (let n = 0; n < 10; n++) tracer.startSpan('child', {}, below).end();
  for (let n = 0; n < 4; n++) tracer.startSpan('child', {}, remote);
  tracer.startSpan('child', {}, foreignLocal).end();
  tracer.startSpan('child', {}, invalid).end();
  tracer.startSpan('child', { root: true }, below).end();
  for (let n = 0; n < 5; n++) tracer.startSpan('dropped', {}, below).end();
  tracer.startSpan('only', {}, below).end();
  tracer.startSpan('only', {}, remote);
  tracer.startSpan('suppressed', {}, below.setValue(SUPPRESS_TRACING_KEY, true)).end();
  const snapshot = monitor.snapshot();
  expect(started(snapshot)).toEqual([
    ['DROP', 'local', 5],
    ['RECORD_ONLY', 'local', 1],
    ['RECORD_ONLY', 'remote', 1],
    ['RECORD_AND_SAMPLE', 'none', 3],
    ['RECORD_AND_SAMPLE', 'local', 11],
    ['RECORD_AND_SAMPLE', 'remote', 4],
  ]);
  expect(snapshot.liveSpanCounts).toEqual({ RECORD_ONLY: 1, RECORD_AND_SAMPLE: 5 });
  expect(snapshot.parts.context.operations['startSpan']?.count).toBe(25);
  root.end();
  root.end();
  expect(monitor.snapshot().liveSpanCounts.RECORD_AND_SAMPLE).toBe(4);
});

test('without a sampler, roots are recorded, and what follows does as its parent', () => {
  const { provider, monitor } = measuredProvider({}, () => 2);
  const unsampled = trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceFlags: 0 });
  const tracer = provider.getTracer('t');
  for (let n = 0; n < 7; n++) {
    const child = tracer.startSpan('child', {}, unsampled);
    tracer.startSpan('grandchild', {}, trace.setSpan(ROOT_CONTEXT, child)).end();
  }
  const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
  for (let n = 0; n < 3; n++) tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
  tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, isRemote: false })).end();
  for (let n = 0; n < 2; n++) tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)).end();
  const snapshot = monitor.snapshot();
  expect(started(snapshot)).toEqual([
    ['DROP', 'local', 7],
    ['DROP', 'remote', 7],
    ['RECORD_AND_SAMPLE', 'none', 1],
    ['RECORD_AND_SAMPLE', 'local', 4],
    ['RECORD_AND_SAMPLE', 'remote', 2],
  ]);
  expect(snapshot.liveSpanCounts).toEqual({ RECORD_ONLY: 0, RECORD_AND_SAMPLE: 1 });
});

test('a span that its options keep from starting is not counted', () => {
  const { provider, monitor } = measuredProvider({}, () => 2);
  const tracer = provider.getTracer('t');
  const unreadable = (key: string): object =>
    Object.defineProperty({}, key, {
      get: () => {
        throw new Error('not readable');
      },
    });
  for (const key of ['kind', 'attributes'])
    expect(() => tracer.startSpan('s', unreadable(key), ROOT_CONTEXT)).toThrow('not readable');
  const snapshot = monitor.snapshot();
  expect(started(snapshot)).toEqual([]);
  expect(snapshot.liveSpanCounts).toEqual({ RECORD_ONLY: 0, RECORD_AND_SAMPLE: 0 });
});

test('a sampler that throws drops the span, also one with a remote parent', () => {
  const sampler = customSampler(() => {
    throw new Error('no decision');
  }, 'throws');
  const { provider, monitor } = measuredProvider({ sampler });
  const tracer = provider.getTracer('t');
  tracer.startSpan('root', {}, ROOT_CONTEXT).end();
  tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)).end();
  expect(started(monitor.snapshot())).toEqual([
    ['DROP', 'none', 1],
    ['DROP', 'remote', 1],
  ]);
});

test('a queue and its exporter, from the first span to the last outcome', async () => {
  const { exporter, answer } = heldExporter('otlp-http-protobuf');
  const { provider, monitor, clock } = measuredProvider({
    exporters: [exporter],
    batch: { maxBatchSpans: 2, maxQueueSpans: 4, maxQueueBytes: 10_000 },
  });
  const end = (): void => provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
  const queue = () => monitor.snapshot().queues[0];
  end();
  expect(queue()).toMatchObject({
    processorType: 'batching_span_processor',
    processorName: 'batching_span_processor/0',
    exporterType: 'otlp_http_span_exporter',
    exporterName: 'otlp_http_span_exporter/0',
    spanCount: 1,
    maxSpanCount: 4,
    maxByteCount: 10_000,
    processedSpanCount: 0,
    inFlightSpanCount: 0,
  });
  const bytesOfOne = queue()?.byteCount ?? 0;
  for (let n = 0; n < 4; n++) end();
  expect(queue()).toMatchObject({
    spanCount: 4,
    byteCount: 4 * bytesOfOne,
    processedSpanCount: 4,
    refusedSpanCounts: { queue_full: 1 },
    inFlightSpanCount: 4,
    exportedSpanCount: 0,
    durations: [],
  });
  clock.nowMs += 200;
  answer({ exportedCount: 2, droppedCount: 0 });
  clock.nowMs += 4000;
  answer({ exportedCount: 1, droppedCount: 1, dropReason: 'rejected' });
  await provider.forceFlush();
  clock.nowMs += 1000;
  await provider.shutdown();
  end();
  const snapshot = monitor.snapshot();
  expect(snapshot.queues).toMatchObject([
    {
      spanCount: 0,
      byteCount: 0,
      processedSpanCount: 4,
      refusedSpanCounts: { queue_full: 1 },
      inFlightSpanCount: 0,
      exportedSpanCount: 3,
      failedSpanCounts: { rejected: 1 },
    },
  ]);
  expect(snapshot.droppedSpanCounts).toEqual({ queue_full: 1, rejected: 1 });
  expect(snapshot.droppedSpanCounts).toEqual(Object.fromEntries(provider.dropped));
  expect(snapshot.parts.export.operations).toEqual({
    end: { count: 5, isExtrapolated: false },
    send: { count: 2, isExtrapolated: false },
  });
  const [good, bad] = snapshot.queues[0]?.durations ?? [];
  expect(good).toMatchObject({ failureReason: undefined, count: 1 });
  expect(bad).toMatchObject({ failureReason: 'rejected', count: 1 });
});

test('an export that times out has one outcome, whatever its exporter says later', async () => {
  const timers: (() => void)[] = [];
  const { exporter, answer } = heldExporter('held');
  const { provider, monitor, clock } = measuredProvider({
    exporters: [exporter],
    batch: {
      maxBatchSpans: 1,
      schedule: (task) => {
        timers.push(task);
        return () => {};
      },
    },
  });
  provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
  clock.nowMs += 30_000;
  for (const task of timers.splice(0)) task();
  await provider.forceFlush();
  answer({ exportedCount: 1, droppedCount: 0 });
  await provider.forceFlush();
  expect(monitor.snapshot().queues).toMatchObject([
    {
      processorName: 'simple_span_processor/0',
      exporterType: 'held',
      inFlightSpanCount: 0,
      exportedSpanCount: 0,
      failedSpanCounts: { timeout: 1 },
      durations: [{ failureReason: 'timeout', count: 1, sumSeconds: 30, maxSeconds: 30 }],
    },
  ]);
});

test('several exporters have a queue each, and a span is encoded and counted once', async () => {
  const [one, two] = [memoryExporter(), memoryExporter()];
  const rejecting: BatchExporter = {
    name: 'rejects',
    export: () => Promise.reject(new Error('against its contract')),
    shutdown: async () => {},
  };
  const { provider, monitor } = measuredProvider({
    exporters: [one, { exporter: two, batch: { maxBatchSpans: 1 } }, rejecting],
  });
  for (let n = 0; n < 6; n++) provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
  await provider.forceFlush();
  const { queues, parts, liveSpanCounts } = monitor.snapshot();
  expect(queues.map(({ processorName, exporterName }) => [processorName, exporterName])).toEqual([
    ['batching_span_processor/0', 'memory/0'],
    ['simple_span_processor/0', 'memory/1'],
    ['batching_span_processor/1', 'rejects/0'],
  ]);
  expect(queues.map((queue) => [queue.exportedSpanCount, queue.failedSpanCounts])).toEqual([
    [6, {}],
    [6, {}],
    [0, { exporter_failed: 6 }],
  ]);
  expect([one.spans.length, two.spans.length]).toEqual([6, 6]);
  expect(parts.export.operations).toEqual({
    end: { count: 6, isExtrapolated: false },
    send: { count: 1 + 6 + 1, isExtrapolated: false },
  });
  expect(liveSpanCounts.RECORD_AND_SAMPLE).toBe(0);
});

test('the reasons of an exporter are bounded', async () => {
  let n = 0;
  const { provider, monitor } = measuredProvider({
    exporters: [
      {
        name: 'creative',
        export: async () => ({ exportedCount: 0, droppedCount: 1, dropReason: `reason ${n++}` }),
        shutdown: async () => {},
      },
    ],
    batch: { maxBatchSpans: 1, schedule: () => () => {} },
  });
  for (let span = 0; span < 40; span++) provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
  await provider.forceFlush();
  const reasons = monitor.snapshot().queues[0]?.failedSpanCounts ?? {};
  expect(Object.keys(reasons).length).toBe(33);
  expect(reasons['_OTHER']).toBe(8);
});

test('counts are exact between any two spans, however many there are', () => {
  const sampler = customSampler(
    (_context, _traceId, name) => ({
      decision: name === 'dropped' ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD_AND_SAMPLED,
    }),
    'by name',
  );
  const { provider, monitor } = measuredProvider({ sampler, exporters: [memoryExporter()] }, () => 100);
  const tracer = provider.getTracer('t');
  for (let n = 1; n <= 300; n++) {
    tracer.startSpan('dropped', {}, ROOT_CONTEXT).end();
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    for (let child = 0; child < 3; child++) tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    root.end();
    expect(started(monitor.snapshot())).toEqual([
      ['DROP', 'none', n],
      ['RECORD_AND_SAMPLE', 'none', n],
      ['RECORD_AND_SAMPLE', 'local', 3 * n],
    ]);
  }
});

test('options whose getters start spans are read, whether the span is timed or its ids are at their end', () => {
  const { provider, monitor } = measuredProvider({ exporters: [memoryExporter()] }, () => 1);
  for (const tracer of [provider.getTracer('t'), createTracerProvider().getTracer('t')]) {
    const options = {
      get attributes() {
        for (let n = 0; n < 200; n++) tracer.startSpan('inner', {}, ROOT_CONTEXT).end();
        return { a: 1 };
      },
    };
    tracer.startSpan('outer', options, ROOT_CONTEXT).end();
  }
  // Those of a timed span are read twice.
  expect(started(monitor.snapshot())).toEqual([['RECORD_AND_SAMPLE', 'none', 401]]);
});

test('without a monitor options are read once', () => {
  const tracer = createTracerProvider().getTracer('t');
  let readCount = 0;
  const options = {
    get attributes() {
      readCount++;
      return {};
    },
  };
  for (let n = 0; n < 1000; n++) tracer.startSpan('s', options, ROOT_CONTEXT).end();
  expect(readCount).toBe(1000);
});

test('spans that the clock starts are counted', () => {
  const { provider, monitor } = measuredProvider({}, () => 5);
  let depth = 0;
  let spanCount = 0;
  const tracer = provider.getTracer('t');
  const start = (): void => {
    spanCount++;
    tracer.startSpan('s', {}, ROOT_CONTEXT).end();
  };
  const read = monitor.meter.watch.read.bind(monitor.meter.watch);
  monitor.meter.watch.read = () => {
    if (depth++ === 0) start();
    depth--;
    return read();
  };
  for (let n = 0; n < 500; n++) start();
  expect(monitor.snapshot().parts.context.operations['startSpan']?.count).toBe(spanCount);
});
