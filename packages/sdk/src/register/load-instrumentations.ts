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

/** Requires each wanted package and makes its instrumentations with their defaults. One that fails does not stop the rest. */
export function loadInstrumentations(packages: readonly InstrumentationPackage[]): readonly LoadOutcome[] {
  return packages.map((each): LoadOutcome => {
    if (each.notWanted !== undefined) return { package: each, result: { state: 'not_wanted', why: each.notWanted } };
    try {
      const require = createRequire(join(each.requiredFrom, 'require.cjs'));
      const instrumentations = instrumentationClasses(require(each.name)).map((Class) => new Class());
      if (instrumentations.length === 0) throw new Error('it exports no instrumentation');
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

type InstrumentationClass = new () => Instrumentation;

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
