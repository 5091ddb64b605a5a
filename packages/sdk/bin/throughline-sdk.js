#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it checks the version, then starts the program.
// In the repository the program runs from its TypeScript sources; the published package carries `dist` only.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  process.stderr.write(
    `throughline-sdk needs Node.js 20 or newer; this is ${process.version} (${process.execPath}).\n`,
  );
  process.exit(2);
}

const source = new URL('../src/bin/throughline-sdk.ts', import.meta.url);
if (existsSync(source)) {
  if (module.registerHooks === undefined) {
    process.stderr.write(
      'In the repository throughline-sdk runs on Node.js 24: start it with "npx throughline-sdk".\n',
    );
    process.exit(2);
  }
  module.registerHooks({
    resolve: (specifier, context, nextResolve) =>
      nextResolve(specifier, { ...context, conditions: [...context.conditions, 'throughline-source'] }),
  });
  await import(source.href);
} else {
  await import('../dist/bin.js');
}
