import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { runChild, startChild } from '../../testing/child-app.ts';
import { NODE_VERSIONS } from '../../testing/node-versions.ts';
import { installedPackage, type PackedSdk, packedSdk } from '../../testing/packed-sdk.ts';
import { type SpanReceiver, startSpanReceiver } from '../../testing/span-receiver.ts';
import { type TemporaryApp, temporaryApp } from '../../testing/temporary-app.ts';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packedSdk();
});

/** Makes three spans whose parents show that the context is kept, and ends when its input does. */
const WORK = `
  const tracer = trace.getTracer('app');
  await tracer.startActiveSpan('outer', async (outer) => {
    await new Promise((resolve) => setImmediate(resolve));
    tracer.startActiveSpan('inner', (inner) => {
      tracer.startSpan('leaf').end();
      inner.end();
    });
    outer.end();
  });
`;
const UNTIL_INPUT_ENDS = `process.stdin.resume().on('end', () => process.exit(0));`;

const FILES = {
  'package.json': { name: 'app', version: '1.0.0' },
  'esm.mjs': `
    import { trace } from '@opentelemetry/api';
    import { startTracing } from '@throughline/sdk';
    const tracing = startTracing();
    ${WORK}
    await tracing.shutdown();
  `,
  'common.cjs': `
    const { trace } = require('@opentelemetry/api');
    const { startTracing } = require('@throughline/sdk');
    const tracing = startTracing();
    (async () => {
      ${WORK}
      await tracing.shutdown();
    })();
  `,
  // Both copies of the SDK in one process.
  'both.mjs': `
    import { trace } from '@opentelemetry/api';
    import { createRequire } from 'node:module';
    import { startTracing } from '@throughline/sdk';
    const common = createRequire(import.meta.url)('@throughline/sdk');
    if (common.startTracing === startTracing) throw new Error('there is only one copy');
    const tracing = startTracing();
    if (common.startTracing() !== tracing) throw new Error('the copies do not know of each other');
    ${WORK}
    await tracing.shutdown();
  `,
  'plain.mjs': `import { trace } from '@opentelemetry/api'; ${WORK} ${UNTIL_INPUT_ENDS}`,
  'plain.cjs': `const { trace } = require('@opentelemetry/api'); (async () => { ${WORK} })(); ${UNTIL_INPUT_ENDS}`,
  'threads.mjs': `
    import { Worker } from 'node:worker_threads';
    const workers = [1, 2].map(() => new Worker(new URL('./thread.mjs', import.meta.url)));
    process.stdin.resume().on('end', () => {
      for (const worker of workers) worker.postMessage('end');
    });
    process.stdin.on('end', () => process.stdin.unref?.());
  `,
  'thread.mjs': `
    import { trace } from '@opentelemetry/api';
    import { parentPort } from 'node:worker_threads';
    ${WORK}
    parentPort.once('message', () => parentPort.close());
  `,
};

function installedApp(): TemporaryApp {
  const app = temporaryApp(FILES, { 'node_modules/@opentelemetry/api': installedPackage('@opentelemetry/api') });
  cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
  return app;
}

const variables = ({ endpoint }: SpanReceiver): Readonly<Record<string, string>> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_SERVICE_NAME: 'shop',
  OTEL_BSP_SCHEDULE_DELAY: '10',
});

/** Every span as its name behind those of its parents; spans without their parent show as such. */
function paths({ spans }: SpanReceiver): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans
    .map((span) => {
      let path = span.name;
      for (let id = span.parentSpanId; id !== '';) {
        const parent = byId.get(id);
        path = `${parent?.name ?? 'missing'}/${path}`;
        id = parent?.parentSpanId ?? '';
      }
      return path;
    })
    .toSorted();
}
const ONE_RUN = ['outer', 'outer/inner', 'outer/inner/leaf'];

test('npm installs the tarball without a network, and it runs', async () => {
  await using receiver = await startSpanReceiver();
  using app = temporaryApp(FILES);
  const flags = ['--offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  const installed = await runChild('npm', ['install', ...flags, packed.tarball], app.folder);
  expect(installed.code, installed.stderr).toBe(0);
  cpSync(installedPackage('@opentelemetry/api'), app.path('node_modules/@opentelemetry/api'), { recursive: true });
  const result = await runChild(process.execPath, ['esm.mjs'], app.folder, variables(receiver));
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(paths(receiver)).toEqual(ONE_RUN);
  const help = await runChild(app.path('node_modules/.bin/throughline-sdk'), ['--version'], app.folder);
  expect(help).toMatchObject({ code: 0, stdout: '0.1.0\n' });
});

describe.each(NODE_VERSIONS)('%s', (_name, node) => {
  test.each(['esm.mjs', 'common.cjs', 'both.mjs'])('%s starts tracing itself', async (script) => {
    await using receiver = await startSpanReceiver();
    using app = installedApp();
    const result = await runChild(node, [script], app.folder, variables(receiver));
    expect(result.code, result.stderr).toBe(0);
    expect(paths(receiver)).toEqual(ONE_RUN);
    expect(receiver.spans[0]?.resource.attributes.get('service.name')).toBe('shop');
  });

  test.each([
    ['--import', 'plain.mjs'],
    ['--import', 'plain.cjs'],
    ['--require', 'plain.mjs'],
    ['--require', 'plain.cjs'],
  ])('%s @throughline/sdk/register %s', async (flag, script) => {
    await using receiver = await startSpanReceiver();
    using app = installedApp();
    await using child = startChild(node, [flag, '@throughline/sdk/register', script], app.folder, variables(receiver));
    await receiver.until((spans) => spans.length === 3);
    child.finish();
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    expect(paths(receiver)).toEqual(ONE_RUN);
  });

  test('both ways to register at once trace once', async () => {
    await using receiver = await startSpanReceiver();
    using app = installedApp();
    const register = '@throughline/sdk/register';
    const args = ['--require', register, '--import', register, 'plain.mjs'];
    await using child = startChild(node, args, app.folder, variables(receiver));
    await receiver.until((spans) => spans.length >= 3);
    child.finish();
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    expect(paths(receiver)).toEqual(ONE_RUN);
  });

  test('worker threads are traced, each over one connection of its own', async () => {
    await using receiver = await startSpanReceiver();
    using app = installedApp();
    const args = ['--import', '@throughline/sdk/register', 'threads.mjs'];
    await using child = startChild(node, args, app.folder, variables(receiver));
    await receiver.until((spans) => spans.length === 6);
    child.finish();
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    expect(paths(receiver)).toEqual(ONE_RUN.flatMap((path) => [path, path]));
    // The main thread made no span and opened none.
    expect(receiver.connectionCount).toBe(2);
  });
});
