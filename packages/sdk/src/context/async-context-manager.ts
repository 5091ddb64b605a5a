import { type Context, context as contextApi, type ContextManager } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';

import type { Countdown } from '../overhead/countdown.ts';
import type { OverheadMeter } from '../overhead/overhead-meter.ts';
import { CONTEXT } from '../overhead/stopwatch.ts';
import { bindEmitter } from './bind-emitter.ts';
import { type AnyFunction, bindFunction } from './bind-function.ts';
import { EMPTY_CONTEXT } from './tracing-context.ts';

/** The one that the API's `context` asks, if it is ours: the way through the API takes longer than the answer. */
let registered: AsyncContextManager | undefined;

/** The API's `context` has taken `manager`, which counts until the API disables it (`context.disable()`). */
export function contextManagerRegistered(manager: AsyncContextManager): void {
  registered = manager;
}

/** What the API's `context.active()` gives. */
export function activeContext(): Context {
  return registered === undefined ? contextApi.active() : registered.active();
}

/** What the API's `context.with()` does. */
export function withContext<F extends (span: S) => ReturnType<F>, S>(
  context: Context,
  fn: F,
  argument: S,
): ReturnType<F> {
  return registered === undefined
    ? contextApi.with(context, fn, undefined, argument)
    : registered.with(context, fn, undefined, argument);
}

/** The API's context manager over AsyncLocalStorage. A context that is active already is not entered again. */
export class AsyncContextManager implements ContextManager {
  private readonly storage: AsyncLocalStorage<Context> = new AsyncLocalStorage<Context>();
  private readonly meter: OverheadMeter | undefined;
  /** The meter's own, at hand: contexts are entered as often as spans are started. */
  private readonly enters: Countdown | undefined;

  /** `meter` is told what entering contexts costs. */
  constructor(meter?: OverheadMeter) {
    this.meter = meter;
    this.enters = meter?.enters;
  }

  active(): Context {
    return this.storage.getStore() ?? EMPTY_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const { meter, enters } = this;
    if (enters !== undefined && --enters.left === 0 && meter !== undefined) {
      return this.timedWith(meter, context, fn, thisArg, args);
    }
    if (context === this.storage.getStore()) return fn.apply(thisArg, args);
    if (thisArg === undefined || thisArg === null) return this.storage.run(context, fn, ...args);
    return this.storage.run(context, () => fn.apply(thisArg, args));
  }

  private timedWith<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    meter: OverheadMeter,
    context: Context,
    fn: F,
    thisArg: ThisParameterType<F> | undefined,
    args: A,
  ): ReturnType<F> {
    const weight = meter.begin(meter.enters, CONTEXT);
    if (weight === 0) return this.with(context, () => fn.apply(thisArg, args));
    const { watch } = meter;
    try {
      return this.with(context, () => {
        // What the function does is the application's time.
        watch.end();
        try {
          return fn.apply(thisArg, args);
        } finally {
          watch.begin(weight, CONTEXT);
        }
      });
    } finally {
      watch.end();
    }
  }

  /** A function or an event emitter whose listeners run in `context`; anything else comes back as it is. */
  bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) {
      bindEmitter(target, context, this.storage);
      return target;
    }
    if (typeof target !== 'function') return target;
    // A function with the same parameters and result stands for the target.
    const bound = bindFunction(this.storage, context, target as unknown as AnyFunction);
    if (target.length > 0) Object.defineProperty(bound, 'length', { configurable: true, value: target.length });
    return bound as unknown as T;
  }

  /**
   * Makes `context` active in the current asynchronous execution, until `dispose` makes the one before it active again.
   * Of the API since 1.10.
   */
  attach(context: Context): { dispose(): void } {
    const before = this.active();
    let attached = true;
    this.storage.enterWith(context);
    return {
      dispose: () => {
        if (attached) this.storage.enterWith(before);
        attached = false;
      },
    };
  }

  enable(): this {
    return this;
  }

  disable(): this {
    if (registered === this) registered = undefined;
    this.storage.disable();
    return this;
  }
}
