import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Instrumentation } from '../start/instrumentation.ts';
import type { InstrumentationPackage, NotWanted } from './instrumentation-packages.ts';

/** What became of an instrumentation package. */
export interface LoadOutcome {
  readonly package: InstrumentationPackage;
  readonly result:
    | { readonly state: 'loaded'; readonly instrumentations: readonly Instrumentation[] }
    | { readonly state: 'not_wanted'; readonly why: NotWanted }
    | { readonly state: 'failed'; readonly error: unknown };
}

/**
 * Requires each wanted package and makes its instrumentations with their defaults. One that fails does not stop the rest.
 *
 * @param config `{ enabled: false }` to look at what they would do
 */
export function loadInstrumentations(
  packages: readonly InstrumentationPackage[],
  config?: { readonly enabled: boolean },
): readonly LoadOutcome[] {
  return packages.map((each): LoadOutcome => {
    if (each.notWanted !== undefined) return { package: each, result: { state: 'not_wanted', why: each.notWanted } };
    try {
      const require = createRequire(join(each.requiredFrom, 'require.cjs'));
      const instrumentations = makeInstrumentations(require(each.name), config);
      return { package: each, result: { state: 'loaded', instrumentations } };
    } catch (error) {
      return { package: each, result: { state: 'failed', error } };
    }
  });
}

/** All that could be loaded. */
export function loadedInstrumentations(outcomes: readonly LoadOutcome[]): readonly Instrumentation[] {
  return outcomes.flatMap(({ result }) => (result.state === 'loaded' ? result.instrumentations : []));
}

/**
 * An instance of each instrumentation class that a package exports.
 *
 * @throws Error if there is none
 */
export function makeInstrumentations(
  moduleExports: unknown,
  config?: { readonly enabled: boolean },
): readonly Instrumentation[] {
  const classes = instrumentationClasses(moduleExports);
  if (classes.length === 0) throw new Error('it exports no instrumentation');
  return classes.map((Class) => new Class(config));
}

type InstrumentationClass = new (config?: { readonly enabled: boolean }) => Instrumentation;

/** By name and by what their instances can do, since a package may also export helpers and base classes. */
function instrumentationClasses(moduleExports: unknown): readonly InstrumentationClass[] {
  if (typeof moduleExports !== 'object' || moduleExports === null) return [];
  const found = new Set<InstrumentationClass>();
  for (const [name, value] of Object.entries(moduleExports)) {
    if (name.endsWith('Instrumentation') && isInstrumentationClass(value)) found.add(value);
  }
  return [...found];
}

function isInstrumentationClass(value: unknown): value is InstrumentationClass {
  if (typeof value !== 'function') return false;
  const prototype: unknown = value.prototype;
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    ['enable', 'disable', 'setTracerProvider'].every((method) => typeof Reflect.get(prototype, method) === 'function')
  );
}
