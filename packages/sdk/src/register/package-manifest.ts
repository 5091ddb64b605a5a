import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { readSmallFile } from '../resource/surroundings.ts';

const MAX_MANIFEST_BYTES = 1_048_576;
const MAX_FOLDERS_UP = 64;

/** What is read of a package.json. Maps from a package's name to the wanted range. */
export interface PackageManifest {
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** `module`: its .js files are ES modules. */
  readonly type: string | undefined;
  readonly dependencies: ReadonlyMap<string, string>;
  readonly optionalDependencies: ReadonlyMap<string, string>;
  readonly peerDependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlyMap<string, string>;
}

/** A package on the disk; its folder is the real one, not a link to it. */
export interface InstalledPackage {
  readonly name: string;
  readonly folder: string;
  readonly manifest: PackageManifest;
}

/** The manifest in `folder`; undefined if there is none that can be read. */
export function readManifest(folder: string): PackageManifest | undefined {
  const text = readSmallFile(join(folder, 'package.json'), MAX_MANIFEST_BYTES);
  if (text === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  const textOf = (key: string): string | undefined => {
    const value: unknown = Reflect.get(content, key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const mapOf = (key: string): ReadonlyMap<string, string> => {
    const value: unknown = Reflect.get(content, key);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  };
  return {
    name: textOf('name'),
    version: textOf('version'),
    type: textOf('type'),
    dependencies: mapOf('dependencies'),
    optionalDependencies: mapOf('optionalDependencies'),
    peerDependencies: mapOf('peerDependencies'),
    devDependencies: mapOf('devDependencies'),
  };
}

/** `folder` and those above it, nearest first. */
export function* foldersUp(folder: string): Generator<string> {
  let current = folder;
  for (let depth = 0; depth < MAX_FOLDERS_UP; depth++) {
    yield current;
    const above = dirname(current);
    if (above === current) return;
    current = above;
  }
}

/** The package that code in `folder` gets for `name`, whatever the package exports; undefined if it is not installed. */
export function findPackage(name: string, folder: string): InstalledPackage | undefined {
  for (const each of foldersUp(folder)) {
    const candidate = join(each, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return installedPackage(name, candidate);
  }
  return process.versions['pnp'] === undefined ? undefined : findPlugAndPlay(name, folder);
}

function installedPackage(name: string, folder: string): InstalledPackage | undefined {
  const manifest = readManifest(folder);
  return manifest === undefined ? undefined : { name, folder: realpathSync(folder), manifest };
}

/** Yarn's Plug'n'Play has no node_modules; its patched resolution knows the packages. */
function findPlugAndPlay(name: string, folder: string): InstalledPackage | undefined {
  let entry: string;
  try {
    entry = createRequire(join(folder, 'resolve.cjs')).resolve(name);
  } catch {
    return undefined;
  }
  for (const each of foldersUp(dirname(entry))) {
    const manifest = readManifest(each);
    if (manifest?.name === name) return { name, folder: each, manifest };
  }
  return undefined;
}
