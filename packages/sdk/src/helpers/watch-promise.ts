import { types } from 'node:util';

/** Called once: one or the other. */
export interface Watcher {
  end(): void;
  fail(error: unknown): void;
}

/** `await` calls `then` only of promises of another class than `Promise`. Gives plain promises. */
class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
}

const watched = new WeakSet<object>();

/** A promise as asynchronous functions give it: nobody can tell one from another that settles alike. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  return (
    types.isPromise(value) &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    Object.getOwnPropertyNames(value).length === 0
  );
}

/** One that settles whoever waits for it: its `then` is that of all promises, or ours. */
export function isPromiseUnderWay(value: unknown, then: unknown): value is Promise<unknown> {
  return types.isPromise(value) && (then === Promise.prototype.then || watched.has(value));
}

/**
 * Tells the watcher when a promise that must stay itself settles, before anybody who waits for it from now on. A rejection
 * is handled by that, so another one is made that is reported in its place: unless somebody calls `then` (as `catch` and
 * `finally` do), who handles it or gets a promise that is reported.
 */
export function watchPromise(promise: Promise<unknown>, watcher: Watcher): void {
  const end = (): void => watcher.end();
  try {
    if (watched.has(promise)) {
      // One report is enough.
      void Promise.prototype.then.call(promise, end, (error) => watcher.fail(error));
      return;
    }
    let isHandled = false;
    let reporter: Promise<never> | undefined;
    const watchedThen = function (this: Promise<unknown>, ...callbacks: Parameters<Promise<unknown>['then']>): unknown {
      isHandled = true;
      void reporter?.catch(() => {});
      reporter = undefined;
      return Promise.prototype.then.apply(this, callbacks);
    };
    if (replaceMethods(promise, new Map([['then', watchedThen]]))) {
      watched.add(promise);
      void Promise.prototype.then.call(promise, end, (error) => {
        watcher.fail(error);
        if (isHandled) return;
        // eslint-disable-next-line promise/no-promise-in-callback -- nobody but the process is to hear of it
        reporter = Promise.reject(error);
      });
      return;
    }
  } catch {
    // A getter, or a class whose constructor takes something else.
  }
  watcher.end();
}

/** Replaces methods so that `await` calls them, too. May throw; false if the object takes one of them not. */
export function replaceMethods(object: object, methods: ReadonlyMap<string, unknown>): boolean {
  const isPromise = types.isPromise(object) && object.constructor === Promise;
  for (const [name, value] of isPromise ? [...methods, ['constructor', WatchedPromise] as const] : methods) {
    const enumerable = Object.getOwnPropertyDescriptor(object, name)?.enumerable ?? false;
    const property = { value, enumerable, writable: true, configurable: true };
    if (!Reflect.defineProperty(object, name, property)) return false;
  }
  return true;
}
