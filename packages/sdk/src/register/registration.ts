import type { Tracing } from '../start/tracing.ts';
import type { Application } from './application.ts';
import type { EsmHooks } from './esm-hooks.ts';
import type { HttpChoice } from './http-choice.ts';
import type { LoadOutcome } from './load-instrumentations.ts';

/** What `@throughline/sdk/register` did in this thread. */
export interface Registration {
  readonly tracing: Tracing;
  readonly application: Application;
  readonly outcomes: readonly LoadOutcome[];
  readonly esmHooks: EsmHooks;
  readonly http: HttpChoice;
}

/** Shared by all copies of the SDK in a thread: `--import` and `--require` may load one each. */
const KEY = Symbol.for('@throughline/sdk registration 1');

export function currentRegistration(): Registration | undefined {
  // Only `setRegistration` writes it.
  return Reflect.get(globalThis, KEY) as Registration | undefined;
}

export function setRegistration(registration: Registration): void {
  Object.defineProperty(globalThis, KEY, { value: registration, configurable: true });
}
