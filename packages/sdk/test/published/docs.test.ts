import { cpSync, readdirSync, readFileSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../../testing/child-app.ts';
import { installedPackage, type PackedSdk, packedSdk, repository } from '../../testing/packed-sdk.ts';
import { startSpanReceiver } from '../../testing/span-receiver.ts';
import { type TemporaryApp, temporaryApp } from '../../testing/temporary-app.ts';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packedSdk();
});

/** What the fences of a language in a page hold, with what stands behind the language. */
function fences(page: string, language: string): readonly (readonly [name: string, text: string])[] {
  const text = readFileSync(join(repository, 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}(?: (\\S+))?\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, name = '', code = '']) => [name, code] as const,
  );
}

const SERVER = `
  const app = express();
  app.get('/orders/:id', (request, response) => response.json({ id: request.params.id }));
  const server = app.listen(0, async () => {
    await fetch('http://localhost:' + server.address().port + '/orders/7');
    server.close();
  });
`;
const PACKAGES = [
  'express',
  '@opentelemetry/api',
  '@opentelemetry/instrumentation-express',
  '@opentelemetry/instrumentation-router',
];
const FILES = {
  'package.json': {
    name: 'shop',
    version: '1.0.0',
    dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '*'])),
  },
  'app.js': `const express = require('express'); ${SERVER}`,
  'traced-app.mjs': `
    import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
    import { startTracing } from '@throughline/sdk';
    startTracing({ instrumentations: [new ExpressInstrumentation()] });
    const { default: express } = await import('express');
    ${SERVER}
  `,
};

function shop(...more: readonly string[]): TemporaryApp {
  const app = temporaryApp(
    FILES,
    Object.fromEntries([...PACKAGES, ...more].map((name) => [`node_modules/${name}`, installedPackage(name)])),
  );
  cpSync(packed.folder, app.path('node_modules/@throughline/sdk'), { recursive: true });
  mkdirSync(app.path('node_modules/.bin'));
  symlinkSync('../@throughline/sdk/bin/throughline-sdk.js', app.path('node_modules/.bin/throughline-sdk'));
  return app;
}

const commands = fences('sdk-no-code.md', 'sh').map(([, text]) => text.replace(/^npm install .*\n/m, ''));

test.each(commands)('%s', async (command) => {
  await using receiver = await startSpanReceiver();
  using app = shop();
  const result = await runChild(
    'sh',
    ['-ec', command.replaceAll('http://localhost:4318', receiver.endpoint)],
    app.folder,
    {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    },
  );
  expect(result.code, result.stderr).toBe(0);
  if (command.includes('doctor')) {
    expect(result.stdout).toContain('express');
    return;
  }
  const scopes = new Set(receiver.spans.map(({ scope, name }) => `${scope.name.split('/').at(-1)} ${name}`));
  expect(scopes).toContain('http GET /orders/:id');
  expect([...scopes].some((scope) => scope.startsWith('instrumentation-express '))).toBe(true);
});

test('there are commands', () => {
  expect(commands.length).toBeGreaterThan(5);
});

const scripts = new Map(fences('sdk-bundlers.md', 'js'));

describe.each(['build-esbuild.mjs', 'build-vite.mjs', 'build-webpack.mjs'])('%s', (script) => {
  test('bundles the server, which is traced', async () => {
    await using receiver = await startSpanReceiver();
    using app = shop('esbuild', 'vite', 'webpack');
    for (const [name, text] of scripts) writeFileSync(app.path(name), text);
    const built = await runChild(process.execPath, [script], app.folder);
    expect(built.code, built.stderr).toBe(0);
    const [bundle = ''] = readdirSync(app.path('dist'));
    // Where nothing is installed.
    using place = temporaryApp({ [bundle]: readFileSync(app.path(join('dist', bundle)), 'utf8') });
    const result = await runChild(process.execPath, [bundle], place.folder, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    });
    expect(result.code, result.stderr).toBe(0);
    const names = receiver.spans.map(({ scope, name }) => `${scope.name.split('/').at(-1)} ${name}`);
    expect(names).toContain('http GET /orders/:id');
    expect(names.some((name) => name.startsWith('instrumentation-express '))).toBe(true);
  });
});
