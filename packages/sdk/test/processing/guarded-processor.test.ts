import { diag } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';

import { createTracerProvider } from '../../src/provider.ts';
import type { SpanProcessor } from '../../src/span/span-processor.ts';

afterEach(() => {
  diag.disable();
  vi.useRealTimers();
});

function fail(): never {
  throw new Error('a broken processor');
}

test('a processor that fails everywhere breaks nothing and is told once for each method', async () => {
  const error = vi.fn();
  diag.setLogger({ error, warn: () => {}, info: () => {}, debug: () => {}, verbose: () => {} });
  const broken: SpanProcessor = {
    onStart: fail,
    onEnding: fail,
    onEnd: fail,
    forceFlush: async () => fail(),
    shutdown: fail,
  };
  const ended: string[] = [];
  const healthy: SpanProcessor = {
    onStart: () => {},
    onEnd: ({ name }) => ended.push(name),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = createTracerProvider({ spanProcessors: [broken, healthy] });
  for (const name of ['a', 'b']) provider.getTracer('t').startSpan(name).end();
  await provider.forceFlush();
  await provider.forceFlush();
  await provider.shutdown();
  expect(ended).toEqual(['a', 'b']);
  expect(error.mock.calls.map(([message]) => /failed in (\w+)/.exec(String(message))?.[1])).toEqual([
    'onStart',
    'onEnding',
    'onEnd',
    'forceFlush',
    'shutdown',
  ]);
});

test('a flush that does not end is waited for 30 s', async () => {
  vi.useFakeTimers();
  const hanging: SpanProcessor = {
    onStart: () => {},
    onEnd: () => {},
    forceFlush: () => new Promise(() => {}),
    shutdown: () => new Promise(() => {}),
  };
  const provider = createTracerProvider({ spanProcessors: [hanging] });
  const flushed = provider.forceFlush();
  const done = vi.fn();
  void flushed.then(done);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await flushed;
  const stopped = provider.shutdown();
  await vi.advanceTimersByTimeAsync(30_000);
  await stopped;
});
