import { basename } from 'node:path';
import { isMainThread, parentPort } from 'node:worker_threads';

/** Programs that only start others, by the names of their scripts. */
const LAUNCHERS: ReadonlySet<string> = new Set([
  'npm-cli.js',
  'npx-cli.js',
  'npm',
  'npx',
  'pnpm.cjs',
  'pnpm.mjs',
  'pnpm',
  'pnpx.cjs',
  'yarn.js',
  'yarn.cjs',
  'yarn',
  'corepack.js',
  'corepack',
]);

/**
 * Whether a process is one that its owner wants traced. `NODE_OPTIONS` also reaches the package manager in
 * `npm start`, which would appear as a service of its own.
 *
 * @param script as `process.argv[1]`
 */
export function isTracedProcess(script: string | undefined): boolean {
  return script === undefined || !LAUNCHERS.has(basename(script));
}

/** Whether this is the thread that Node.js runs loader hooks in. `--require` reaches it too, but no application runs there. */
export function isLoaderThread(): boolean {
  return !isMainThread && parentPort === null;
}
