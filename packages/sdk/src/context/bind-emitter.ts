import type { EventEmitter } from 'node:events';

type Listener = (...args: unknown[]) => unknown;
type AddMethod = 'addListener' | 'on' | 'once' | 'prependListener' | 'prependOnceListener';
const ADD_METHODS: readonly AddMethod[] = ['addListener', 'on', 'once', 'prependListener', 'prependOnceListener'];
const BOUND = Symbol('throughline bound emitter');

/**
 * Makes the listeners that are added from now on run as `bindListener` returns them. Node keeps the original in the
 * wrapper's `listener` (that is how `once` is removed), so removing by the original works unpatched. An emitter is bound once.
 */
export function bindEmitter(emitter: EventEmitter, bindListener: (listener: Listener) => Listener): void {
  if (BOUND in emitter) return;
  Object.defineProperty(emitter, BOUND, { value: true });
  // `once` calls `on` with its own wrapper, which must not be wrapped again.
  let adding = false;
  for (const method of ADD_METHODS) {
    const original = emitter[method];
    const isOnce = method === 'once' || method === 'prependOnceListener';
    const add = function add(this: EventEmitter, event: string | symbol, listener: Listener): EventEmitter {
      if (adding || typeof listener !== 'function') return original.call(this, event, listener);
      const bound: Listener & { listener?: Listener } = bindListener(listener);
      adding = true;
      try {
        if (!isOnce) {
          bound.listener = listener;
          return original.call(this, event, bound);
        }
        const fireOnce: Listener & { listener?: Listener } = function fireOnce(this: unknown, ...args: unknown[]) {
          emitter.removeListener(event, fireOnce);
          return bound.apply(this, args);
        };
        fireOnce.listener = listener;
        return method === 'once' ? this.on(event, fireOnce) : this.prependListener(event, fireOnce);
      } finally {
        adding = false;
      }
    };
    Object.defineProperty(emitter, method, { value: add, configurable: true, writable: true });
  }
}
