import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

let listsAreFresh = false;

/** Installs Debian packages without a question; for CI machines, where nobody minds. Returns whether it worked. */
export function installDebianPackages(...packages: readonly string[]): boolean {
  listsAreFresh ||= aptGet('update', '-qq');
  return listsAreFresh && aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

function aptGet(...args: readonly string[]): boolean {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [command = 'env', ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** The first of these programs that is in one of the folders (default: those of `PATH`). */
export function findProgram(
  names: readonly string[],
  folders: readonly string[] = (process.env['PATH'] ?? '').split(delimiter),
): string | undefined {
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, name);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}
