import type { Tracing } from './tracing.ts';

/** Shared by all copies of the SDK in a process, as ESM and CommonJS may load one each. The number grows with `Tracing`. */
const KEY = Symbol.for('@throughline/sdk running tracing 1');

export function runningTracing(): Tracing | undefined {
  // Only `setRunningTracing` writes it.
  return Reflect.get(globalThis, KEY) as Tracing | undefined;
}

export function setRunningTracing(tracing: Tracing | undefined): void {
  Object.defineProperty(globalThis, KEY, { value: tracing, configurable: true, writable: true });
}
