import type { Context } from '@opentelemetry/api';
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';

import { type AnyFunction, bindFunction } from './bind-function.ts';

type Add = (event: string | symbol, listener: AnyFunction) => EventEmitter;
type BoundListener = AnyFunction & { listener?: AnyFunction };

const BINDING = Symbol('throughline bound emitter');

type BoundEmitter = Pick<EventEmitter, 'removeListener'> & {
  [BINDING]?: Binding;
  on: Add;
  addListener: Add;
  once: Add;
  prependListener: Add;
  prependOnceListener: Add;
};

/** What a bound emitter carries: where its listeners run, and the methods that it had. */
class Binding {
  readonly storage: AsyncLocalStorage<Context>;
  readonly context: Context;
  readonly on: Add;
  readonly addListener: Add;
  readonly once: Add;
  readonly prependListener: Add;
  readonly prependOnceListener: Add;
  /** `once` calls `on` with its own wrapper, which must not be wrapped again. */
  isAdding = false;

  constructor(storage: AsyncLocalStorage<Context>, context: Context, emitter: BoundEmitter) {
    this.storage = storage;
    this.context = context;
    this.on = emitter.on;
    this.addListener = emitter.addListener;
    this.once = emitter.once;
    this.prependListener = emitter.prependListener;
    this.prependOnceListener = emitter.prependOnceListener;
  }
}

/**
 * Makes the listeners that are added from now on run in `context`. Node keeps the original in the wrapper's `listener`
 * (that is how `once` is removed), so removing by the original works unpatched. An emitter is bound once. All bound
 * emitters share the same functions, because a server binds two for each request.
 */
export function bindEmitter(emitter: EventEmitter, context: Context, storage: AsyncLocalStorage<Context>): void {
  // The API's own types of the same methods.
  const bound = emitter as BoundEmitter;
  if (bound[BINDING] !== undefined) return;
  bound[BINDING] = new Binding(storage, context, bound);
  bound.on = on;
  bound.addListener = addListener;
  bound.once = once;
  bound.prependListener = prependListener;
  bound.prependOnceListener = prependOnceListener;
}

function on(this: BoundEmitter, event: string | symbol, listener: AnyFunction): EventEmitter {
  return add(this, bindingOf(this).on, event, listener);
}

function addListener(this: BoundEmitter, event: string | symbol, listener: AnyFunction): EventEmitter {
  return add(this, bindingOf(this).addListener, event, listener);
}

function prependListener(this: BoundEmitter, event: string | symbol, listener: AnyFunction): EventEmitter {
  return add(this, bindingOf(this).prependListener, event, listener);
}

function once(this: BoundEmitter, event: string | symbol, listener: AnyFunction): EventEmitter {
  const binding = bindingOf(this);
  return addOnce(this, binding.once, binding.on, event, listener);
}

function prependOnceListener(this: BoundEmitter, event: string | symbol, listener: AnyFunction): EventEmitter {
  const binding = bindingOf(this);
  return addOnce(this, binding.prependOnceListener, binding.prependListener, event, listener);
}

/** Only bound emitters, and what inherits from them, have the functions above. */
function bindingOf(emitter: BoundEmitter): Binding {
  return emitter[BINDING]!;
}

function add(emitter: BoundEmitter, original: Add, event: string | symbol, listener: AnyFunction): EventEmitter {
  const binding = bindingOf(emitter);
  if (binding.isAdding || typeof listener !== 'function') return original.call(emitter, event, listener);
  const bound: BoundListener = bindFunction(binding.storage, binding.context, listener);
  bound.listener = listener;
  return guarded(emitter, binding, original, event, bound);
}

function addOnce(
  emitter: BoundEmitter,
  original: Add,
  originalAdd: Add,
  event: string | symbol,
  listener: AnyFunction,
): EventEmitter {
  const binding = bindingOf(emitter);
  if (binding.isAdding || typeof listener !== 'function') return original.call(emitter, event, listener);
  const { storage, context } = binding;
  const fireOnce: BoundListener = function fireOnce(this: unknown, ...args: unknown[]) {
    emitter.removeListener(event, fireOnce);
    if (storage.getStore() === context) return listener.apply(this, args);
    return storage.run(context, () => listener.apply(this, args));
  };
  fireOnce.listener = listener;
  return guarded(emitter, binding, originalAdd, event, fireOnce);
}

function guarded(
  emitter: BoundEmitter,
  binding: Binding,
  original: Add,
  event: string | symbol,
  listener: AnyFunction,
): EventEmitter {
  binding.isAdding = true;
  try {
    return original.call(emitter, event, listener);
  } finally {
    binding.isAdding = false;
  }
}
