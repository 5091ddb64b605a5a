import { diag } from '@opentelemetry/api';

import { type ModuleDefinition, moduleDefinitionsOf } from '../register/module-definitions.ts';
import { satisfies } from '../register/version-range.ts';
import type { Instrumentation } from '../start/instrumentation.ts';

/** A file of a package inside a bundle, as the code tells that a plugin has put behind it. */
export interface BundledFile {
  /** The package's name. */
  readonly module: string;
  readonly version: string;
  /** With the package's name before it: `pg/lib/client.js`. */
  readonly path: string;
  /** Whether it is what `require` of the package's name gives. */
  readonly isMain: boolean;
  /** Whoever patches it may replace it. */
  exports: unknown;
}

/** Where bundles and instrumentations meet; the bundle may be older than the SDK that runs beside it. */
export interface BundleHub {
  readonly files: BundledFile[];
  patch?: (file: BundledFile) => void;
}

/** The name of the symbol in the global registry under which the hub is kept. The number grows with `BundledFile`. */
export const HUB_KEY = '@throughline/sdk bundled modules 1';
/** Files that are kept for instrumentations that come later. */
export const MAX_KEPT_FILES = 1000;

function bundleHub(): BundleHub {
  const key = Symbol.for(HUB_KEY);
  // Only this function and the code in bundles write it.
  const known = Reflect.get(globalThis, key) as BundleHub | undefined;
  if (known !== undefined) return known;
  const hub: BundleHub = { files: [] };
  Object.defineProperty(globalThis, key, { value: hub });
  return hub;
}

/**
 * Lets instrumentations patch modules that are inside a bundle, where no hook sees them loaded. Those that are loaded
 * already are patched too, which reaches what is read off their exports from then on.
 */
export function instrumentBundledModules(instrumentations: readonly Instrumentation[]): void {
  const byModule = new Map<string, { instrumentation: Instrumentation; definition: ModuleDefinition }[]>();
  for (const instrumentation of instrumentations) {
    for (const definition of moduleDefinitionsOf(instrumentation)) {
      const others = byModule.get(definition.name);
      if (others === undefined) byModule.set(definition.name, [{ instrumentation, definition }]);
      else others.push({ instrumentation, definition });
    }
  }
  if (byModule.size === 0) return;
  const patch = (file: BundledFile): void => {
    for (const { instrumentation, definition } of byModule.get(file.module) ?? []) {
      try {
        patchFile(file, definition);
      } catch (error) {
        diag.warn(`${instrumentation.instrumentationName} cannot instrument ${file.path} in the bundle`, error);
      }
    }
  };
  const hub = bundleHub();
  const before = hub.patch;
  hub.patch = (file) => {
    before?.(file);
    patch(file);
  };
  for (const file of hub.files) {
    if (!byModule.has(file.module)) continue;
    diag.warn(`${file.path} in the bundle was loaded before tracing was started and may be traced in part`);
    patch(file);
  }
}

/** As `InstrumentationBase` does with a module that is required. */
function patchFile(file: BundledFile, definition: ModuleDefinition): void {
  const isSupported = (versions: readonly string[]): boolean =>
    satisfies(file.version, versions, definition.includePrerelease);
  if (file.isMain && definition.patch !== undefined && isSupported(definition.supportedVersions)) {
    definition.moduleExports = file.exports;
    definition.moduleVersion = file.version;
    replaceExports(file, definition.patch(file.exports, file.version));
  }
  for (const inner of definition.files) {
    if (inner.name.replaceAll('\\', '/') !== file.path || !isSupported(inner.supportedVersions)) continue;
    inner.moduleExports = file.exports;
    definition.moduleVersion ??= file.version;
    replaceExports(file, inner.patch(file.exports, file.version));
  }
}

function replaceExports(file: BundledFile, patched: unknown): void {
  if (patched !== undefined) file.exports = patched;
}
