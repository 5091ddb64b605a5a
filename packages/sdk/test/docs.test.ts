import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { docsExamples } from './docs-examples.ts';
import { type ChildResult, runChild } from '../testing/child-app.ts';
import { startHttpReceiver } from './export/http-receiver.ts';

const TSC = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

let folder: string;

beforeAll(async () => {
  // Below the package, so that what an example imports is found as by the package itself.
  const parent = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'docs-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const examples = docsExamples();

const run = (
  command: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<ChildResult> =>
  runChild(process.execPath, command, cwd, { NODE_COMPILE_CACHE: join(CACHE, 'throughline-tests'), ...variables });

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
  const { code, stdout } = await run([TSC, '-p', 'tsconfig.json', '--pretty', 'false'], folder);
  const named = stdout.replaceAll(/example-(\d+)\.ts/g, (_, index) => examples[Number(index)]?.place ?? '');
  expect(named).toBe('');
  expect(code).toBe(0);
});

/** OTLP, Zipkin and Jaeger over HTTP. */
const RECEIVER = /https?:\/\/(?:localhost|collector\.example):(?:4318|9411|14268)/g;

/** Whether it makes spans and exports them to such a receiver, which is also the default. */
function isExporting(code: string): boolean {
  const hasReceiver = code.search(RECEIVER) >= 0 || !/exporters:/i.test(code);
  return hasReceiver && code.includes('startTracing(') && /Span\(|fetch\(/.test(code);
}

/** Of lines such as `console.log(1 + 1); // 2, and more words`: what they print. */
function promisedLines(code: string): readonly string[] {
  return [...code.matchAll(/^(?:(?!\/\/).)*console\.log\(.*\/\/ (.*?)(?:, .*)?$/gm)].map(([, text = '']) => text);
}

test.concurrent.each(examples.filter(({ isRun }) => isRun))('$place does what it says', async ({ place, code }) => {
  await using receiver = await startHttpReceiver();
  // Every trace is sampled, so that there are spans to receive.
  const local = code.replaceAll(RECEIVER, receiver.origin).replaceAll(/\brate: 0\.\d+/g, 'rate: 1');
  // Decorators are compiled; the rest is only stripped of its types.
  const { code: script } = await transform(local, { loader: 'ts', format: 'esm', target: 'node20' });
  const own = join(folder, place.replaceAll(/\W/g, '-'));
  mkdirSync(own);
  writeFileSync(join(own, 'example.mjs'), script);
  const {
    code: exitCode,
    stdout,
    stderr,
  } = await run(['--conditions=throughline-source', 'example.mjs'], own, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
  });
  const output = `${place}:\n${stdout}${stderr}`;
  expect(exitCode, output).toBe(0);
  expect(stderr).not.toMatch(/^throughline (?:warn|error):/m);
  const promised = promisedLines(code);
  expect(
    stdout.split('\n').filter((line) => promised.includes(line)),
    output,
  ).toEqual(promised);
  expect(receiver.requests.length > 0, output).toBe(isExporting(code));
});

test('there are examples of each kind', () => {
  expect(examples.length).toBeGreaterThan(5);
  expect(examples.filter(({ code }) => isExporting(code)).length).toBeGreaterThan(5);
  expect(examples.filter(({ code }) => promisedLines(code).length > 0).length).toBeGreaterThan(3);
});
