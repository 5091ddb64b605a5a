#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it checks the version, then starts the program.
// In the repository the program runs from its TypeScript sources; the published package carries `dist` only.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `throughline needs Node.js 22.18 or newer; this is ${process.version} (${process.execPath}).\n` +
      'In the repository, "npm ci" installs a suitable Node.js: start with "npm start" or "npx throughline".\n',
  );
  process.exit(1);
}

// The embedded engine answers on libuv's pool: every query session needs a thread. Read once, when the pool starts.
// A program that `run` starts inherits the environment and keeps its own size.
if (process.argv[2] !== 'run') process.env.UV_THREADPOOL_SIZE ??= '16';
module.enableCompileCache?.();

const source = new URL('../src/main.ts', import.meta.url);
if (existsSync(source)) {
  module.registerHooks({
    resolve: (specifier, context, nextResolve) =>
      nextResolve(specifier, { ...context, conditions: [...context.conditions, 'throughline-source'] }),
  });
  await import(source.href);
} else {
  await import('../dist/main.js');
}
