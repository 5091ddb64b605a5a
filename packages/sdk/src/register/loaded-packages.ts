import module from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';

import { type PackageManifest, readManifest } from './package-manifest.ts';

const NODE_MODULES = join(sep, 'node_modules', sep);

/** The name and folder of the package that a file below node_modules is of. */
export function packageOfFile(file: string): { readonly name: string; readonly folder: string } | undefined {
  const at = file.lastIndexOf(NODE_MODULES);
  if (at === -1) return undefined;
  const start = at + NODE_MODULES.length;
  const [scope = '', inScope = ''] = file.slice(start).split(sep, 2);
  const name = scope.startsWith('@') ? `${scope}/${inScope}` : scope;
  return { name, folder: join(file.slice(0, start), name) };
}

/** Files that `require` has loaded, in any copy of Node.js's loader: it keeps one cache. */
export function requiredFiles(): readonly string[] {
  return Object.keys(module.createRequire(import.meta.url).cache);
}

/**
 * Calls `onFile` with each file that is imported from now on, again and again for one that is imported again. Where
 * Node.js has no hooks in the thread, calls come some time later.
 */
export function watchImports(onFile: (file: string) => void): void {
  const onUrl = (url: string): void => {
    const plain = url.replace(/[?#].*$/, '');
    if (plain.startsWith('file:')) onFile(fileURLToPath(plain));
  };
  if (typeof module.registerHooks === 'function') {
    module.registerHooks({
      load: (url, context, next) => {
        if (!context.conditions.includes('require')) onUrl(url);
        return next(url, context);
      },
    });
    return;
  }
  // Before Node.js 20.6 it cannot be seen.
  if (typeof module.register !== 'function') return;
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (url: unknown) => {
    if (typeof url === 'string') onUrl(url);
  });
  port1.unref();
  const hooks =
    'let port; export function initialize(given) { port = given; } ' +
    'export function load(url, context, next) { port.postMessage(url); return next(url, context); }';
  module.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: port2, transferList: [port2] });
}

/** Manifests by folder: a package has many files. */
export function manifestReader(): (folder: string) => PackageManifest | undefined {
  const known = new Map<string, PackageManifest | undefined>();
  return (folder) => {
    if (!known.has(folder)) known.set(folder, readManifest(folder));
    return known.get(folder);
  };
}
