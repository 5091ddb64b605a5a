import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { docsExamples } from './docs-examples.ts';
import { type HttpReceiver, startHttpReceiver } from './export/http-receiver.ts';

const TSC = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

let folder: string;
let receiver: HttpReceiver;

beforeAll(async () => {
  // Below the package, so that what an example imports is found as by the package itself.
  const parent = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'docs-'));
  receiver = await startHttpReceiver();
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await receiver[Symbol.asyncDispose]();
});

const examples = docsExamples();

async function outcomeOf(command: readonly string[], cwd: string): Promise<{ code: unknown; output: string }> {
  const environment = {
    ...process.env,
    NODE_COMPILE_CACHE: join(CACHE, 'throughline-tests'),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
  };
  const child = spawn(process.execPath, command, { cwd, env: environment, timeout: 60_000, killSignal: 'SIGKILL' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code]: unknown[] = await once(child, 'close');
  return { code, output };
}

test('every example has the types of what it uses', async () => {
  for (const [index, { place, code }] of examples.entries()) {
    writeFileSync(join(folder, `example-${index}.ts`), `${code}\nexport {};\n// ${place}\n`);
  }
  const compilerOptions = {
    noEmit: true,
    composite: false,
    incremental: false,
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
    allowImportingTsExtensions: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    erasableSyntaxOnly: false,
    types: ['node'],
    lib: ['es2024', 'dom', 'dom.iterable', 'esnext.decorators'],
  };
  const base = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: base, compilerOptions, include: ['example-*.ts'], exclude: [] }),
  );
  const { code, output } = await outcomeOf([TSC, '-p', 'tsconfig.json', '--pretty', 'false'], folder);
  const named = output.replaceAll(/example-(\d+)\.ts/g, (_, index) => examples[Number(index)]?.place ?? '');
  expect(named).toBe('');
  expect(code).toBe(0);
});

test.concurrent.each(examples.filter(({ isRun }) => isRun))('$place runs to its end', async ({ place, code }) => {
  const local = code.replaceAll(/https?:\/\/(?:localhost|collector\.example):(?:4318|9411|14268)/g, receiver.origin);
  // Decorators are compiled; the rest is only stripped of its types.
  const { code: script } = await transform(local, { loader: 'ts', format: 'esm', target: 'node20' });
  const own = join(folder, place.replaceAll(/\W/g, '-'));
  mkdirSync(own);
  writeFileSync(join(own, 'example.mjs'), script);
  const outcome = await outcomeOf(['--conditions=throughline-source', 'example.mjs'], own);
  expect(outcome.code, `${place}:\n${outcome.output}`).toBe(0);
});

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(5);
});
