import type { Instrumentation } from './instrumentation.ts';

/** Who wants to see what instrumentations do: `throughline-sdk doctor`. Shared by all copies of the SDK in a thread. */
export interface Recorder {
  /** Called when tracing starts, before they are enabled. */
  beforeInstrumentations(instrumentations: readonly Instrumentation[]): void;
}

export const RECORDER_KEY: symbol = Symbol.for('@throughline/sdk recorder 1');

export function recorder(): Recorder | undefined {
  // Only the recorder itself writes it.
  return Reflect.get(globalThis, RECORDER_KEY) as Recorder | undefined;
}
