import { diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { BatchExporter, ExportOutcome } from '../../src/export/span-exporter.ts';
import { createTracerProvider } from '../../src/provider.ts';

const warn = vi.fn<(message: string) => void>();
beforeEach(() => {
  warn.mockClear();
  diag.setLogger({ error: () => {}, warn, info: () => {}, debug: () => {}, verbose: () => {} });
});
afterEach(() => diag.disable());

/** An exporter with this outcome of each batch, and timers that fire when told. */
function setUp(outcome: (spanCount: number) => ExportOutcome) {
  const timers: { task: () => void; delayMs: number }[] = [];
  const exporter: BatchExporter = {
    name: 'kept',
    export: async ({ spanCount }) => outcome(spanCount),
    shutdown: async () => {},
  };
  const schedule = (task: () => void, delayMs: number) => {
    const timer = { task, delayMs };
    timers.push(timer);
    return () => void timers.splice(timers.indexOf(timer), 1);
  };
  const provider = createTracerProvider({ exporters: [exporter], batch: { schedule, maxQueueSpans: 2 } });
  return {
    provider,
    end: async (count: number) => {
      for (let i = 0; i < count; i++) provider.getTracer('t').startSpan('s').end();
      await provider.forceFlush();
    },
    minutePasses: () => {
      for (const timer of timers.filter(({ delayMs }) => delayMs === 60_000)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.task();
      }
    },
  };
}

test('the first drop for a reason is told at once, more of them together after a minute', async () => {
  const { provider, end, minutePasses } = setUp((spanCount) => ({
    exportedCount: 0,
    droppedCount: spanCount,
    dropReason: 'unreachable',
    message: 'POST http://c: ECONNREFUSED',
  }));
  for (let i = 0; i < 3; i++) await end(2);
  expect(warn.mock.calls).toEqual([['2 spans were dropped: unreachable (POST http://c: ECONNREFUSED)']]);
  minutePasses();
  expect(warn.mock.lastCall).toEqual(['4 spans were dropped: unreachable (POST http://c: ECONNREFUSED)']);
  minutePasses();
  expect(warn).toHaveBeenCalledTimes(2);
  await end(1);
  expect(warn.mock.lastCall).toEqual(['1 span was dropped: unreachable (POST http://c: ECONNREFUSED)']);
  expect(Object.fromEntries(provider.dropped)).toEqual({ unreachable: 7 });
});

test('reasons are told apart, the queue’s own among them', async () => {
  const { end } = setUp((spanCount) => ({ exportedCount: spanCount - 1, droppedCount: 1, dropReason: 'rejected' }));
  await end(4);
  expect(warn.mock.calls).toEqual([['1 span was dropped: queue_full'], ['1 span was dropped: rejected']]);
});

test('a warning about spans that arrived is told as drops are, and counts nothing', async () => {
  const { provider, end, minutePasses } = setUp((spanCount) => ({
    exportedCount: spanCount,
    droppedCount: 0,
    message: 'please upgrade',
  }));
  for (let i = 0; i < 3; i++) await end(2);
  expect(warn.mock.calls).toEqual([['2 spans were exported with a warning: kept (please upgrade)']]);
  minutePasses();
  expect(warn.mock.lastCall).toEqual(['4 spans were exported with a warning: kept (please upgrade)']);
  minutePasses();
  expect(warn).toHaveBeenCalledTimes(2);
  expect(provider.dropped.size).toBe(0);
});

test('nothing is told where nothing is dropped', async () => {
  const { end } = setUp((spanCount) => ({ exportedCount: spanCount, droppedCount: 0 }));
  await end(2);
  expect(warn).not.toHaveBeenCalled();
});
