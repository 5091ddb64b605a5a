// Imports point down the tiers only, and tiers 0 and 1 import nothing from outside the workspace.
// (That they see neither Node's nor the DOM's globals is what their tsconfig says: no types, no dom library.)
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { root } from './run.ts';

/** What each package may import of the others; the order is the tiers'. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  wire: ['model'],
  traceql: ['model'],
  analysis: ['model'],
  simulator: ['model'],
  sdk: ['model', 'wire'],
  store: ['model', 'wire', 'traceql'],
  collector: ['model', 'wire', 'traceql'],
  query: ['model', 'wire', 'traceql', 'analysis', 'store'],
  throughline: ['model', 'wire', 'traceql', 'analysis', 'simulator', 'sdk', 'store', 'collector', 'query', 'ui'],
  ui: ['model', 'traceql', 'analysis', 'query/client'],
};
const pure: ReadonlySet<string> = new Set(['model', 'wire', 'traceql', 'analysis', 'simulator']);

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const problems: string[] = [];
for (const file of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })) {
  const name = file.split('/')[1] ?? '';
  const mayImport = allowed[name];
  if (mayImport === undefined) {
    problems.push(`${file}: package ${name} has no tier; add it to scripts/check-tiers.ts and ARCHITECTURE.md`);
    continue;
  }
  const sourceRoot = resolve(root, 'packages', name, 'src');
  for (const match of readFileSync(resolve(root, file), 'utf8').matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? '';
    if (specifier.startsWith('.')) {
      const target = resolve(root, dirname(file), specifier);
      if (relative(sourceRoot, target).startsWith('..') && !/\.(json|sql)$/.test(specifier)) {
        problems.push(`${file}: ${specifier} leaves the package; import it by name`);
      }
    } else if (specifier.startsWith('@throughline/')) {
      const target = specifier.slice('@throughline/'.length);
      if (target.includes('/testing')) problems.push(`${file}: ${specifier} is for tests only`);
      else if (
        target.split('/')[0] !== name &&
        !mayImport.some((way) => target === way || target.startsWith(`${way}/`))
      ) {
        problems.push(`${file}: ${name} must not import ${target}`);
      }
    } else if (pure.has(name)) {
      problems.push(`${file}: ${specifier}: tiers 0 and 1 have no dependency`);
    } else if (name === 'ui' && isBuiltin(specifier)) {
      problems.push(`${file}: ${specifier}: the web app cannot import Node's modules`);
    }
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
