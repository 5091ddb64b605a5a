import { setImmediate } from 'node:timers';
import { isPlainPromise, isPromiseUnderWay, replaceMethods, type Watcher, watchPromise } from './watch-promise.ts';

type Callback = ((...values: unknown[]) => unknown) | null | undefined;
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Who waits for a thenable. That there is a list says that the thenable's methods are watched. */
const waiting = new WeakMap<object, Watcher[]>();

/** The method `then` of a value that has one. */
function thenOf(value: unknown): Method | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    const then: unknown = Reflect.get(value, 'then');
    // Any function takes any arguments.
    return typeof then === 'function' ? (then as Method) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Tells the watcher when a result is there: at once, or when the promise it is settles. Gives the result, or in place of a
 * plain promise one derived from it, so that the watcher is told before the caller goes on, and a rejection nobody handles
 * is still reported as such. Others are given back themselves, as they may be lazy (query builders) or have more to them.
 */
export function watchResult<R>(result: R, watcher: Watcher): R {
  if (isPlainPromise(result)) {
    const settled = result.then(
      (value) => {
        watcher.end();
        return value;
      },
      (error: unknown) => {
        watcher.fail(error);
        throw error;
      },
    );
    // `then` of a promise of T gives a promise of T again: both callbacks pass on what they got.
    return settled as R;
  }
  const then = thenOf(result);
  if (then === undefined) watcher.end();
  else if (isPromiseUnderWay(result, then)) watchPromise(result, watcher);
  // What has methods is an object.
  else watchThenable(result as object, then, watcher);
  return result;
}

/**
 * Tells the watcher when a thenable settles, without a call of `then`, which would start what is lazy and handle what is
 * rejected: the thenable's own `then` is replaced by one that tells. If nobody calls that in this turn of the event loop
 * (a query builder may be a step to another one, or never be run), the turn's end is the end.
 */
function watchThenable(thenable: object, then: Method, watcher: Watcher): void {
  let watchers = waiting.get(thenable);
  if (watchers === undefined) {
    watchers = [];
    if (!watchMethods(thenable, then, watchers)) {
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

function watchMethods(thenable: object, then: Method, watchers: Watcher[]): boolean {
  const watchedThen = function (this: unknown, done?: Callback, failed?: Callback, ...rest: unknown[]): unknown {
    // They are told once, by the first call.
    const told = watchers.splice(0);
    if (told.length === 0) return Reflect.apply(then, this, [done, failed, ...rest]);
    const tellEnd = (...values: unknown[]): unknown => {
      endAll(told);
      return typeof done === 'function' ? done(...values) : values[0];
    };
    try {
      if (typeof failed === 'function') {
        const tellFailure = (error: unknown): unknown => {
          failAll(told, error);
          return failed(error);
        };
        return Reflect.apply(then, this, [tellEnd, tellFailure, ...rest]);
      }
      // A callback of ours would handle the failure, or throw it where nobody expects that. What `then` gives fails, too.
      const given: unknown = Reflect.apply(then, this, [tellEnd, failed, ...rest]);
      if (thenOf(given) !== undefined)
        return watchResult(given, { end: () => endAll(told), fail: (error) => failAll(told, error) });
      setImmediate(endAll, told);
      return given;
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
    return replaceMethods(thenable, replaced);
  } catch {
    // A getter or a proxy's trap.
    return false;
  }
}
