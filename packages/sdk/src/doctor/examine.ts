import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Environment } from '../config/environment-values.ts';
import { resolveTracingConfig } from '../config/resolve-config.ts';
import type { Application } from '../register/application.ts';
import { dependencyTree } from '../register/dependency-tree.ts';
import { type HttpChoice, httpChoice, httpTracing } from '../register/http-choice.ts';
import { instrumentationPackages } from '../register/instrumentation-packages.ts';
import { loadedInstrumentations, loadInstrumentations, type LoadOutcome } from '../register/load-instrumentations.ts';
import { type ModuleDefinition, moduleDefinitionsOf } from '../register/module-definitions.ts';
import { findPackage } from '../register/package-manifest.ts';
import { satisfies } from '../register/version-range.ts';
import type { BundleContents } from './bundle-contents.ts';
import type { ModuleDiagnosis } from './diagnosis.ts';
import { KNOWN_INSTRUMENTATIONS } from './known-instrumentations.ts';

/** What is known of an application without running it. */
export interface Examination {
  /** Undefined for a module that nobody instruments. */
  readonly diagnose: (
    name: string,
    version: string | undefined,
    path?: readonly string[],
  ) => ModuleDiagnosis | undefined;
  /** HTTP, and every package of the dependency tree and of the bundle that somebody instruments. */
  readonly modules: readonly ModuleDiagnosis[];
  readonly notes: readonly string[];
}

/** Looks at what is installed and at the environment. Instrumentation packages are loaded for it, the application is not. */
export function examine(application: Application, bundle: BundleContents, environment: Environment): Examination {
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const http = httpChoice(environment, note);
  const outcomes = loadInstrumentations(instrumentationPackages(application, environment, http), { enabled: false });
  const isDisabled = isTracingDisabled(environment, note);
  const diagnose: Examination['diagnose'] = (name, version, path) => {
    const found = diagnosePackage(name, version, bundle, outcomes);
    if (found === undefined) return undefined;
    const whole: ModuleDiagnosis = { ...found, ...(path === undefined ? {} : { path }) };
    return isDisabled ? disabled(whole) : whole;
  };
  const modules = diagnoseHttp(http, outcomes, environment).map((each) => (isDisabled ? disabled(each) : each));
  const seen = new Set<string>();
  for (const { name, manifest, path } of dependencyTree(application)) {
    const diagnosis = diagnose(name, manifest.version, path);
    if (diagnosis === undefined) continue;
    seen.add(name);
    modules.push(diagnosis);
  }
  for (const name of bundle.packages) {
    const diagnosis = seen.has(name) ? undefined : diagnose(name, bundle.prepared.get(name));
    if (diagnosis !== undefined) modules.push(diagnosis);
  }
  if ((environment['THROUGHLINE_ESM_HOOKS'] ?? '').trim().toLowerCase() === 'off') {
    note('THROUGHLINE_ESM_HOOKS is off: what is imported (not required) is not instrumented');
  }
  noteApiCopies(application, note);
  return { diagnose, modules, notes };
}

function isTracingDisabled(environment: Environment, note: (text: string) => void): boolean {
  try {
    return resolveTracingConfig({}, { environment, onWarning: note }).disabled;
  } catch (error) {
    note(`tracing is disabled; the configuration cannot be used: ${error instanceof Error ? error.message : ''}`);
    return true;
  }
}

function disabled({ name, version, path }: ModuleDiagnosis): ModuleDiagnosis {
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(path === undefined ? {} : { path }),
    status: 'not_traced',
    reason: 'tracing_is_disabled',
  };
}

function diagnosePackage(
  name: string,
  installedVersion: string | undefined,
  bundle: BundleContents,
  outcomes: readonly LoadOutcome[],
): ModuleDiagnosis | undefined {
  const version = bundle.prepared.get(name) ?? installedVersion;
  const subject = { name, ...(version === undefined ? {} : { version }) };
  const knowing = instrumenting(name, outcomes);
  if (knowing === undefined) {
    const known = KNOWN_INSTRUMENTATIONS.get(name);
    if (known === undefined) return undefined;
    const outcome = outcomes.find((each) => each.package.name === known);
    if (outcome !== undefined) return { ...subject, ...notLoaded(outcome) };
    return {
      ...subject,
      status: 'not_traced',
      reason: 'no_instrumentation_installed',
      detail: `npm install ${known}`,
    };
  }
  const instrumentation = labelOf(knowing.outcome);
  const ranges = supportedRanges(knowing.definitions);
  if (
    version !== undefined &&
    !satisfies(
      version,
      ranges,
      knowing.definitions.some((each) => each.includePrerelease === true),
    )
  ) {
    return {
      ...subject,
      status: 'not_traced',
      reason: 'unsupported_version',
      instrumentation,
      detail: `it supports ${ranges.join(' || ')}`,
    };
  }
  if (bundle.packages.has(name) && !bundle.prepared.has(name)) {
    return {
      ...subject,
      status: 'not_traced',
      reason: 'bundled',
      instrumentation,
      detail: 'it is inside the script; bundle with a plugin of @throughline/sdk/bundler, or leave it outside',
    };
  }
  return { ...subject, status: 'ready', instrumentation };
}

