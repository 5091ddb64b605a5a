import { context, diag, trace } from '@opentelemetry/api';
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';

import { createTracerProvider, flushAfter, memoryExporter, startTracing, type Tracing } from '../../src/index.ts';
import { originOf } from '../export/http-receiver.ts';

const started: Tracing[] = [];

afterEach(async () => {
  for (const tracing of started.splice(0)) await tracing.shutdown();
  trace.disable();
  context.disable();
  diag.disable();
});

const span = (name = 's'): void => trace.getTracer('t').startSpan(name).end();

function start() {
  const exporter = memoryExporter();
  const tracing = startTracing({
    exporters: [],
    resource: { detectors: [] },
    logLevel: 'none',
    customExporters: [exporter],
  });
  started.push(tracing);
  return exporter;
}

/** A flush that ends when it is told to. */
function held() {
  const flushing = Promise.withResolvers<void>();
  const forceFlush = vi.fn(() => flushing.promise);
  return { tracing: { forceFlush }, end: flushing.resolve, fail: flushing.reject };
}

test('what a handler promises comes after the flush, with its receiver and arguments', async () => {
  const exporter = start();
  const handler = flushAfter(async function (this: { id: number }, event: { n: number }) {
    span();
    return this.id + event.n;
  });
  expect(await handler.call({ id: 1 }, { n: 2 })).toBe(3);
  expect(exporter.spans.length).toBe(1);
});

test('a handler that fails fails as it did, after the flush', async () => {
  const exporter = start();
  const handler = flushAfter(async () => {
    span();
    throw new RangeError('no such order');
  });
  await expect(handler()).rejects.toThrow(new RangeError('no such order'));
  expect(exporter.spans.length).toBe(1);
});

test('a callback comes after the flush', async () => {
  const { tracing, end } = held();
  const handler = flushAfter(
    (_event: string, _context: object, callback: (error: unknown, result: string) => void) => {
      callback(null, 'done');
    },
    { tracing },
  );
  const called = vi.fn();
  const answered = Promise.withResolvers<void>();
  handler('event', {}, (...results) => {
    called(...results);
    answered.resolve();
  });
  await Promise.resolve();
  expect(tracing.forceFlush).toHaveBeenCalledTimes(1);
  expect(called).not.toHaveBeenCalled();
  end();
  await answered.promise;
  expect(called.mock.calls).toEqual([[null, 'done']]);
});

test('a response ends after the flush; a second end does not end it twice', async () => {
  const { tracing, end } = held();
  const ended = Promise.withResolvers<void>();
  const calls: unknown[][] = [];
  class Response {
    end(...args: unknown[]): this {
      calls.push([this, ...args]);
      ended.resolve();
      return this;
    }
  }
  const response = new Response();
  const next = vi.fn();
  const handler = flushAfter(
    (_request: object, given: Response, goOn: () => void) => {
      goOn();
      given.end('body', 'utf8').end('again');
    },
    { tracing },
  );
  handler({}, response, next);
  expect(next).toHaveBeenCalledTimes(1);
  expect(calls).toEqual([]);
  end();
  await ended.promise;
  expect(calls).toEqual([[response, 'body', 'utf8']]);
  expect(Object.hasOwn(response, 'end')).toBe(false);
});

test('a real response arrives whole, after the spans of its handler', async () => {
  const exporter = start();
  const handler = flushAfter((request: http.IncomingMessage, response: http.ServerResponse) => {
    span(request.url ?? '');
    response.setHeader('x-from', 'handler');
    response.write('to');
    response.end('gether');
  });
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`${originOf(server.address())}/orders`);
  expect([await answer.text(), answer.headers.get('x-from')]).toEqual(['together', 'handler']);
  expect(exporter.spans.map(({ name }) => name)).toContain('/orders');
  server.closeAllConnections();
  server.close();
});

test('other results come at once', () => {
  const { tracing } = held();
  expect(flushAfter(() => 'now', { tracing })()).toBe('now');
  const thrower = flushAfter(
    () => {
      throw new TypeError('no');
    },
    { tracing },
  );
  expect(thrower).toThrow(new TypeError('no'));
});

test('a flush that hangs or fails costs its time at most, never the result', async () => {
  const hanging = flushAfter(async () => 'ok', { tracing: held().tracing, timeoutMs: 1 });
  expect(await hanging()).toBe('ok');
  const failing = held();
  failing.fail(new Error('no flush'));
  expect(await flushAfter(async () => 'ok', { tracing: failing.tracing })()).toBe('ok');
  const throwing = {
    forceFlush: () => {
      throw new Error('no flush');
    },
  };
  expect(await flushAfter(async () => 'ok', { tracing: throwing })()).toBe('ok');
});

test('with waitUntil the answer does not wait', async () => {
  const { tracing, end } = held();
  const work: Promise<void>[] = [];
  const handler = flushAfter(async () => 'ok', { tracing, waitUntil: (promise) => work.push(promise) });
  expect(await handler()).toBe('ok');
  expect(work.length).toBe(1);
  end();
  await work[0];
  const broken = () => {
    throw new Error('no context');
  };
  expect(await flushAfter(async () => 'ok', { tracing, waitUntil: broken })()).toBe('ok');
});

test('without startTracing it is the registered provider, and without one nothing', async () => {
  const exporter = memoryExporter();
  const handler = flushAfter(async () => span());
  await handler();
  trace.setGlobalTracerProvider(createTracerProvider({ exporters: [exporter] }));
  await handler();
  expect(exporter.spans.length).toBe(1);
});

test('marks of platforms and the number of parameters stay', () => {
  const mark = Symbol.for('aws.lambda.runtime.handler.streaming');
  const handler = Object.assign((_event: object, _context: object) => 1, { [mark]: 'response' });
  const wrapped = flushAfter(handler);
  expect([wrapped.length, wrapped.name, wrapped[mark]]).toEqual([2, handler.name, 'response']);
});

test('a wait that is longer than a timer can be does not end at once', async () => {
  vi.useFakeTimers();
  try {
    const { tracing, end } = held();
    const answered = vi.fn();
    const call = flushAfter(async () => 'ok', { tracing, timeoutMs: Infinity })().then(answered);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(answered).not.toHaveBeenCalled();
    end();
    await call;
  } finally {
    vi.useRealTimers();
  }
});
