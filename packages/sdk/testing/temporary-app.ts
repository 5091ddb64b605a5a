import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with an application in it, gone when it is disposed of. */
export interface TemporaryApp extends Disposable {
  readonly folder: string;
  /** The absolute path of a file in it. */
  readonly path: (name: string) => string;
}

/**
 * @param files their text by path; objects are written as JSON
 * @param links what they point to, by path: folders of installed packages for `node_modules/...`
 * @param name of the folder, after which it ends in random letters
 */
export function temporaryApp(
  files: Readonly<Record<string, string | object>>,
  links: Readonly<Record<string, string>> = {},
  name = 'throughline-app-',
): TemporaryApp {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), name));
  const path = (file: string): string => join(folder, file);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(path(link)), { recursive: true });
    symlinkSync(target, path(link), 'junction');
  }
  return {
    folder,
    path,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A package that exports what `source` says, as CommonJS. */
export function fakePackage(
  name: string,
  version: string,
  source: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, string | object>> {
  return {
    [`node_modules/${name}/package.json`]: { name, version, main: 'index.js', ...more },
    [`node_modules/${name}/index.js`]: source,
  };
}
