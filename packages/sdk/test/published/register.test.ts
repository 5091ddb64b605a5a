import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../../testing/child-app.ts';
import { NODE_VERSIONS } from '../../testing/node-versions.ts';
import { installedPackage, type PackedSdk, packedSdk } from '../../testing/packed-sdk.ts';
import { type SpanReceiver, startSpanReceiver } from '../../testing/span-receiver.ts';
import { fakePackage, type TemporaryApp, temporaryApp } from '../../testing/temporary-app.ts';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packedSdk();
});

/** A server answers one request of its own; `done` is the last span. */
const WORK = `
  const app = express();
  app.get('/orders/:id', (request, response) => response.json({ id: request.params.id }));
  const server = app.listen(0, '127.0.0.1', async () => {
    const { port } = server.address();
    await (await fetch('http://127.0.0.1:' + port + '/orders/7')).text();
    await new Promise((resolve) => http.get({ host: '127.0.0.1', port, path: '/orders/8' }, (response) => response.resume().on('end', resolve)));
    await new pg.Client({ host: '127.0.0.1', port: 1 }).connect().catch(() => {});
    trace.getTracer('app').startSpan('done').end();
    process.stdin.resume().on('end', () => process.exit(0));
  });
`;
const NAMES = ['express', 'pg', '@opentelemetry/api', '@opentelemetry/auto-instrumentations-node'];
const BROKEN = '@opentelemetry/instrumentation-broken';
const FILES = {
  'package.json': {
    name: 'shop',
    version: '1.2.3',
    dependencies: Object.fromEntries([...NAMES, BROKEN].map((name) => [name, '*'])),
  },
  'app.mjs': `
    import { trace } from '@opentelemetry/api';
    import express from 'express';
    import http from 'node:http';
    import pg from 'pg';
    ${WORK}
  `,
  'app.cjs': `
    const { trace } = require('@opentelemetry/api');
    const express = require('express');
    const http = require('node:http');
    const pg = require('pg');
    ${WORK}
  `,
  'npm-cli.js': `
    const { trace } = require('@opentelemetry/api');
    process.stdout.write(String(trace.getTracer('x').startSpan('y').isRecording()));
  `,
  ...fakePackage(BROKEN, '1.0.0', 'throw new Error("it is broken")'),
};

function shop(): TemporaryApp {
  const app = temporaryApp(
    FILES,
    Object.fromEntries(NAMES.map((name) => [`node_modules/${name}`, installedPackage(name)])),
  );
  cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
  return app;
}

/** What a run of the application says on stderr; its spans are with the receiver. */
async function run(
  node: string,
  app: TemporaryApp,
  args: readonly string[],
  receiver: SpanReceiver,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  await using child = startChild(node, args, app.folder, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '10',
    ...variables,
  });
  await Promise.race([receiver.until((spans) => spans.some(({ name }) => name === 'done')), child.ended]);
  child.finish();
  const { code, stderr } = await child.ended;
  expect(code, stderr).toBe(0);
  return stderr;
}

/** How many spans of each scope and name there are, connections and name look-ups left out. */
function counted({ spans }: SpanReceiver): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { scope, name } of spans) {
    const key = `${scope.name.split('/').at(-1)}: ${name}`;
    if (!/^instrumentation-(?:net|dns):/.test(key)) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const EXPRESS = {
  'instrumentation-express: request handler': 2,
  'instrumentation-router: middleware - patched': 2,
  'instrumentation-router: request handler - /orders/:id': 2,
};
const OWN = { 'http: GET': 2, 'http: GET /orders/:id': 2 };
const REST = { 'app: done': 1, 'instrumentation-pg: pg.connect': 1 };

describe.each(NODE_VERSIONS)('%s', (_name, node) => {
  test.each([
    ['--import', 'app.mjs'],
    ['--require', 'app.cjs'],
  ])('%s register %s: what is installed is used, what is broken is skipped', async (flag, script) => {
    await using receiver = await startSpanReceiver();
    using app = shop();
    const stderr = await run(node, app, [flag, '@throughline/sdk/register', script], receiver);
    expect(counted(receiver)).toEqual({ ...EXPRESS, ...OWN, ...REST });
    expect(stderr).toBe(
      `throughline warn: instrumentation ${BROKEN} 1.0.0 cannot be loaded and is skipped: Error: it is broken\n`,
    );
    const [span] = receiver.spans;
    expect(span?.resource.attributes.get('service.name')).toBe('shop');
    // The server's span continues the trace of the client's.
    const byId = new Map(receiver.spans.map((each) => [each.spanId, each]));
    const servers = receiver.spans.filter(({ name, kind }) => name === 'GET /orders/:id' && kind === 2);
    expect(servers.map(({ parentSpanId }) => byId.get(parentSpanId)?.name)).toEqual(['GET', 'GET']);
  });

  test('HTTP is left to the official instrumentations, or to nobody, when that is asked for', async () => {
    using app = shop();
    for (const [choice, expected] of [
      [
        'official',
        {
          // Without the instrumentation of Express it does not know the route.
          'instrumentation-http: GET': 3,
          'instrumentation-undici: GET': 1,
        },
      ],
      ['off', {}],
    ] as const) {
      await using receiver = await startSpanReceiver();
      await run(node, app, ['--import', '@throughline/sdk/register', 'app.mjs'], receiver, {
        THROUGHLINE_HTTP: choice,
        OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici',
      });
      const http = Object.entries(counted(receiver)).filter(([key]) =>
        /^(?:http|instrumentation-(?:http|undici)):/.test(key),
      );
      expect(Object.fromEntries(http)).toEqual(expected);
    }
  });

  test('variables choose among the instrumentations', async () => {
    await using receiver = await startSpanReceiver();
    using app = shop();
    const stderr = await run(node, app, ['--import', '@throughline/sdk/register', 'app.mjs'], receiver, {
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg,http',
    });
    expect(counted(receiver)).toEqual({ ...REST, 'http: GET': 1, 'http: GET /orders/:id': 2 });
    expect(stderr).toBe('');
  });
});

test('package managers and disabled processes are not traced', async () => {
  using app = shop();
  const recording = async (variables: Readonly<Record<string, string>>, script: string): Promise<string> => {
    await using child = startChild(process.execPath, ['--import', '@throughline/sdk/register', script], app.folder, {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'none',
      ...variables,
    });
    return (await child.ended).stdout;
  };
  expect(await recording({}, 'npm-cli.js')).toBe('false');
  cpSync(app.path('npm-cli.js'), app.path('server.cjs'));
  cpSync(app.path('npm-cli.js'), app.path('other.cjs'));
  expect(await recording({}, 'server.cjs')).toBe('true');
  expect(await recording({ OTEL_SDK_DISABLED: 'true' }, 'other.cjs')).toBe('false');
});
