import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { applyReports } from '../../src/doctor/apply-reports.ts';
import { bundleContents } from '../../src/doctor/bundle-contents.ts';
import { type ModuleDiagnosis } from '../../src/doctor/diagnosis.ts';
import { type Examination, examine } from '../../src/doctor/examine.ts';
import { KNOWN_INSTRUMENTATIONS } from '../../src/doctor/known-instrumentations.ts';
import type { ProcessReport } from '../../src/doctor/process-report.ts';
import { publishingCode } from '../../src/bundler/publishing-code.ts';
import { findApplication } from '../../src/register/application.ts';
import { instrumentationPackages } from '../../src/register/instrumentation-packages.ts';
import { loadedInstrumentations, loadInstrumentations } from '../../src/register/load-instrumentations.ts';
import { moduleDefinitionsOf } from '../../src/register/module-definitions.ts';
import { fakePackage, temporaryApp } from '../../testing/temporary-app.ts';

test('the known packages are those that the installed official instrumentations patch', () => {
  const application = findApplication(new URL('../../../../e2e/app.mjs', import.meta.url).pathname, '/');
  const installed = new Map<string, string>();
  const outcomes = loadInstrumentations(instrumentationPackages(application, {}, 'official'), { enabled: false });
  for (const outcome of outcomes) {
    for (const { name } of loadedInstrumentations([outcome]).flatMap(moduleDefinitionsOf)) {
      if (!isBuiltin(name)) installed.set(name, outcome.package.name);
    }
  }
  const known = new Map(KNOWN_INSTRUMENTATIONS);
  known.delete('@prisma/client');
  expect(Object.fromEntries(installed)).toEqual(Object.fromEntries(known));
});

/** The source of an instrumentation package. */
function instrumentation(module: string, supportedVersions: readonly string[]): string {
  return `
    exports.OneInstrumentation = class {
      instrumentationName = 'one';
      _modules = [{ name: '${module}', supportedVersions: ${JSON.stringify(supportedVersions)}, files: [], patch() {} }];
      enable() {} disable() {} setTracerProvider() {}
    };
  `;
}

const OFFICIAL = '@opentelemetry/instrumentation-';
const DEPENDENCIES = [
  'ready',
  'old',
  'pg',
  'express',
  'mysql',
  'framework',
  'bundled',
  'prepared',
  'unknown',
  '@opentelemetry/api',
];
const INSTRUMENTATIONS = ['ready', 'old', 'express', 'mysql', 'deep', 'bundled', 'prepared'];

function app(): ReturnType<typeof temporaryApp> {
  const packages = DEPENDENCIES.map((name) =>
    fakePackage(
      name,
      name === '@opentelemetry/api' ? '1.99.0' : '2.0.0',
      '',
      name === 'framework' ? { dependencies: { deep: '2' } } : {},
    ),
  );
  const instrumentations = INSTRUMENTATIONS.map((name) =>
    fakePackage(
      OFFICIAL + name,
      '0.1.0',
      name === 'mysql' ? 'throw new Error("boom")' : instrumentation(name, [name === 'old' ? '>=1 <2' : '>=1 <3']),
    ),
  );
  return temporaryApp({
    'package.json': {
      name: 'shop',
      version: '1.0.0',
      dependencies: Object.fromEntries(
        [...DEPENDENCIES, ...INSTRUMENTATIONS.map((name) => OFFICIAL + name)].map((name) => [name, '*']),
      ),
    },
    ...Object.assign({}, ...packages, ...instrumentations, fakePackage('deep', '2.0.1', '')),
  });
}

const BUNDLE = `
  var __commonJS = (cb, mod) => {};
  // node_modules/bundled/index.js
  ${publishingCode({ module: 'prepared', version: '2.1.0', path: 'prepared/index.js', isMain: true })}
  // node_modules/inside/index.js
`;

function examined(environment: Readonly<Record<string, string>> = {}, bundle = ''): Examination {
  using folder = app();
  return examine(findApplication(folder.path('app.js'), '/'), bundleContents(bundle), environment);
}

/** Without HTTP: what is said of each, shortly. */
function said({ modules }: Examination): Record<string, string> {
  return Object.fromEntries(
    modules
      .filter(({ name }) => name !== 'http' && name !== 'fetch')
      .map(({ name, status, reason, detail, path }) => [
        path === undefined ? name : path.join(' > '),
        [reason ?? status, detail].filter((part) => part !== undefined).join(': '),
      ]),
  );
}

