import type { Context } from '@opentelemetry/api';
import type { AsyncLocalStorage } from 'node:async_hooks';

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The function as it runs in `context`: with the same `this`, arguments and result. */
export function bindFunction(storage: AsyncLocalStorage<Context>, context: Context, target: AnyFunction): AnyFunction {
  return function bound(this: unknown, ...args: unknown[]): unknown {
    if (storage.getStore() === context) return target.apply(this, args);
    return storage.run(context, () => target.apply(this, args));
  };
}
