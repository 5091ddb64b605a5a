import { HUB_KEY } from '../bundler/bundled-modules.ts';

/** What a script has inside it. */
export interface BundleContents {
  /** Names of packages whose files are part of it, as far as it says so: a minified bundle does not. */
  readonly packages: ReadonlySet<string>;
  /** Those that a bundler plugin has made ready, with their versions. */
  readonly prepared: ReadonlyMap<string, string>;
}

/** Text that only bundlers write: esbuild's and Rolldown's helpers and comments, webpack's. */
const BUNDLER =
  /__commonJS|__webpack_require__|webpackBootstrap|^\/\/#region .*node_modules|^\s*\/\/ (?:.*\/)?node_modules\//m;
const PACKAGE_FILE = /node_modules\/((?:@[\w.~-]+\/)?[\w.~-]+)\//g;
/** As `publishingCode` writes it, or a minifier makes of it. */
const PREPARED = /module:\s*["'`]([^"'`]+)["'`],\s*version:\s*["'`]([^"'`]*)["'`],\s*path:\s*["'`]/g;

/** Looks through the text of a script; a script that is no bundle contains nothing. */
export function bundleContents(script: string): BundleContents {
  const prepared = new Map<string, string>();
  if (script.includes(HUB_KEY)) {
    for (const [, name = '', version = ''] of script.matchAll(PREPARED)) prepared.set(name, version);
  }
  const packages = new Set(prepared.keys());
  if (BUNDLER.test(script)) {
    for (const [, name = ''] of script.matchAll(PACKAGE_FILE)) if (!name.startsWith('.')) packages.add(name);
  }
  return { packages, prepared };
}
