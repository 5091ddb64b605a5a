import { cpSync, globSync, existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, expect, test } from 'vitest';
import { runChild } from '../../testing/child-app.ts';
import { installedPackage, type PackedSdk, packedSdk } from '../../testing/packed-sdk.ts';
import { temporaryApp } from '../../testing/temporary-app.ts';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packedSdk();
});

const manifest = (): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(packed.folder, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;

test('what is published asks for nothing but its peers', () => {
  expect(manifest()['dependencies']).toBeUndefined();
  expect(manifest()['peerDependencies']).toEqual({ '@opentelemetry/api': '^1.9.0', yaml: '^2.0.0' });
  const allowed = new Set(['@opentelemetry/api', 'yaml']);
  const files = globSync('**/*.{js,cjs,ts,cts}', { cwd: packed.folder });
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const text = readFileSync(join(packed.folder, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(
      /(?:^(?:import|export)\b[^"'\n]*|\brequire\(|\bimport\()["']([^"'./][^"'\n]*)["']/gm,
    )) {
      expect(isBuiltin(specifier) || allowed.has(specifier), `${file} imports ${specifier}`).toBe(true);
    }
  }
});

test('the text of its licence is in it', () => {
  expect(readFileSync(join(packed.folder, 'LICENSE'), 'utf8')).toContain('Apache License');
});

test('every export leads to files that are there, the sources excepted', () => {
  const targets: string[] = [];
  const walk = (value: unknown, key: string): void => {
    if (key === 'throughline-source') return;
    if (typeof value === 'string') targets.push(value);
    else for (const [name, inner] of Object.entries(value as Readonly<Record<string, unknown>>)) walk(inner, name);
  };
  walk(manifest()['exports'], '');
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets) expect(existsSync(join(packed.folder, target)), target).toBe(true);
});

test('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: packed.folder, pack: false, strict: true });
  const said = messages.map((message) => formatMessage(message, manifest(), { color: false }));
  expect(said.filter((text) => !text?.includes('throughline-source'))).toEqual([]);
});

test('its types have no generic arrays of bytes, which TypeScript before 5.7 does not know', () => {
  const files = globSync('**/*.d.{ts,cts}', { cwd: packed.folder });
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const text = readFileSync(join(packed.folder, file), 'utf8');
    expect(text.match(/.*\b(?:[A-Z]\w*\dArray|DataView|Buffer)<.*/), file).toBeNull();
  }
});

const CONSUMER = `
  import { trace } from '@opentelemetry/api';
  import { createTracerProvider, memoryExporter, startTracing, type Tracing, type TracingOptions } from '@throughline/sdk';
  const options: TracingOptions = { serviceName: 'shop', sampler: { type: 'parent_based', rate: 0.5 } };
  const tracing: Tracing = startTracing(options);
  const exporter = memoryExporter();
  trace.setGlobalTracerProvider(createTracerProvider({ exporters: [exporter] }));
  export const names: readonly string[] = exporter.spans.map((span) => span.name);
  export const done: Promise<void> = tracing.shutdown();
  // @ts-expect-error There is no such sampler.
  startTracing({ sampler: { type: 'sometimes' } });
`;

test('its types are whole for ESM and for CommonJS', async () => {
  using app = temporaryApp(
    {
      'package.json': { name: 'app' },
      'tsconfig.json': {
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          lib: ['es2024', 'esnext.disposable'],
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          types: ['node'],
          skipLibCheck: false,
        },
        include: ['*.mts', '*.cts'],
      },
      'esm.mts': CONSUMER,
      'common.cts': CONSUMER,
    },
    {
      'node_modules/@opentelemetry/api': installedPackage('@opentelemetry/api'),
      'node_modules/@types/node': installedPackage('@types/node'),
      'node_modules/yaml': installedPackage('yaml'),
    },
  );
  cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
  const tsc = join(installedPackage('typescript'), 'bin/tsc');
  const { stdout, code } = await runChild(process.execPath, [tsc, '-p', '.'], app.folder);
  expect([code, stdout]).toEqual([0, '']);
});
