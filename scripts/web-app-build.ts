import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.ts';

const APP = join(root, 'packages/ui');
/** What the app is built from, besides its own sources the packages that it reads from theirs. */
const SOURCES = [
  ...['src', 'public', 'index.html', 'vite.config.ts', 'compressed-files.ts', 'package.json'].map((path) =>
    join(APP, path),
  ),
  ...['model', 'wire', 'traceql', 'analysis', 'query'].map((name) => join(root, 'packages', name, 'src')),
];

/** Builds the web app if a source is newer than what is built, so that browser tests see what they should. */
export async function buildWebAppIfStale(): Promise<number> {
  const built = statSync(join(APP, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Math.max(...SOURCES.map(newestMs)) < built) return 0;
  return run('npm', ['run', 'build', '--workspace=packages/ui']);
}

function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
