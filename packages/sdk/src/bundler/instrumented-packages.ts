import { existsSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, isAbsolute, join, relative, sep } from 'node:path';

import { findApplication } from '../register/application.ts';
import { dependencyTree } from '../register/dependency-tree.ts';
import { type InstrumentationPackage, instrumentationPackages } from '../register/instrumentation-packages.ts';
import { loadedInstrumentations, loadInstrumentations } from '../register/load-instrumentations.ts';
import { manifestReader, packageOfFile } from '../register/loaded-packages.ts';
import { moduleDefinitionsOf } from '../register/module-definitions.ts';
import type { InstalledPackage } from '../register/package-manifest.ts';
import { publishingCode } from './publishing-code.ts';

export interface BundlerPluginOptions {
  /** The application's folder. Default: the working directory. */
  readonly root?: string;
  /**
   * More packages (`pg`) or files of packages (`pg/lib/client.js`) to make ready, for instrumentations that are not
   * installed where the bundle is made.
   */
  readonly modules?: readonly string[];
}

/** What an application's instrumentations want of its packages, asked while they are bundled. */
export interface InstrumentedPackages {
  /** Names of packages. */
  readonly names: ReadonlySet<string>;
  /** Instrumentation packages that have something to do in this application. */
  readonly instrumentations: readonly InstrumentationPackage[];
  /** Whether an import is one of a package that is instrumented. */
  readonly concerns: (specifier: string) => boolean;
  /**
   * The CommonJS file that `require` in `folder` would give for such an import: only its exports can be patched. What
   * there is only as an ES module is undefined and told to `warn`, once.
   */
  readonly resolve: (specifier: string, folder: string, warn: (message: string) => void) => string | undefined;
  /** What must be put behind a file; undefined for most. */
  readonly codeBehind: (file: string) => string | undefined;
}

/** Looks at what is installed; the instrumentations are made but not enabled. */
export function instrumentedPackages(options: BundlerPluginOptions): InstrumentedPackages {
  const application = findApplication(undefined, options.root ?? process.cwd());
  const wanted = new WantedFiles();
  for (const name of options.modules ?? []) wanted.add(name);
  const installed = new Set(dependencyTree(application).map(({ name }) => name));
  const useful: InstrumentationPackage[] = [];
  for (const outcome of loadInstrumentations(instrumentationPackages(application, {}, 'official'), {
    enabled: false,
  })) {
    const definitions = loadedInstrumentations([outcome]).flatMap(moduleDefinitionsOf);
    const named = definitions.filter(({ name }) => !isBuiltin(name) && !isAbsolute(name));
    for (const { name, files } of named) {
      wanted.add(name);
      for (const file of files) wanted.add(file.name.replaceAll('\\', '/'));
    }
    if (outcome.result.state !== 'loaded') continue;
    if (
      named.length < definitions.length ||
      definitions.length === 0 ||
      named.some(({ name }) => installed.has(name))
    ) {
      useful.push(outcome.package);
    }
  }
  const told = new Set<string>();
  return {
    names: wanted.packages,
    instrumentations: useful,
    concerns: (specifier) => wanted.packages.has(packageNameOf(specifier)),
    resolve: (specifier, folder, warn) => {
      const path = commonJsFile(specifier, folder);
      if (path !== undefined || told.has(specifier)) return path;
      told.add(specifier);
      warn(
        `${specifier} has no CommonJS file that could be instrumented in the bundle; ` +
          'leave it out of the bundle (external) to have it instrumented when it is imported',
      );
      return undefined;
    },
    codeBehind: (file) => {
      const found = fileOfPackage(file);
      if (found === undefined || isEsModule(file, found.package)) return undefined;
      const isMain = wanted.mains.has(found.package.name) && isMainOf(found.package, file);
      const path = `${found.package.name}/${found.path}`;
      if (!isMain && !wanted.files.has(path)) return undefined;
      return publishingCode({
        module: found.package.name,
        version: found.package.manifest.version ?? '',
        path,
        isMain,
      });
    },
  };
}

class WantedFiles {
  readonly packages: Set<string> = new Set();
  /** Packages whose main file is wanted. */
  readonly mains: Set<string> = new Set();
  /** `pg/lib/client.js` */
  readonly files: Set<string> = new Set();

  add(name: string): void {
    const packageName = packageNameOf(name);
    this.packages.add(packageName);
    if (name === packageName) this.mains.add(name);
    else this.files.add(name);
  }
}

/** `@scope/name/file.js` is of `@scope/name`; '' for paths and other schemes. */
function packageNameOf(specifier: string): string {
  return /^(?:@[^/:]+\/)?[^./:\\][^/:\\]*/.exec(specifier)?.[0] ?? '';
}

/** Undefined if it cannot be resolved, or to an ES module only. */
function commonJsFile(specifier: string, folder: string): string | undefined {
  let path: string;
  try {
    path = createRequire(join(folder, 'resolve.cjs')).resolve(specifier);
  } catch {
    return undefined;
  }
  const found = fileOfPackage(path);
  return found === undefined || isEsModule(path, found.package) ? undefined : path;
}

interface FileOfPackage {
  readonly package: InstalledPackage;
  /** Relative to the package's folder, with forward slashes. */
  readonly path: string;
}

const manifestOf = manifestReader();

function fileOfPackage(file: string): FileOfPackage | undefined {
  const owner = packageOfFile(file);
  const manifest = owner === undefined ? undefined : manifestOf(owner.folder);
  if (owner === undefined || manifest === undefined) return undefined;
  return {
    package: { name: manifest.name ?? owner.name, folder: owner.folder, manifest },
    path: relative(owner.folder, file).split(sep).join('/'),
  };
}

/** By its name, or by the nearest package.json: packages mark folders of theirs with one. */
function isEsModule(file: string, { folder, manifest }: InstalledPackage): boolean {
  if (extname(file) !== '.js') return extname(file) !== '.cjs' && extname(file) !== '';
  for (let each = dirname(file); each.length > folder.length; each = dirname(each)) {
    const path = join(each, 'package.json');
    if (existsSync(path)) return /"type"\s*:\s*"module"/.test(readFileSync(path, 'utf8'));
  }
  return manifest.type === 'module';
}

function isMainOf({ name, folder }: InstalledPackage, file: string): boolean {
  try {
    // From where the package is installed, its name leads to its main file.
    return createRequire(join(folder, '..', 'resolve.cjs')).resolve(name) === file;
  } catch {
    return false;
  }
}
