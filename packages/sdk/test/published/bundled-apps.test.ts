import { build as esbuild } from 'esbuild';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { Stats } from 'webpack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../../testing/child-app.ts';
import { NODE_VERSIONS } from '../../testing/node-versions.ts';
import { installedPackage, type PackedSdk, packedSdk, repository } from '../../testing/packed-sdk.ts';
import { type SpanReceiver, startSpanReceiver } from '../../testing/span-receiver.ts';
import { type TemporaryApp, temporaryApp } from '../../testing/temporary-app.ts';

let packed: PackedSdk;
let app: TemporaryApp;
beforeAll(async () => {
  packed = await packedSdk();
  app = bundledApp();
});
afterAll(() => app[Symbol.dispose]());

type Bundler = typeof import('../../src/bundler/index.ts');

/** Express answers a request, and pg fails to connect: both are seen by their instrumentations only if they are patched. */
const APP = `
  import { trace } from '@opentelemetry/api';
  import express from 'express';
  import pg from 'pg';
  const app = express();
  app.get('/orders/:id', (request, response) => response.json({ id: request.params.id }));
  const server = app.listen(0, '127.0.0.1', async () => {
    const response = await fetch('http://127.0.0.1:' + server.address().port + '/orders/7');
    console.log(await response.text());
    await new pg.Client({ host: '127.0.0.1', port: 1 }).connect().catch(() => {});
    trace.getTracer('app').startSpan('done').end();
    process.stdin.resume().on('end', () => server.close());
  });
`;

const PACKAGES = [
  'express',
  'pg',
  '@opentelemetry/api',
  '@opentelemetry/instrumentation-express',
  '@opentelemetry/instrumentation-pg',
];

function bundledApp(): TemporaryApp {
  const made = temporaryApp(
    {
      'package.json': {
        name: 'app',
        version: '1.0.0',
        dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '*'])),
      },
      'plain.mjs': APP,
      'traced.mjs': `import '@throughline/sdk/register';\n${APP}`,
    },
    Object.fromEntries(PACKAGES.map((name) => [`node_modules/${name}`, installedPackage(name)])),
  );
  cpSync(packed.folder, made.path('node_modules/@throughline/sdk'), { recursive: true });
  return made;
}

function plugins(): Bundler {
  // By its path: this process resolves under the condition that leads to the sources.
  return createRequire(import.meta.url)(app.path('node_modules/@throughline/sdk/dist/bundler.cjs')) as Bundler;
}

/** Gives the bundle's file, made of `entry` with or without the plugin. */
type Build = (entry: string, withPlugin: boolean) => Promise<string>;

/** With the banner that the documentation asks for. */
function toEsm(minify: boolean): Build {
  return async (entry, withPlugin) => {
    const page = readFileSync(join(repository, 'docs/sdk-bundlers.md'), 'utf8');
    const outfile = app.path('out/esbuild.mjs');
    await esbuild({
      entryPoints: [app.path(entry)],
      bundle: true,
      minify,
      platform: 'node',
      format: 'esm',
      external: ['pg-native'],
      banner: { js: /^`banner: \{ js: "(.+)" \}`\.$/m.exec(page)?.[1] ?? '' },
      outfile,
      plugins: withPlugin ? [plugins().throughlineEsbuild({ root: app.folder })] : [],
      logLevel: 'silent',
    });
    return outfile;
  };
}

