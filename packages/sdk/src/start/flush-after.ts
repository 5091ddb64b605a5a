import { diag, trace } from '@opentelemetry/api';

import { boundedFlush, type Flushable } from './bounded-flush.ts';
import { runningTracing } from './running-tracing.ts';

export interface FlushAfterOptions {
  /** How long an invocation may take longer for the flush. Default 2,000. */
  readonly timeoutMs?: number;
  /** Of the platform: takes work that may go on after the answer. With it no invocation waits for the flush. */
  readonly waitUntil?: (work: Promise<void>) => void;
  /** Default: what `startTracing` started, else the registered tracer provider. */
  readonly tracing?: Flushable;
}

/** A function of whatever type: `never` parameters accept every one. */
type AnyHandler = (...args: never[]) => unknown;
type AnyFunction = (...args: unknown[]) => unknown;

const DEFAULT_TIMEOUT_MS = 2000;

/**
 * A handler for platforms that stop a process between invocations: spans are flushed before its promise settles, before
 * its callback (a function as the last argument) is called, and before the response it was given (a second argument with
 * `end`) ends. The flush takes `timeoutMs` at most and never fails the handler. A handler that returns something else
 * returns it at once.
 */
export function flushAfter<F extends AnyHandler>(handler: F, options: FlushAfterOptions = {}): F {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, waitUntil } = options;
  const flush = async (): Promise<void> => {
    const flushable = options.tracing ?? runningTracing() ?? registeredProvider();
    if (flushable === undefined) return;
    const flushed = boundedFlush(flushable, timeoutMs).then(() => undefined);
    if (waitUntil === undefined) return flushed;
    try {
      waitUntil(flushed);
    } catch (error) {
      diag.warn('the platform does not wait for spans', error);
    }
  };

  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const callback = args.at(-1);
    const response = args[1];
    // A third parameter of a handler with a response is `next`, which goes on to other handlers.
    if (isResponse(response)) holdEnd(response, flush);
    else if (isFunction(callback)) args[args.length - 1] = flushThen(callback, flush);
    let result: unknown;
    try {
      result = Reflect.apply(handler, this, args);
    } catch (error) {
      void flush();
      throw error;
    }
    if (isThenable(result)) return settledAfter(result, flush);
    if (!isResponse(response) && !isFunction(callback)) void flush();
    return result;
  };
  // Platforms ask for the number of parameters and mark handlers with properties of their own.
  for (const key of Reflect.ownKeys(handler)) {
    const property = Object.getOwnPropertyDescriptor(handler, key);
    if (key !== 'prototype' && property !== undefined) Object.defineProperty(wrapper, key, property);
  }
  // It takes what `handler` takes and gives what `handler` gives.
  return wrapper as unknown as F;
}

async function settledAfter(result: PromiseLike<unknown>, flush: () => Promise<void>): Promise<unknown> {
  try {
    return await result;
  } finally {
    await flush();
  }
}

function flushThen(callback: AnyFunction, flush: () => Promise<void>): AnyFunction {
  return function (this: unknown, ...results: unknown[]): void {
    void flush().then(() => Reflect.apply(callback, this, results));
  };
}

interface ResponseLike {
  end: AnyFunction;
}

/** The response ends after the flush. Its head and body are sent before, as the handler writes them. */
function holdEnd(response: ResponseLike, flush: () => Promise<void>): void {
  const { end } = response;
  const isOwn = Object.hasOwn(response, 'end');
  let held = false;
  response.end = function (this: unknown, ...args: unknown[]): unknown {
    // A second call is an error that the response itself tells of, when it has ended.
    if (held) return this;
    held = true;
    void flush().then(() => {
      if (isOwn) response.end = end;
      else Reflect.deleteProperty(response, 'end');
      Reflect.apply(end, this, args);
    });
    return this;
  };
}

function registeredProvider(): Flushable | undefined {
  const registered: object = trace.getTracerProvider();
  // The API answers with a proxy before the provider.
  const provider: unknown =
    'getDelegate' in registered && isFunction(registered.getDelegate)
      ? Reflect.apply(registered.getDelegate, registered, [])
      : registered;
  return isFlushable(provider) ? provider : undefined;
}

function isFlushable(value: unknown): value is Flushable {
  return typeof value === 'object' && value !== null && 'forceFlush' in value && isFunction(value.forceFlush);
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}

function isResponse(value: unknown): value is ResponseLike {
  return typeof value === 'object' && value !== null && 'end' in value && isFunction(value.end);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && isFunction(value.then);
}
