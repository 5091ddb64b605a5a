import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const packages = resolve(import.meta.dirname, '../../..');

/** Every module that a bundle of the client holds, and every name that is imported from outside of the packages. */
function bundled(entry: string): { readonly files: ReadonlySet<string>; readonly outside: ReadonlySet<string> } {
  const files = new Set<string>();
  const outside = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const source = readFileSync(file, 'utf8');
    for (const [, typeOnly, name = ''] of source.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)) {
      if (typeOnly !== undefined) continue;
      const sibling = /^@throughline\/([a-z]+)$/.exec(name)?.[1];
      if (name.startsWith('.')) queue.push(resolve(dirname(file), name));
      else if (sibling !== undefined) queue.push(resolve(packages, sibling, 'src/index.ts'));
      else outside.add(name);
    }
    for (const [name] of source.matchAll(/\bnode:[a-z]+|\brequire\(/g)) outside.add(name);
  }
  return { files, outside };
}

it('bundles for browsers: only the client itself, the model and the codecs', () => {
  const { files, outside } = bundled(resolve(packages, 'query/src/client/index.ts'));
  expect([...outside]).toEqual([]);
  expect([...files].every((file) => existsSync(file))).toBe(true);
  const rooms = new Set([...files].map((file) => relative(packages, file).split('/src/')[0]));
  expect(rooms).toEqual(new Set(['model', 'query', 'wire']));
  expect([...files].filter((file) => file.includes('/query/')).every((file) => file.includes('/src/client/'))).toBe(
    true,
  );
});
