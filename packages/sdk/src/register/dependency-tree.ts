import type { Application } from './application.ts';
import { findPackage, type InstalledPackage, type PackageManifest } from './package-manifest.ts';

/** Packages looked at; an application with more is described by the nearest of them. */
export const MAX_DEPENDENCIES = 10_000;

export interface Dependency extends InstalledPackage {
  /** The chain of names from the application's own dependency to this one. */
  readonly path: readonly string[];
}

/**
 * Every installed package that an application depends on, nearest first; a package that is there twice comes twice. What
 * tracing itself depends on is left out.
 */
export function dependencyTree(application: Application): readonly Dependency[] {
  const found: Dependency[] = [];
  const seen = new Set<string>();
  const waiting: { readonly name: string; readonly folder: string; readonly path: readonly string[] }[] = [];
  const enqueue = (manifest: PackageManifest, folder: string, path: readonly string[]): void => {
    for (const list of [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies]) {
      for (const name of list.keys()) waiting.push({ name, folder, path });
    }
  };
  if (application.manifest !== undefined) enqueue(application.manifest, application.folder, []);
  for (let next = 0; next < waiting.length && found.length < MAX_DEPENDENCIES; next++) {
    const { name, folder, path } = waiting[next] ?? { name: '', folder: '', path: [] };
    const installed = findPackage(name, folder);
    if (installed === undefined || seen.has(installed.folder)) continue;
    seen.add(installed.folder);
    const dependency: Dependency = { ...installed, path: [...path, name] };
    found.push(dependency);
    if (!isTracing(name)) enqueue(installed.manifest, installed.folder, dependency.path);
  }
  return found;
}

function isTracing(name: string): boolean {
  return name.startsWith('@opentelemetry/') || name === '@throughline/sdk';
}
