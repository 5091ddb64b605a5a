import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { findPackage } from './package-manifest.ts';

/** How `import` is instrumented: by hooks in this thread, by hooks in a thread of their own, or not. */
export type EsmHooks = 'in_thread' | 'off_thread' | 'none';

/** What the hooks look at: everything, which the loader's authors make the default, or only what is named. */
export interface HookScope {
  readonly moduleNames: Iterable<string> | 'all';
}

/** Registered hooks by the folder of their `import-in-the-middle`, in this thread; shared by all copies of the SDK. */
const KEY = Symbol.for('@throughline/sdk esm hooks 1');

/**
 * Lets instrumentations see modules that are imported. `@opentelemetry/instrumentation` listens to
 * `import-in-the-middle`, whose loader hooks somebody must register before the application is imported: that is done
 * here, once for each copy of it that the given packages use.
 *
 * @param packageFolders of instrumentation packages
 */
export function installEsmHooks(packageFolders: Iterable<string>, scope: HookScope): EsmHooks {
  const registered = registeredHooks();
  for (const folder of packageFolders) {
    const base = findPackage('@opentelemetry/instrumentation', folder);
    const loader = base === undefined ? undefined : findPackage('import-in-the-middle', base.folder);
    if (loader === undefined || registered.has(loader.folder)) continue;
    registered.set(loader.folder, registerHooks(loader.folder, scope));
  }
  return installedEsmHooks();
}

/** What was installed in this thread so far. */
export function installedEsmHooks(): EsmHooks {
  const ways = new Set(registeredHooks().values());
  if (ways.has('off_thread')) return 'off_thread';
  return ways.has('in_thread') ? 'in_thread' : 'none';
}

function registeredHooks(): Map<string, EsmHooks> {
  // Only this function writes it.
  const known = Reflect.get(globalThis, KEY) as Map<string, EsmHooks> | undefined;
  if (known !== undefined) return known;
  const hooks = new Map<string, EsmHooks>();
  Object.defineProperty(globalThis, KEY, { value: hooks });
  return hooks;
}

interface SynchronousHooks {
  readonly supportsSyncHooks: () => boolean;
  readonly register: (options?: { readonly include: readonly (string | RegExp)[] }) => void;
}

/**
 * Hooks in the thread cost no messages between threads and need Node.js 22.22.3, 24.11.1, 25.1 or newer (its own check
 * says which) and an `import-in-the-middle` that has them.
 */
function registerHooks(folder: string, { moduleNames }: HookScope): EsmHooks {
  const options = moduleNames === 'all' ? undefined : { include: included(moduleNames) };
  const synchronous = join(folder, 'register-hooks.mjs');
  if (typeof module.registerHooks === 'function' && existsSync(synchronous)) {
    // A Node.js that has these hooks can require ES modules. What it exports is as its documentation says.
    const hooks = createRequire(import.meta.url)(synchronous) as SynchronousHooks;
    if (hooks.supportsSyncHooks()) {
      hooks.register(options);
      return 'in_thread';
    }
  }
  if (typeof module.register !== 'function') throw new Error('that needs Node.js 20.6 or newer');
  module.register(pathToFileURL(join(folder, 'hook.mjs')).href, { data: options });
  return 'off_thread';
}

/** As `import-in-the-middle` wants it: bare names for builtins and links, expressions for what is below node_modules. */
function included(moduleNames: Iterable<string>): (string | RegExp)[] {
  const include: (string | RegExp)[] = [];
  for (const name of new Set(moduleNames)) {
    if (isAbsolute(name)) {
      include.push(pathToFileURL(name).href);
    } else {
      include.push(name);
      if (!module.isBuiltin(name)) {
        include.push(new RegExp(`/node_modules/${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}/`));
      }
    }
  }
  return include;
}
