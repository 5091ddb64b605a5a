import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { type BundlerPluginOptions, instrumentedPackages } from './instrumented-packages.ts';
import { REGISTER, registerCode } from './register-code.ts';

// What is used of esbuild's plugin interface.
interface ResolveArgs {
  readonly path: string;
  readonly resolveDir: string;
  readonly kind: string;
}
interface LoadArgs {
  readonly path: string;
}
interface EsbuildBuild {
  readonly initialOptions: {
    readonly platform?: string;
    readonly packages?: string;
    readonly external?: string[];
  };
  onResolve(
    options: { filter: RegExp; namespace?: string },
    callback: (
      args: ResolveArgs,
    ) => { path: string; namespace?: string; warnings?: { text: string }[] } | undefined | null,
  ): void;
  onLoad(
    options: { filter: RegExp; namespace?: string },
    callback: (args: LoadArgs) => { contents: string; loader: 'js'; resolveDir?: string } | undefined | null,
  ): void;
}

export interface EsbuildPlugin {
  readonly name: string;
  setup(build: EsbuildBuild): void;
}

const NAMESPACE = 'throughline';

/** For `plugins` of esbuild: code that it bundles for Node.js can be instrumented. Bundles for browsers are left alone. */
export function throughlineEsbuild(options: BundlerPluginOptions = {}): EsbuildPlugin {
  return {
    name: '@throughline/sdk',
    setup(build) {
      const { platform, packages: outside, external = [] } = build.initialOptions;
      if (platform !== 'node' || outside === 'external') return;
      const isExternal = externalMatcher(external);
      const instrumented = instrumentedPackages(options);
      build.onResolve({ filter: /^[^./]/ }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point' || resolveDir === '' || isExternal(path)) return undefined;
        if (path === REGISTER) return { path: resolveDir, namespace: NAMESPACE };
        if (!instrumented.concerns(path)) return undefined;
        const warnings: { text: string }[] = [];
        const file = instrumented.resolve(path, resolveDir, (text) => warnings.push({ text }));
        return file === undefined ? undefined : { path: file, warnings };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
        contents: registerCode(instrumented),
        loader: 'js',
        resolveDir: path,
      }));
      build.onLoad({ filter: /[\\/]node_modules[\\/].*(?:\.c?js|[\\/][^.\\/]+)$/, namespace: 'file' }, ({ path }) => {
        const code = instrumented.codeBehind(path);
        if (code === undefined) return undefined;
        return { contents: readFileSync(path, 'utf8') + code, loader: 'js', resolveDir: dirname(path) };
      });
    },
  };
}

/** esbuild's `external`: names with what is below them, and patterns with one `*`. */
function externalMatcher(external: readonly string[]): (specifier: string) => boolean {
  const patterns = external.map((each) => {
    const [before = '', after] = each.split('*');
    return after === undefined
      ? (specifier: string) => specifier === each || specifier.startsWith(`${each}/`)
      : (specifier: string) =>
          specifier.length >= each.length - 1 && specifier.startsWith(before) && specifier.endsWith(after);
  });
  return (specifier) => patterns.some((matches) => matches(specifier));
}
