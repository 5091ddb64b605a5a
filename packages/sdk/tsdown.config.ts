import { defineConfig } from 'tsdown';

// What is published: each entry as ESM and as CommonJS with their declarations. `model` and `wire` are inlined, the
// packages of the application and optional peers are left to resolution.
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    register: 'src/register/register.ts',
    hooks: 'src/register/hooks.ts',
    bundler: 'src/bundler/index.ts',
    bundled: 'src/register/register-bundled.ts',
    'webpack-loader': 'src/bundler/webpack-loader.ts',
    record: 'src/doctor/record.ts',
    'exporter-worker': 'src/export/exporter-worker.ts',
    bin: 'src/bin/throughline-sdk.ts',
    command: 'src/bin/command.ts',
  },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  // TypeScript 7 has no compiler API to ask; with isolated declarations none is needed.
  dts: { oxc: true, sourcemap: false },
  sourcemap: false,
  inputOptions: { resolve: { conditionNames: ['throughline-source'] } },
  deps: { alwaysBundle: [/^@throughline\//], neverBundle: ['@opentelemetry/api', 'yaml'] },
  report: false,
});