function instrumenting(
  name: string,
  outcomes: readonly LoadOutcome[],
): { readonly outcome: LoadOutcome; readonly definitions: readonly ModuleDefinition[] } | undefined {
  for (const outcome of outcomes) {
    const definitions = loadedInstrumentations([outcome])
      .flatMap(moduleDefinitionsOf)
      .filter((definition) => definition.name === name);
    if (definitions.length > 0) return { outcome, definitions };
  }
  return undefined;
}

/** Of the module itself and of its files: some instrumentations patch files only. */
function supportedRanges(definitions: readonly ModuleDefinition[]): readonly string[] {
  const ranges = definitions.flatMap(({ supportedVersions, files }) => [
    ...supportedVersions,
    ...files.flatMap((file) => file.supportedVersions),
  ]);
  return [...new Set(ranges)];
}

function labelOf({ package: { name, installed } }: LoadOutcome): string {
  return `${name} ${installed.manifest.version ?? ''}`.trim();
}

/** Of a package that instruments the module but was not loaded. */
function notLoaded(outcome: LoadOutcome): Omit<ModuleDiagnosis, 'name'> {
  const instrumentation = labelOf(outcome);
  const { result } = outcome;
  if (result.state === 'failed') {
    return { status: 'not_traced', reason: 'instrumentation_failed', instrumentation, detail: String(result.error) };
  }
  if (result.state === 'not_wanted' && result.why.reason === 'disabled_by_variable') {
    return { status: 'not_traced', reason: 'disabled_by_variable', instrumentation, detail: result.why.variable };
  }
  if (result.state === 'not_wanted') {
    return { status: 'not_traced', reason: 'off_by_default', instrumentation };
  }
  return {
    status: 'not_traced',
    reason: 'instrumentation_failed',
    instrumentation,
    detail: 'it patches no such module',
  };
}

/** Ours, or the official packages. */
function diagnoseHttp(
  choice: HttpChoice,
  outcomes: readonly LoadOutcome[],
  environment: Environment,
): ModuleDiagnosis[] {
  const own = httpTracing(choice, environment);
  return [
    { name: 'http', official: '@opentelemetry/instrumentation-http', isOn: typeof own === 'object' && own.incoming },
    { name: 'fetch', official: '@opentelemetry/instrumentation-undici', isOn: typeof own === 'object' && own.fetch },
  ].map(({ name, official, isOn }): ModuleDiagnosis => {
    if (isOn === true) return { name, status: 'ready', instrumentation: '@throughline/sdk' };
    if (choice === 'own') {
      return {
        name,
        status: 'not_traced',
        reason: 'disabled_by_variable',
        instrumentation: '@throughline/sdk',
        detail: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS or OTEL_NODE_DISABLED_INSTRUMENTATIONS',
      };
    }
    if (choice === 'off') return { name, status: 'not_traced', reason: 'http_is_off', detail: 'THROUGHLINE_HTTP' };
    const outcome = outcomes.find((each) => each.package.name === official);
    if (outcome === undefined) {
      return { name, status: 'not_traced', reason: 'no_instrumentation_installed', detail: `npm install ${official}` };
    }
    if (outcome.result.state !== 'loaded') return { name, ...notLoaded(outcome) };
    return { name, status: 'ready', instrumentation: labelOf(outcome) };
  });
}

/**
 * A copy of the API finds what another copy has registered only if its own minor version is not the newer one
 * (`isCompatible` in @opentelemetry/api).
 */
function noteApiCopies(application: Application, note: (text: string) => void): void {
  const own = findPackage('@opentelemetry/api', dirname(fileURLToPath(import.meta.url)))?.manifest.version;
  const theirs = findPackage('@opentelemetry/api', application.folder)?.manifest.version;
  if (theirs === undefined) {
    note('@opentelemetry/api is not installed where the application finds it: npm install @opentelemetry/api');
  } else if (own !== undefined && !satisfies(own, [`^${theirs.split('.', 2).join('.')}`])) {
    note(
      `the application has @opentelemetry/api ${theirs}, the SDK ${own}: spans that the application makes itself are ` +
        'lost unless the SDK has the same version or a newer one',
    );
  }
}
