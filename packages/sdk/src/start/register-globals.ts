import {
  context,
  type ContextManager,
  diag,
  propagation,
  type TextMapPropagator,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';

import { type GlobalName, registeredGlobal } from '../context/registered-global.ts';

export interface GlobalParts {
  /** Undefined: spans stay those of the API alone, which do nothing but carry their parent's context. */
  readonly tracerProvider: TracerProvider | undefined;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
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
    () => context.setGlobalContextManager(contextManager),
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
