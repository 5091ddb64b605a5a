import type { Instrumentation } from '../start/instrumentation.ts';

/** What an instrumentation does to one file of a module (`InstrumentationModuleFile` of the official interface). */
export interface ModuleFileDefinition {
  /** With the module's name before it: `pg/lib/client.js`. */
  readonly name: string;
  readonly supportedVersions: readonly string[];
  moduleExports?: unknown;
  patch(moduleExports: unknown, moduleVersion?: string): unknown;
}

/** What an instrumentation does to a module (`InstrumentationModuleDefinition` of the official interface). */
export interface ModuleDefinition {
  /** A package's or a built-in module's name, or an absolute path. */
  readonly name: string;
  readonly supportedVersions: readonly string[];
  readonly includePrerelease?: boolean;
  readonly files: readonly ModuleFileDefinition[];
  moduleExports?: unknown;
  moduleVersion?: string;
  patch?: ((moduleExports: unknown, moduleVersion?: string) => unknown) | undefined;
}

/**
 * The definitions that an instrumentation applies. `InstrumentationBase` keeps them in `_modules`; its public
 * `getModuleDefinitions()` makes new ones, which are not those that get patched. An instrumentation may be made of others
 * (redis is), one level deep. Instrumentations of another make have none.
 */
export function moduleDefinitionsOf(instrumentation: Instrumentation): readonly ModuleDefinition[] {
  const parts: readonly unknown[] = [instrumentation, ...Object.values(instrumentation)];
  return parts.flatMap((part) => {
    const modules: unknown = typeof part === 'object' && part !== null ? Reflect.get(part, '_modules') : undefined;
    return Array.isArray(modules) ? modules.filter(isModuleDefinition) : [];
  });
}

function isModuleDefinition(value: unknown): value is ModuleDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'supportedVersions' in value &&
    Array.isArray(value.supportedVersions) &&
    'files' in value &&
    Array.isArray(value.files)
  );
}