test('every module says why it is not traced', () => {
  expect(said(examined({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express' }, BUNDLE))).toEqual({
    ready: 'ready',
    old: 'unsupported_version: it supports >=1 <2',
    pg: 'no_instrumentation_installed: npm install @opentelemetry/instrumentation-pg',
    express: 'disabled_by_variable: OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    mysql: 'instrumentation_failed: Error: boom',
    'framework > deep': 'ready',
    bundled: 'bundled: it is inside the script; bundle with a plugin of @throughline/sdk/bundler, or leave it outside',
    prepared: 'ready',
  });
  expect(examined({}, BUNDLE).modules.find(({ name }) => name === 'prepared')?.version).toBe('2.1.0');
});

test('what is disabled as a whole is so for each', () => {
  const examination = examined({ OTEL_SDK_DISABLED: 'true' });
  expect(new Set(examination.modules.map(({ reason }) => reason))).toEqual(new Set(['tracing_is_disabled']));
});

test('HTTP is traced by whom the variables say', () => {
  const http = (environment: Readonly<Record<string, string>>): readonly (string | undefined)[] =>
    examined(environment)
      .modules.filter(({ name }) => name === 'http' || name === 'fetch')
      .map(({ status, reason }) => reason ?? status);
  expect(http({})).toEqual(['ready', 'ready']);
  expect(http({ THROUGHLINE_HTTP: 'off' })).toEqual(['http_is_off', 'http_is_off']);
  expect(http({ THROUGHLINE_HTTP: 'official' })).toEqual(Array(2).fill('no_instrumentation_installed'));
  expect(http({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' })).toEqual(['disabled_by_variable', 'ready']);
});

test('notes tell of what concerns all modules', () => {
  const { notes } = examined({ THROUGHLINE_ESM_HOOKS: 'off', OTEL_TRACES_SAMPLER: 'alway_on' });
  expect(notes).toEqual([
    expect.stringContaining('OTEL_TRACES_SAMPLER: "alway_on" is ignored'),
    'THROUGHLINE_ESM_HOOKS is off: what is imported (not required) is not instrumented',
    expect.stringContaining('the application has @opentelemetry/api 1.99.0'),
  ]);
});

test('a script that is no bundle contains nothing, whatever it mentions', () => {
  expect(bundleContents("require('./node_modules/pg/lib/index.js')").packages).toEqual(new Set());
  expect(bundleContents(BUNDLE)).toEqual({
    packages: new Set(['prepared', 'bundled', 'inside']),
    prepared: new Map([['prepared', '2.1.0']]),
  });
  const minified =
    'var a=Symbol.for("@throughline/sdk bundled modules 1"),b={module:"pg",version:"8.1.0",path:"pg/lib/index.js",isMain:!0}';
  expect(bundleContents(minified).prepared).toEqual(new Map([['pg', '8.1.0']]));
});

const REPORT: ProcessReport = {
  pid: 1,
  threadId: 0,
  script: 'app.js',
  tracingStarted: true,
  esmHooks: 'in_thread',
  patched: [],
  loadedBefore: [],
  loaded: [],
};
const READY: ModuleDiagnosis = { name: 'pg', version: '8.0.0', status: 'ready', instrumentation: 'x 1.0.0' };
const examinationOf = (...modules: ModuleDiagnosis[]): Examination => ({
  modules,
  notes: [],
  diagnose: (name, version) =>
    name === 'redis' ? { name, ...(version === undefined ? {} : { version }), status: 'ready' } : undefined,
});

test.each<[string, ModuleDiagnosis, Partial<ProcessReport>]>([
  ['traced', READY, { patched: [{ name: 'pg', version: '8.1.0' }] }],
  ['instrumentation_failed', READY, { patched: [{ name: 'pg', version: '8.1.0', error: 'Error: boom' }] }],
  ['not_loaded', READY, {}],
  ['loaded_before_tracing', READY, { loadedBefore: ['pg'], loaded: [{ name: 'pg', version: '8', by: 'require' }] }],
  ['imported_without_hooks', READY, { esmHooks: 'none', loaded: [{ name: 'pg', version: '8', by: 'import' }] }],
  ['not_patched', READY, { loaded: [{ name: 'pg', version: '8', by: 'import' }] }],
  ['not_patched', READY, { esmHooks: 'none', loaded: [{ name: 'pg', version: '8', by: 'require' }] }],
  ['tracing_is_not_started', READY, { tracingStarted: false, loaded: [{ name: 'pg', version: '8', by: 'require' }] }],
  ['bundled', { ...READY, status: 'not_traced', reason: 'bundled' }, {}],
  ['not_loaded', { ...READY, status: 'not_traced', reason: 'unsupported_version' }, {}],
  ['traced', { ...READY, name: 'http' }, {}],
])('what happened corrects what was expected: %s', (expected, module, report) => {
  const [corrected] = applyReports(examinationOf(module), [{ ...REPORT, ...report }]);
  expect(corrected?.reason ?? corrected?.status).toBe(expected);
});

test('a module that no package.json leads to is found when it is loaded', () => {
  const loaded = ['redis', 'left-pad'].map((name) => ({ name, version: '5.0.0', by: 'require' as const }));
  const found = applyReports(examinationOf(), [{ ...REPORT, loaded, patched: [{ name: 'redis', version: '5.0.0' }] }]);
  expect(found).toEqual([{ name: 'redis', version: '5.0.0', status: 'traced' }]);
});
