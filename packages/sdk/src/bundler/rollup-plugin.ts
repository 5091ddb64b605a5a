import { dirname, isAbsolute } from 'node:path';

import { type BundlerPluginOptions, type InstrumentedPackages, instrumentedPackages } from './instrumented-packages.ts';
import { REGISTER, registerCode } from './register-code.ts';

// What is used of the plugin interface that Rollup, Rolldown and Vite share.
interface Resolved {
  readonly id: string;
  readonly external?: boolean | string;
}
interface PluginContext {
  resolve(source: string, importer?: string, options?: { skipSelf?: boolean }): Promise<Resolved | null>;
  warn(message: string): void;
}
interface HookOptions {
  /** Vite: whether it builds for a server. */
  readonly ssr?: boolean | undefined;
}

export interface RollupPlugin {
  readonly name: string;
  /** Vite: before its own resolution. */
  readonly enforce: 'pre';
  /** Vite: not in the development server, which bundles nothing for Node.js. */
  readonly apply: 'build';
  configResolved(): void;
  buildStart(): void;
  readonly resolveId: {
    readonly order: 'pre';
    handler(
      this: PluginContext,
      source: string,
      importer: string | undefined,
      options: HookOptions,
    ): Promise<Resolved | string | null>;
  };
  load(this: PluginContext, id: string): string | null;
  readonly transform: {
    readonly order: 'pre';
    handler(this: PluginContext, code: string, id: string, options?: HookOptions): { code: string; map: null } | null;
  };
}

const REGISTER_ID = '\0throughline-register';

/**
 * For `plugins` of Rolldown, Vite (server builds) and Rollup (with its commonjs plugin): code that is bundled for
 * Node.js can be instrumented. What a configuration leaves outside stays outside.
 */
export function throughlineRollup(options: BundlerPluginOptions = {}): RollupPlugin {
  let instrumented: InstrumentedPackages | undefined;
  let isVite = false;
  const isWanted = (hook: HookOptions | undefined): boolean => !isVite || hook?.ssr === true;
  const packages = (): InstrumentedPackages => (instrumented ??= instrumentedPackages(options));
  return {
    name: '@throughline/sdk',
    enforce: 'pre',
    apply: 'build',
    configResolved() {
      isVite = true;
    },
    buildStart() {
      instrumented = undefined;
    },
    resolveId: {
      order: 'pre',
      async handler(source, importer, hook) {
        if (importer === undefined || !isWanted(hook)) return null;
        const isRegister = source === REGISTER;
        if (!isRegister && !packages().concerns(source)) return null;
        const resolved = await this.resolve(source, importer, { skipSelf: true });
        if (resolved !== null && isOutside(resolved)) return resolved;
        if (isRegister) return REGISTER_ID;
        const folder = isAbsolute(importer) ? dirname(importer) : (options.root ?? process.cwd());
        return packages().resolve(source, folder, (message) => this.warn(message)) ?? resolved;
      },
    },
    load(id) {
      return id === REGISTER_ID ? registerCode(packages()) : null;
    },
    transform: {
      order: 'pre',
      handler(code, id, hook) {
        if (!isWanted(hook) || !id.includes('node_modules')) return null;
        const behind = packages().codeBehind(id.replace(/[?#].*$/, ''));
        return behind === undefined ? null : { code: code + behind, map: null };
      },
    },
  };
}

function isOutside({ external }: Resolved): boolean {
  return external !== undefined && external !== false;
}
