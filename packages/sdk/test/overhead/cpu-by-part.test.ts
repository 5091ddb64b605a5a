import { context, ROOT_CONTEXT, type TextMapPropagator, trace, TraceFlags, type TraceState } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';

import { AsyncContextManager } from '../../src/context/async-context-manager.ts';
import type { BatchExporter } from '../../src/export/span-exporter.ts';
import { compositePropagator } from '../../src/propagation/composite.ts';
import { measuredProvider, type TestClock, TICK } from './measured-provider.ts';

/** Each part of a span's life takes its own time. */
const PARENT = TICK;
const FIRST_ATTRIBUTES = 2 * TICK;
const ON_START = 4 * TICK;
const ATTRIBUTE = 8 * TICK;
const ON_END = 16 * TICK;
const ENCODING = 32 * TICK;
const SENDING = 64 * TICK;

function slowParts(batchSpans = 1) {
  const time: { clock?: TestClock } = {};
  const pass = (ms: number): void => {
    if (time.clock !== undefined) time.clock.nowMs += ms;
  };
  const exporter: BatchExporter = {
    name: 'slow',
    export: async ({ spanCount }) => {
      pass(SENDING);
      return { exportedCount: spanCount, droppedCount: 0 };
    },
    shutdown: async () => {},
  };
  const measured = (chooseInterval?: () => number) => {
    const all = measuredProvider(
      {
        spanProcessors: [
          {
            onStart: () => pass(ON_START),
            onEnd: () => pass(ON_END),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
        exporters: [exporter],
        batch: { maxBatchSpans: batchSpans, maxQueueSpans: 1e6 },
      },
      chooseInterval,
    );
    time.clock = all.clock;
    return all;
  };
  const attributes = (ms: number) => ({
    get slow(): string {
      pass(ms);
      return 'value';
    },
  });
  const traceState: TraceState = {
    get: () => undefined,
    set: () => traceState,
    unset: () => traceState,
    serialize: () => {
      pass(ENCODING);
      return 'a=b';
    },
  };
  const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED, traceState };
  const foreign = trace.wrapSpanContext(remote);
  vi.spyOn(foreign, 'spanContext').mockImplementation(() => {
    pass(PARENT);
    return remote;
  });
  return { measured, attributes, parent: trace.setSpan(ROOT_CONTEXT, foreign), pass };
}

test('every moment of a span belongs to one part', () => {
  const { measured, attributes, parent, pass } = slowParts();
  const { provider, cpuMs, monitor } = measured();
  const span = provider.getTracer('t').startSpan('s', { attributes: attributes(FIRST_ATTRIBUTES) }, parent);
  pass(1000);
  span.setAttributes(attributes(ATTRIBUTE));
  pass(1000);
  span.end();
  expect(cpuMs()).toEqual({
    context: PARENT,
    attributes: FIRST_ATTRIBUTES + ATTRIBUTE,
    recording: ON_START + ON_END,
    export: ENCODING + SENDING,
  });
  expect(monitor.snapshot().queues.map((queue) => queue.sendingCpuNano / 1e6)).toEqual([SENDING]);
});

test('the spans that are timed stand for those between them, and so do the batches', () => {
  const { measured, attributes, parent } = slowParts(10);
  const { provider, cpuMs, monitor } = measured(() => 7);
  const tracer = provider.getTracer('t');
  // Runs of 32 are timed, the first at once, six spans lie between two: the last span is the last one of a run.
  const spans = 32 + 26 * (6 + 32);
  for (let n = 0; n < spans; n++) {
    const span = tracer.startSpan('s', { attributes: attributes(FIRST_ATTRIBUTES) }, parent);
    span.setAttributes(attributes(ATTRIBUTE)).addEvent('e').setStatus({ code: 2 });
    span.end();
  }
  expect(monitor.snapshot().monitor.timedCallCount).toBeGreaterThanOrEqual(27 * 32);
  expect(monitor.snapshot().monitor.timedCallCount).toBeLessThan(spans);
  // Of the batches, every seventh is timed.
  expect(cpuMs()).toEqual({
    context: spans * PARENT,
    attributes: spans * (FIRST_ATTRIBUTES + ATTRIBUTE),
    recording: spans * (ON_START + ON_END),
    export: spans * ENCODING + 99 * SENDING,
  });
  const { parts } = monitor.snapshot();
  expect(parts.attributes.operations).toEqual({
    call: { count: spans, isExtrapolated: true },
    attribute: { count: spans, isExtrapolated: true },
  });
  expect(parts.recording.operations).toEqual({
    end: { count: spans, isExtrapolated: false },
    call: { count: 3 * spans, isExtrapolated: true },
    event: { count: spans, isExtrapolated: true },
  });
});

test('what reading the clock takes is not in it, but is told', () => {
  const { measured, attributes, parent } = slowParts();
  const { provider, cpuMs, monitor, clock } = measured();
  clock.readMs = TICK / 4;
  const span = provider.getTracer('t').startSpan('s', { attributes: attributes(FIRST_ATTRIBUTES) }, parent);
  span.setAttributes(attributes(ATTRIBUTE)).end();
  expect(cpuMs()).toEqual({
    context: PARENT,
    attributes: FIRST_ATTRIBUTES + ATTRIBUTE,
    recording: ON_START + ON_END,
    export: ENCODING + SENDING,
  });
  const { cpuNano, clockReadNano } = monitor.snapshot().monitor;
  expect(clockReadNano).toBe(Math.round((TICK / 4) * 1e6));
  expect(cpuNano).toBeGreaterThan(10 * clockReadNano);
});

test('what takes longer than a tenth of a millisecond was interrupted, and the rest of it counts once', () => {
  const { measured, attributes } = slowParts();
  const { provider, cpuMs, monitor } = measured(() => 25);
  const tracer = provider.getTracer('t');
  // The last span stands for one of the 24 between the first run and this one, too.
  const start = () => tracer.startSpan('s', { attributes: attributes(TICK) }, ROOT_CONTEXT);
  for (let n = 0; n < 32 + 24 + 31; n++) start().end();
  const span = start();
  const before = (32 + 24 + 32) * TICK;
  expect([cpuMs().attributes, monitor.snapshot().monitor.cutCount]).toEqual([before, 0]);
  span.setAttributes(attributes(0.5));
  expect(monitor.snapshot().monitor.cutCount).toBe(1);
  expect(cpuMs().attributes).toBeCloseTo(before + 2 * 0.1 + 0.4, 3);
});

test('laps that are long as a rule count in full', () => {
  const { measured, attributes } = slowParts();
  const { provider, cpuMs, monitor } = measured(() => 25);
  const tracer = provider.getTracer('t');
  const laps = (ms: number, runs: number): void => {
    for (let n = 0; n < 56 * runs; n++) tracer.startSpan('s', { attributes: attributes(ms) }, ROOT_CONTEXT).end();
  };
  laps(0.5, 1);
  // The first stand for themselves only.
  expect([cpuMs().attributes, monitor.snapshot().monitor.cutCount]).toEqual([32 * 0.5, 15]);
  laps(TICK, 100);
  const before = cpuMs().attributes ?? 0;
  laps(0.5, 100);
  const { cutCount } = monitor.snapshot().monitor;
  expect(cutCount).toBeGreaterThan(15);
  // It takes a while until it is usual.
  expect(cutCount).toBeLessThan(15 + 100);
  expect((cpuMs().attributes ?? 0) - before).toBeGreaterThan(0.95 * 100 * 56 * 0.5);
});

test('what span processors do with spans is part of the call that they were called for', () => {
  const { measured, attributes, parent } = slowParts();
  const { provider, monitor, cpuMs } = measured();
  const tracer = provider.getTracer('t');
  const processed = measuredProvider({
    spanProcessors: [
      {
        onStart: (span) => void span.setAttributes(attributes(ATTRIBUTE)),
        onEnding: (span) => void span.setAttributes(attributes(ATTRIBUTE)),
        onEnd: () => tracer.startSpan('other', {}, parent).end(),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const span = processed.provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT);
  span.end();
  expect(span.isRecording()).toBe(false);
  expect(cpuMs()).toMatchObject({ context: PARENT, recording: ON_START + ON_END });
  expect(monitor.meter.watch.isBusy || processed.monitor.meter.watch.isBusy).toBe(false);
});

test('a span that a processor starts is not timed within another one, and is made up for', () => {
  let isInner = false;
  const { provider, monitor } = measuredProvider({
    spanProcessors: [
      {
        onStart: () => {
          if (isInner) return;
          isInner = true;
          tracer.startSpan('inner', {}, ROOT_CONTEXT).end();
          isInner = false;
        },
        onEnd: () => {},
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const tracer = provider.getTracer('t');
  for (let n = 0; n < 3; n++) tracer.startSpan('outer', {}, ROOT_CONTEXT).end();
  const { parts, monitor: own, liveSpanCounts } = monitor.snapshot();
  expect(parts.context.operations['startSpan']).toEqual({ count: 6, isExtrapolated: false });
  expect(own.timedCallCount).toBe(3);
  expect(monitor.meter.startCount).toBe(6);
  expect(liveSpanCounts.RECORD_AND_SAMPLE).toBe(0);
});

test('entering a context is timed, what runs in it is not, and what it gives or throws comes through', () => {
  const { monitor, clock, cpuMs } = measuredProvider();
  clock.readMs = TICK;
  const manager = new AsyncContextManager(monitor.meter);
  const other = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
  const run = function (this: unknown, a: number, b: number): unknown {
    clock.nowMs += 500;
    return [this, manager.active() === other, a + b];
  };
  expect(manager.with(other, run, 'self', 1, 2)).toEqual(['self', true, 3]);
  expect(manager.with(ROOT_CONTEXT, () => manager.with(other, run, 'self', 2, 2))).toEqual(['self', true, 4]);
  expect(() =>
    manager.with(other, () => {
      throw new Error('theirs');
    }),
  ).toThrow('theirs');
  expect(cpuMs()).toEqual({});
  expect(monitor.snapshot().parts.context.operations['enter']).toEqual({ count: 4, isExtrapolated: false });
  expect(monitor.snapshot().monitor.timedCallCount).toBe(4);
  expect(monitor.meter.watch.isBusy).toBe(false);
});

test('injecting and extracting are timed; a propagator that throws leaves nothing running', () => {
  const { monitor, clock, cpuMs } = measuredProvider({}, () => 3);
  const slow: TextMapPropagator = {
    fields: () => [],
    inject: () => {
      clock.nowMs += TICK;
    },
    extract: (into) => {
      clock.nowMs += 2 * TICK;
      return into;
    },
  };
  const broken: TextMapPropagator = {
    fields: () => [],
    inject: () => {
      throw new Error('broken');
    },
    extract: () => {
      throw new Error('broken');
    },
  };
  const composite = compositePropagator([slow, broken], monitor.meter);
  const setter = { set: () => {} };
  const getter = { get: () => undefined, keys: () => [] };
  for (let n = 0; n < 5; n++) composite.inject(ROOT_CONTEXT, {}, setter);
  expect(cpuMs()).toEqual({ propagation: 5 * TICK });
  for (let n = 0; n < 34; n++) composite.extract(ROOT_CONTEXT, {}, getter);
  // Those behind the run of 32 are counted, but nothing stands for them yet.
  expect(cpuMs()).toEqual({ propagation: 5 * TICK + 32 * 2 * TICK });
  expect(monitor.snapshot().parts.propagation.operations).toEqual({
    inject: { count: 5, isExtrapolated: false },
    extract: { count: 34, isExtrapolated: false },
  });
});

test('attributes that throw when they are read leave nothing running', () => {
  const { provider, monitor } = measuredProvider();
  const attributes = {
    get bad(): string {
      throw new Error('theirs');
    },
  };
  provider.getTracer('t').startSpan('s', { attributes }, context.active()).setAttributes(attributes).end();
  expect(monitor.meter.watch.isBusy).toBe(false);
});
