import { setImmediate } from 'node:timers';
import { types } from 'node:util';

/** Called once: one or the other. */
export interface Watcher {
  end(): void;
  fail(error: unknown): void;
}

type Callback = ((...values: unknown[]) => unknown) | null | undefined;
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Who waits for a thenable. That there is a list says that the thenable's methods are watched. */
const waiting = new WeakMap<object, Watcher[]>();

/** `await` calls `then` only of promises of another class than `Promise`. Gives plain promises. */
class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
}

/** The method `then` of a value that has one. */
export function thenOf(value: unknown): Method | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    const then: unknown = Reflect.get(value, 'then');
    // Any function takes any arguments.
    return typeof then === 'function' ? (then as Method) : undefined;
  } catch {
    return undefined;
  }
}

/** A promise as asynchronous functions give it: nobody can tell one from another that settles alike. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  return (
    types.isPromise(value) &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    Object.getOwnPropertyNames(value).length === 0
  );
}

/**
 * Tells the watcher when a thenable settles, without a call of `then`, which would start what is lazy and handle what is
 * rejected: the thenable's own `then` is replaced by one that tells. If nobody calls that in this turn of the event loop
 * (a query builder may be a step to another one, or never be run), the turn's end is the end.
 */
export function watchThenable(thenable: object, then: Method, watcher: Watcher): void {
  let watchers = waiting.get(thenable);
  if (watchers === undefined) {
    watchers = [];
    if (!replaceMethods(thenable, then, watchers)) {
      watcher.end();
      return;
    }
    waiting.set(thenable, watchers);
  }
  if (watchers.length === 0) setImmediate(endAll, watchers);
  watchers.push(watcher);
}

function endAll(watchers: Watcher[]): void {
  for (const watcher of watchers.splice(0)) watcher.end();
}

function failAll(watchers: Watcher[], error: unknown): void {
  for (const watcher of watchers.splice(0)) watcher.fail(error);
}

function replaceMethods(thenable: object, then: Method, watchers: Watcher[]): boolean {
  const watchedThen = function (this: unknown, done?: Callback, failed?: Callback, ...rest: unknown[]): unknown {
    // They are told once, by the first call.
    const told = watchers.splice(0);
    if (told.length === 0) return Reflect.apply(then, this, [done, failed, ...rest]);
    const tellEnd = (...values: unknown[]): unknown => {
      endAll(told);
      return typeof done === 'function' ? done(...values) : values[0];
    };
    const tellFailure = (error: unknown): unknown => {
      failAll(told, error);
      if (typeof failed === 'function') return failed(error);
      throw error;
    };
    try {
      return Reflect.apply(then, this, [tellEnd, tellFailure, ...rest]);
    } catch (error) {
      failAll(told, error);
      throw error;
    }
  };
  try {
    // Some thenables' `catch` and `finally` do not call `then`. Those of promises do, of any thenable.
    const replaced = new Map<string, unknown>([['then', watchedThen]]);
    for (const name of ['catch', 'finally'] as const) {
      const method: unknown = Reflect.get(thenable, name);
      if (typeof method !== 'function') continue;
      replaced.set(name, function (this: unknown, ...args: unknown[]): unknown {
        return Reflect.apply(watchers.length > 0 && args.length === 1 ? Promise.prototype[name] : method, this, args);
      });
    }
    if (types.isPromise(thenable) && thenable.constructor === Promise) {
      replaced.set('constructor', WatchedPromise);
    }
    for (const [name, value] of replaced) {
      const enumerable = Object.getOwnPropertyDescriptor(thenable, name)?.enumerable ?? false;
      const property = { value, enumerable, writable: true, configurable: true };
      if (!Reflect.defineProperty(thenable, name, property)) return false;
    }
    return true;
  } catch {
    // A getter or a proxy's trap.
    return false;
  }
}