const BUILDERS: Readonly<Record<string, Build>> = {
  'esbuild to CommonJS': async (entry, withPlugin) => {
    const outfile = app.path('out/esbuild.cjs');
    const { warnings } = await esbuild({
      entryPoints: [app.path(entry)],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['pg-native'],
      outfile,
      plugins: withPlugin ? [plugins().throughlineEsbuild({ root: app.folder })] : [],
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    return outfile;
  },
  'esbuild to ESM': toEsm(false),
  'esbuild to minified ESM': toEsm(true),
  webpack: async (entry, withPlugin) => {
    const { default: webpack } = await import('webpack');
    const compiler = webpack({
      mode: 'development',
      devtool: false,
      target: 'node20',
      context: app.folder,
      entry: app.path(entry),
      externals: { 'pg-native': 'commonjs pg-native' },
      output: { path: app.path('out'), filename: 'webpack.cjs' },
      plugins: withPlugin ? [new (plugins().ThroughlineWebpackPlugin)({ root: app.folder })] : [],
    });
    if (compiler === null) throw new Error('webpack does not start');
    const stats = await new Promise<Stats | undefined>((resolve, reject) => {
      compiler.run((error, result) => (error === null ? resolve(result) : reject(error)));
    });
    expect(stats?.toJson({ errors: true }).errors).toEqual([]);
    return app.path('out/webpack.cjs');
  },
  'vite for a server': async (entry, withPlugin) => {
    const { build: vite } = await import('vite');
    await vite({
      root: app.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: withPlugin ? [plugins().throughlineVite({ root: app.folder })] : [],
      ssr: { noExternal: true, external: ['pg-native'] },
      build: {
        ssr: app.path(entry),
        outDir: app.path('out'),
        rollupOptions: { output: { entryFileNames: 'vite.mjs' } },
      },
    });
    return app.path('out/vite.mjs');
  },
};

/** What the bundle's spans are on each of these versions of Node.js; all at once. */
function spansOn(
  versions: typeof NODE_VERSIONS,
  args: readonly string[],
  place: TemporaryApp,
): Promise<readonly (readonly string[])[]> {
  return Promise.all(
    versions.map(async ([, node]) => {
      await using receiver = await startSpanReceiver();
      return await spansOf(node, args, place, receiver);
    }),
  );
}

async function spansOf(
  node: string,
  args: readonly string[],
  app: TemporaryApp,
  receiver: SpanReceiver,
): Promise<readonly string[]> {
  await using child = startChild(node, args, app.folder, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '10',
  });
  await Promise.race([receiver.until((spans) => spans.some(({ name }) => name === 'done')), child.ended]);
  child.finish();
  const result = await child.ended;
  expect(result, result.stderr).toMatchObject({ code: 0, stdout: '{"id":"7"}\n' });
  return receiver.spans.map(({ scope, name }) => `${scope.name.split('/').at(-1)}: ${name}`).toSorted();
}

/** Runs a bundle where nothing is installed but, if it is to be registered from outside, the SDK. */
function deployed(bundle: string, withNodeModules: boolean): TemporaryApp {
  const app = temporaryApp(
    {
      'package.json': {
        name: 'deployed',
        dependencies: { '@opentelemetry/instrumentation-express': '*', '@opentelemetry/instrumentation-pg': '*' },
      },
      [basename(bundle)]: readFileSync(bundle, 'utf8'),
    },
    withNodeModules
      ? Object.fromEntries(PACKAGES.slice(2).map((each) => [`node_modules/${each}`, installedPackage(each)]))
      : {},
  );
  if (withNodeModules) cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
  return app;
}

/** What needs no plugin. */
const PLAIN = ['app: done', 'http: GET', 'http: GET /orders/:id'];
/** The route, and the names of Express's own spans, are those of functions that a minifier may rename. */
const INSTRUMENTED = [
  'app: done',
  'http: GET',
  'http: GET /orders/:id',
  expect.stringMatching(/^instrumentation-express: /),
  'instrumentation-pg: pg.connect',
];

const REGISTERED = ['--import', '@throughline/sdk/register'];

describe.each(Object.entries(BUILDERS))('%s', (_builder, build) => {
  test('registered from outside, the modules in the bundle are instrumented', async () => {
    const bundle = await build('plain.mjs', true);
    using place = deployed(bundle, true);
    const spans = await spansOn(NODE_VERSIONS, [...REGISTERED, place.path(basename(bundle))], place);
    expect(spans).toEqual(NODE_VERSIONS.map(() => INSTRUMENTED));
  });

  test('the import of register brings tracing into the bundle', async () => {
    const bundle = await build('traced.mjs', true);
    using place = deployed(bundle, false);
    const spans = await spansOn(NODE_VERSIONS, [place.path(basename(bundle))], place);
    expect(spans).toEqual(NODE_VERSIONS.map(() => INSTRUMENTED));
  });
});

test('without the plugin the modules in a bundle are not instrumented', async () => {
  const bundle = await BUILDERS['esbuild to CommonJS']?.('plain.mjs', false);
  using place = deployed(bundle ?? '', true);
  const spans = await spansOn(NODE_VERSIONS.slice(0, 1), [...REGISTERED, place.path(basename(bundle ?? ''))], place);
  expect(spans).toEqual([PLAIN]);
});

test('a bundle for a browser is left alone', async () => {
  writeFileSync(app.path('web.mjs'), "import pg from 'pg'; console.log(pg);");
  const { outputFiles } = await esbuild({
    entryPoints: [app.path('web.mjs')],
    bundle: true,
    platform: 'neutral',
    mainFields: ['main'],
    packages: 'bundle',
    write: false,
    external: ['pg*', 'node:*'],
    plugins: [plugins().throughlineEsbuild({ root: app.folder })],
    logLevel: 'silent',
  });
  expect(outputFiles[0]?.text).not.toContain('bundled modules');
});
