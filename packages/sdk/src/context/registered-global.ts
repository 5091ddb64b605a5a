export type GlobalName = 'trace' | 'context' | 'propagation' | 'diag';

const API: symbol = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as { readonly [API: symbol]: Readonly<Record<string, unknown>> | undefined };

/**
 * What is registered with `@opentelemetry/api` 1.x, whoever did it. The API has no question for this, only a symbol that
 * all its copies share; a test pins it.
 */
export function registeredGlobal(name: GlobalName): unknown {
  return globals[API]?.[name];
}
