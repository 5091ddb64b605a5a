import { context as contextApi, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';

import { AsyncContextManager } from '../../src/context/async-context-manager.ts';
import { EMPTY_CONTEXT, SPAN_KEY, SUPPRESS_TRACING_KEY } from '../../src/context/tracing-context.ts';

const KEY = createContextKey('test key');

test('the keys are those of the API and of the official core', () => {
  const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
  expect(trace.setSpan(ROOT_CONTEXT, span).getValue(SPAN_KEY)).toBe(span);
  expect(suppressTracing(ROOT_CONTEXT).getValue(SUPPRESS_TRACING_KEY)).toBe(true);
  expect(trace.getSpan(trace.setSpan(EMPTY_CONTEXT, span))).toBe(span);
  expect(trace.getSpan(trace.deleteSpan(trace.setSpan(EMPTY_CONTEXT, span)))).toBeUndefined();
});

test('setting and deleting a value leaves the context it was called on as it was', () => {
  const one = EMPTY_CONTEXT.setValue(KEY, 1);
  const two = one.setValue(KEY, 2);
  expect([EMPTY_CONTEXT, one, two, two.deleteValue(KEY)].map((c) => c.getValue(KEY))).toEqual([
    undefined,
    1,
    2,
    undefined,
  ]);
});

test('with: this, arguments and result, across await, and restored after a throw', async () => {
  const manager = new AsyncContextManager();
  const inner = EMPTY_CONTEXT.setValue(KEY, 1);
  const self = { n: 3 };
  const result = await manager.with(
    inner,
    async function (this: typeof self, m: number) {
      await Promise.resolve();
      return [manager.active() === inner, this.n + m];
    },
    self,
    4,
  );
  expect(result).toEqual([true, 7]);
  const fail = (): never => {
    throw new Error('no');
  };
  expect(() => manager.with(inner, fail)).toThrow('no');
  expect(manager.active()).toBe(EMPTY_CONTEXT);
  expect(contextApi.active()).toBe(ROOT_CONTEXT);
});

test('attach: across await, undone once by dispose, and not seen outside', async () => {
  const manager = new AsyncContextManager();
  const one = EMPTY_CONTEXT.setValue(KEY, 1);
  const two = EMPTY_CONTEXT.setValue(KEY, 2);
  await manager.with(EMPTY_CONTEXT, async () => {
    await Promise.resolve();
    const outer = manager.attach(one);
    const inner = manager.attach(two);
    await Promise.resolve();
    expect(manager.active()).toBe(two);
    inner.dispose();
    expect(manager.active()).toBe(one);
    outer.dispose();
    inner.dispose();
    expect(manager.active()).toBe(EMPTY_CONTEXT);
  });
  expect(manager.active()).toBe(EMPTY_CONTEXT);
});

test('a bound function keeps this, arguments and length; other values come back', () => {
  const manager = new AsyncContextManager();
  const inner = EMPTY_CONTEXT.setValue(KEY, 1);
  const bound = manager.bind(inner, function (this: unknown, a: number, b: number) {
    return [this, a + b, manager.active()];
  });
  expect(bound.length).toBe(2);
  expect(bound.call('self', 1, 2)).toEqual(['self', 3, inner]);
  expect(manager.bind(inner, 5)).toBe(5);
});

test.each(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const)(
  'listeners added by %s run in the bound context and can be removed',
  (method) => {
    const manager = new AsyncContextManager();
    const inner = EMPTY_CONTEXT.setValue(KEY, 1);
    const emitter = manager.bind(inner, new EventEmitter());
    const seen: unknown[] = [];
    const listener = (n: number): void => {
      seen.push(n, manager.active());
    };
    emitter[method]('x', listener);
    emitter.emit('x', 1);
    expect(seen).toEqual([1, inner]);
    expect(emitter.listenerCount('x')).toBe(method.toLowerCase().includes('once') ? 0 : 1);
    emitter[method]('y', listener);
    emitter.off('y', listener);
    expect(emitter.listenerCount('y')).toBe(0);
  },
);
