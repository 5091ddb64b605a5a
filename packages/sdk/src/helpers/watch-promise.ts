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

/** A promise as asynchronous functions give it: nobody can tell one from another that settles alike. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  return (
    types.isPromise(value) &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    Object.getOwnPropertyNames(value).length === 0
  );
}

/** One that settles whoever waits for it. */
export function isPromiseUnderWay(value: unknown, then: unknown): value is Promise<unknown> {
  return types.isPromise(value) && then === Promise.prototype.then;
}

/**
 * Tells the watcher when a promise that must stay itself settles, before anybody who waits for it from now on. By that its
 * rejection is handled, and not reported if nobody else handles it: whether somebody does cannot be known, and what is
 * reported in vain ends a process.
 */
export function watchPromise(promise: Promise<unknown>, watcher: Watcher): void {
  try {
    void Promise.prototype.then.call(
      promise,
      () => watcher.end(),
      (error) => watcher.fail(error),
    );
  } catch {
    // Of a class whose constructor takes something else.
    watcher.end();
  }
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
