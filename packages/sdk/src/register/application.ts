import { dirname, join, resolve, sep } from 'node:path';

import { foldersUp, type PackageManifest, readManifest } from './package-manifest.ts';

/** The application that runs: whose packages are looked at. */
export interface Application {
  /** Of its package.json; without one, of its script. */
  readonly folder: string;
  readonly manifest: PackageManifest | undefined;
}

/**
 * The application that a script belongs to: the nearest package.json with a name above it. A script that was installed
 * (`node_modules/.bin/next`) belongs to whoever installed it. Without a package.json there, or without a script, the
 * working directory decides.
 *
 * @param script as `process.argv[1]`
 */
export function findApplication(script: string | undefined, workingDirectory: string): Application {
  const ownFolder =
    script === undefined || script === '' ? undefined : folderOfOwner(resolve(workingDirectory, script));
  const folders = ownFolder === undefined ? [workingDirectory] : [ownFolder, workingDirectory];
  for (const start of folders) {
    for (const folder of foldersUp(start)) {
      const manifest = readManifest(folder);
      if (manifest?.name !== undefined) return { folder, manifest };
    }
  }
  return { folder: folders[0] ?? workingDirectory, manifest: undefined };
}

function folderOfOwner(script: string): string {
  const at = script.indexOf(join(sep, 'node_modules', sep));
  return at === -1 ? dirname(script) : script.slice(0, at) || sep;
}
