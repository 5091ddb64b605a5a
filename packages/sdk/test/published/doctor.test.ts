import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/doctor/diagnosis.ts';
import { runChild } from '../../testing/child-app.ts';
import { NODE_VERSIONS } from '../../testing/node-versions.ts';
import { installedPackage, type PackedSdk, packedSdk } from '../../testing/packed-sdk.ts';
import { type TemporaryApp, temporaryApp } from '../../testing/temporary-app.ts';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packedSdk();
});

const PACKAGES = [
  'express',
  'pg',
  'ioredis',
  '@opentelemetry/api',
  '@opentelemetry/instrumentation-express',
  '@opentelemetry/instrumentation-pg',
];
const USE = `console.log(typeof express, typeof pg); process.exitCode = 0;`;
const FILES = {
  'package.json': {
    name: 'shop',
    version: '1.0.0',
    dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '*'])),
  },
  'app.mjs': `import express from 'express'; import pg from 'pg'; ${USE}`,
  'app.cjs': `const express = require('express'); const pg = require('pg'); ${USE}`,
  'early.cjs': `globalThis.express = require('express');`,
  'held.cjs': `const pg = require('pg'); ${USE}`,
  // Starts tracing between the two.
  'late.cjs': `
    const express = require('express');
    const { startTracing } = require('@throughline/sdk');
    const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
    const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
    startTracing({ instrumentations: [new ExpressInstrumentation(), new PgInstrumentation()] });
    const pg = require('pg');
    ${USE}
  `,
  // Starts tracing in time and ends it while it runs.
  'brief.cjs': `
    const { startTracing } = require('@throughline/sdk');
    const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
    const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
    const tracing = startTracing({ instrumentations: [new ExpressInstrumentation(), new PgInstrumentation()] });
    const express = require('express');
    const pg = require('pg');
    tracing.shutdown().then(() => { ${USE} });
  `,
};

function shop(): TemporaryApp {
  const links = PACKAGES.map((name) => [`node_modules/${name}`, installedPackage(name)]);
  const app = temporaryApp(FILES, Object.fromEntries(links));
  cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
  return app;
}

/** The exit code, and what is said of each module. */
async function doctor(
  node: string,
  app: TemporaryApp,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<readonly [code: number | null, said: Readonly<Record<string, string>>]> {
  const bin = app.path('node_modules/@throughline/sdk/bin/throughline-sdk.js');
  const { code, stdout, stderr } = await runChild(node, [bin, 'doctor', '--json', ...args], app.folder, variables);
  if (stdout === '') throw new Error(stderr);
  // What `--json` prints.
  const { modules } = JSON.parse(stdout) as Diagnosis;
  return [code, Object.fromEntries(modules.map(({ name, status, reason }) => [name, reason ?? status]))];
}

/** It ends long before, unless it does not end at all. */
const RUN = ['--run', '--seconds', '50'];

describe.each(NODE_VERSIONS)('%s', (_name, node) => {
  test('without a run it says what can be told', async () => {
    using app = shop();
    const [code, said] = await doctor(node, app, ['app.mjs']);
    expect(said).toMatchObject({
      http: 'ready',
      fetch: 'ready',
      express: 'ready',
      pg: 'ready',
      ioredis: 'no_instrumentation_installed',
    });
    expect(code).toBe(1);
  });

  test.each(['app.mjs', 'app.cjs'])('%s is run, and what was instrumented is traced', async (script) => {
    using app = shop();
    const [code, said] = await doctor(node, app, [...RUN, script]);
    expect(said).toMatchObject({
      http: 'traced',
      express: 'traced',
      pg: 'traced',
      'pg-pool': 'traced',
      ioredis: 'not_loaded',
    });
    expect(code).toBe(0);
  });

  test('a module that was there before, or is imported without hooks, is a finding', async () => {
    using app = shop();
    const early = await doctor(node, app, [...RUN, 'held.cjs'], { NODE_OPTIONS: '--require ./early.cjs' });
    expect(early).toEqual([1, expect.objectContaining({ express: 'loaded_before_tracing', pg: 'traced' })]);
    const imported = await doctor(node, app, [...RUN, 'app.mjs'], { THROUGHLINE_ESM_HOOKS: 'off' });
    // Of pg, the CommonJS file behind the ES module is required and so patched.
    expect(imported).toEqual([1, expect.objectContaining({ express: 'imported_without_hooks' })]);
  });

  test('as it is: whether the application starts tracing in time', async () => {
    using app = shop();
    const late = await doctor(node, app, [...RUN, '--as-is', 'late.cjs']);
    expect(late).toEqual([
      1,
      expect.objectContaining({ http: 'traced', express: 'loaded_before_tracing', pg: 'traced' }),
    ]);
    const brief = await doctor(node, app, [...RUN, '--as-is', 'brief.cjs']);
    expect(brief).toEqual([0, expect.objectContaining({ http: 'traced', express: 'traced', pg: 'traced' })]);
    const never = await doctor(node, app, [...RUN, '--as-is', 'app.cjs']);
    expect(never).toEqual([
      1,
      expect.objectContaining({ http: 'tracing_is_not_started', pg: 'tracing_is_not_started' }),
    ]);
  });
});

test('for people it is a table; mistakes are told with a code', async () => {
  using app = shop();
  const bin = app.path('node_modules/@throughline/sdk/bin/throughline-sdk.js');
  const [table, absent, needless] = await Promise.all([
    runChild(process.execPath, [bin, 'doctor', 'app.cjs'], app.folder),
    runChild(process.execPath, [bin, 'doctor', 'absent.js'], app.folder),
    runChild(process.execPath, [bin, 'doctor', '--seconds', '3', 'app.cjs'], app.folder),
  ]);
  expect(table.stdout).toMatch(/^ {2}express 5\.\S+ +ready by @opentelemetry\/instrumentation-express 0\.\S+$/m);
  expect(table.stdout).toMatch(/^ {2}pg-pool \S+ \(of pg\) +ready by /m);
  expect(table.stdout).toContain(
    'NOT traced: no instrumentation is installed for it (npm install @opentelemetry/instrumentation-ioredis)',
  );
  expect(table.stdout).toContain('1 module is not traced: ioredis.');
  expect(absent).toMatchObject({ code: 2, stderr: 'throughline-sdk: invalid_usage: there is no script absent.js\n' });
  expect(needless).toMatchObject({ code: 2, stderr: 'throughline-sdk: invalid_usage: --seconds is for --run\n' });
});
