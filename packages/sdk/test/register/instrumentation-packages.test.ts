import { diag } from '@opentelemetry/api';
import { createRequire } from 'node:module';
import { afterEach, expect, test } from 'vitest';
import { findApplication } from '../../src/register/application.ts';
import { type HttpChoice, httpTracing } from '../../src/register/http-choice.ts';
import { instrumentationPackages, type NotWanted } from '../../src/register/instrumentation-packages.ts';
import { loadedInstrumentations, loadInstrumentations } from '../../src/register/load-instrumentations.ts';
import { moduleDefinitionsOf } from '../../src/register/module-definitions.ts';
import type { Instrumentation } from '../../src/start/instrumentation.ts';
import { fakePackage, temporaryApp } from '../../testing/temporary-app.ts';

/** The workspace that depends on `@opentelemetry/auto-instrumentations-node`. */
const e2e = new URL('../../../../e2e/package.json', import.meta.url);
const application = findApplication(new URL('app.mjs', e2e).pathname, '/');

const made: Instrumentation[] = [];
afterEach(() => {
  for (const instrumentation of made.splice(0)) instrumentation.disable();
  diag.disable();
});

const ENVIRONMENTS = [
  {},
  { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg, express,fs' },
  { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg,ioredis' },
  { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg,express', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg' },
];

test.each(ENVIRONMENTS)('the choice is that of getNodeAutoInstrumentations: %j', (environment) => {
  const { getNodeAutoInstrumentations } = createRequire(e2e)('@opentelemetry/auto-instrumentations-node') as {
    getNodeAutoInstrumentations: () => Instrumentation[];
  };
  const before = { ...process.env };
  Object.assign(process.env, environment);
  const official = getNodeAutoInstrumentations();
  process.env = before;
  const outcomes = loadInstrumentations(instrumentationPackages(application, environment, 'official'));
  const own = loadedInstrumentations(outcomes);
  made.push(...official, ...own);
  expect(own.map((each) => each.instrumentationName).toSorted()).toEqual(
    official.map((each) => each.instrumentationName).toSorted(),
  );
  expect(own.length).toBeGreaterThan(0);
});

test('our own HTTP instrumentation replaces the official ones', () => {
  const notWanted = (http: HttpChoice): Record<string, NotWanted | undefined> =>
    Object.fromEntries(
      instrumentationPackages(application, {}, http)
        .filter(({ name }) => /-(?:http|undici|net)$/.test(name))
        .map((each) => [each.name.split('-').at(-1) ?? '', each.notWanted]),
    );
  expect(notWanted('own')).toEqual({
    http: { reason: 'replaced_by_own_http' },
    undici: { reason: 'replaced_by_own_http' },
    net: undefined,
  });
  expect(notWanted('official')).toEqual({ http: undefined, undici: undefined, net: undefined });
});

test('the variables that turn the official HTTP instrumentations off turn ours off', () => {
  expect(httpTracing('own', {})).toEqual({ incoming: true, outgoing: true, fetch: true });
  expect(httpTracing('own', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' })).toEqual({
    incoming: false,
    outgoing: false,
    fetch: true,
  });
  expect(httpTracing('own', { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg,http' })).toMatchObject({
    incoming: true,
    fetch: false,
  });
  expect(httpTracing('off', {})).toBe('off');
});

const INSTRUMENTATION = `
  class Base { enable() {} disable() {} setTracerProvider() {} }
  exports.BrokenHelperInstrumentation = class {};
  exports.QueueInstrumentation = class extends Base { instrumentationName = 'queue' };
`;

test('packages come from the package.json too; one that fails does not stop the rest', () => {
  using app = temporaryApp({
    'package.json': {
      name: 'shop',
      dependencies: {
        '@opentelemetry/instrumentation-broken': '1',
        '@opentelemetry/instrumentation-empty': '1',
        'opentelemetry-instrumentation-queue': '1',
        '@acme/opentelemetry-instrumentation-absent': '1',
        express: '5',
      },
      devDependencies: { '@prisma/instrumentation': '7' },
    },
    ...fakePackage('@opentelemetry/instrumentation-broken', '1.0.0', 'throw new Error("boom")'),
    ...fakePackage('@opentelemetry/instrumentation-empty', '1.0.1', 'module.exports = { Instrumentation: 1 }'),
    ...fakePackage('opentelemetry-instrumentation-queue', '1.0.2', INSTRUMENTATION),
    ...fakePackage('@prisma/instrumentation', '1.0.3', INSTRUMENTATION),
  });
  const outcomes = loadInstrumentations(instrumentationPackages(findApplication(app.path('a.js'), '/'), {}, 'own'));
  expect(
    outcomes.map(({ package: { name, installed }, result }) => [
      name,
      installed.manifest.version,
      result.state === 'failed' ? String(result.error) : result.state,
    ]),
  ).toEqual([
    ['@opentelemetry/instrumentation-broken', '1.0.0', 'Error: boom'],
    ['@opentelemetry/instrumentation-empty', '1.0.1', 'Error: it exports no instrumentation'],
    ['opentelemetry-instrumentation-queue', '1.0.2', 'loaded'],
    ['@prisma/instrumentation', '1.0.3', 'loaded'],
  ]);
  expect(loadedInstrumentations(outcomes).map((each) => each.instrumentationName)).toEqual(['queue', 'queue']);
});

test('the definitions are those that the official base class patches', () => {
  const outcomes = loadInstrumentations(
    instrumentationPackages(application, { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg' }, 'own'),
  );
  const [pg] = loadedInstrumentations(outcomes);
  if (pg === undefined) throw new Error('instrumentation-pg is not installed');
  made.push(pg);
  expect(moduleDefinitionsOf(pg).map(({ name }) => name)).toEqual(['pg', 'pg-pool']);
  expect(moduleDefinitionsOf(pg)[0]?.files.map(({ name }) => name)).toContain('pg/lib/client.js');
  expect(moduleDefinitionsOf({} as Instrumentation)).toEqual([]);
});

test('an instrumentation that is made of others has their definitions', () => {
  const outcomes = loadInstrumentations(
    instrumentationPackages(application, { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'redis' }, 'own'),
  );
  const redis = loadedInstrumentations(outcomes);
  made.push(...redis);
  expect(redis.flatMap(moduleDefinitionsOf).map(({ name }) => name)).toEqual([
    'redis',
    '@redis/client',
    '@node-redis/client',
  ]);
});
