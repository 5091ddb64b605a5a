import {
  context,
  type ContextManager,
  diag,
  propagation,
  type TextMapPropagator,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncContextManager, contextManagerRegistered } from '../context/async-context-manager.ts';

export interface GlobalParts {
  /** Undefined: spans stay those of the API alone, which do nothing but carry their parent's context. */
  readonly tracerProvider: TracerProvider | undefined;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
}

type GlobalName = 'trace' | 'context' | 'propagation' | 'diag';

/**
 * What is registered with `@opentelemetry/api` 1.x, whoever did it. The API has no question for this, only a symbol that
 * all its copies share; a test pins it.
 */
export function registeredGlobal(name: GlobalName): unknown {
  const holder: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}

/** Registers what nobody holds yet and warns of the rest. The result unregisters what is still registered of it. */
export function registerGlobals(parts: GlobalParts): () => void {
  const { tracerProvider, contextManager, propagator } = parts;
  const undo: (() => void)[] = [];
  const register = (name: GlobalName, what: string, set: () => boolean, disable: () => void): void => {
    if (registeredGlobal(name) !== undefined || !set()) {
      diag.warn(`another ${what} is registered with @opentelemetry/api already and stays in use`);
      return;
    }
    const own = registeredGlobal(name);
    undo.push(() => {
      // Whatever was registered by others meanwhile is theirs.
      if (registeredGlobal(name) === own) disable();
    });
  };
  register(
    'context',
    'context manager',
    () => {
      const isSet = context.setGlobalContextManager(contextManager);
      if (isSet && contextManager instanceof AsyncContextManager) contextManagerRegistered(contextManager);
      return isSet;
    },
    () => context.disable(),
  );
  register(
    'propagation',
    'propagator',
    () => propagation.setGlobalPropagator(propagator),
    () => propagation.disable(),
  );
  if (tracerProvider !== undefined) {
    register(
      'trace',
      'tracer provider',
      () => trace.setGlobalTracerProvider(tracerProvider),
      () => trace.disable(),
    );
  }
  return () => {
    for (const step of undo.splice(0).toReversed()) step();
  };
}
