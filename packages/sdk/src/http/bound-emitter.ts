import { type Context, context as contextApi, diag } from '@opentelemetry/api';
import type { EventEmitter } from 'node:events';

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean;

/** What happens around the events of one emitter. It belongs to that emitter alone. */
export interface EmitterBinding {
  /** What the listeners run in. */
  readonly context: Context;
  /** Called before the listeners with the event's first argument. */
  before?(event: string | symbol, argument: unknown): void;
  /** Called after the listeners, also when one throws. */
  after?(event: string | symbol): void;
}

const BINDING = Symbol('throughline emitter binding');
const EMIT = Symbol('throughline emit');

interface BoundEmitter {
  emit: Emit;
  listenerCount(event: string | symbol): number;
  [EMIT]?: Emit;
  [BINDING]?: EmitterBinding;
}

/**
 * Listeners of parsers' and sockets' events run outside the request's context. Instead of wrapping each listener, the
 * emitter gets one `emit`, the same function for all, which enters the context when there is somebody to listen. It also
 * tells when a request ends without a listener being added. An emitter that is bound already keeps its first binding:
 * what it emits with now is this `emit`, which would call itself.
 */
export function bindEvents(emitter: EventEmitter, binding: EmitterBinding): void {
  if (isBound(emitter)) return;
  const bound: BoundEmitter = emitter;
  bound[BINDING] = binding;
  bound[EMIT] = bound.emit;
  bound.emit = emitInContext;
}

export function isBound(emitter: EventEmitter): boolean {
  return BINDING in emitter;
}

function emitInContext(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
  // Only bound emitters, and what inherits from them, have this function.
  const emitter = this as BoundEmitter;
  const binding = emitter[BINDING];
  const emit = emitter[EMIT];
  if (binding === undefined || emit === undefined) return false;
  if (binding.before !== undefined) observe(binding, 'before', event, args[0]);
  try {
    return emitter.listenerCount(event) === 0
      ? emit.call(emitter, event, ...args)
      : contextApi.with(binding.context, emit, emitter, event, ...args);
  } finally {
    if (binding.after !== undefined) observe(binding, 'after', event, undefined);
  }
}

/** Tracing must not keep an event from its listeners. */
function observe(binding: EmitterBinding, when: 'before' | 'after', event: string | symbol, argument: unknown): void {
  try {
    binding[when]?.(event, argument);
  } catch (error) {
    diag.error('HTTP tracing: an event could not be recorded', error);
  }
}
