import { diag } from '@opentelemetry/api';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

import { environmentReader } from '../config/environment-values.ts';
import { startRecorder } from '../doctor/recorder.ts';
import { enableInstrumentations } from '../start/instrumentation.ts';
import { startTracing } from '../start/start-tracing.ts';
import { type Application, findApplication } from './application.ts';
import { type EsmHooks, installEsmHooks } from './esm-hooks.ts';
import { httpChoice, httpTracing } from './http-choice.ts';
import { instrumentationPackages } from './instrumentation-packages.ts';
import { type LoadOutcome, loadedInstrumentations, loadInstrumentations } from './load-instrumentations.ts';
import { moduleDefinitionsOf } from './module-definitions.ts';
import { currentRegistration, type Registration, setRegistration } from './registration.ts';
import { isLoaderThread, isTracedProcess } from './traced-process.ts';

/** A thread may be ended at any moment by the one that started it: what it has not exported by then is lost. */
const WORKER_SCHEDULE_DELAY_MS = 1000;

/**
 * What `--import @throughline/sdk/register` does: starts tracing as the environment says, loads the instrumentations that
 * the application has installed, and lets them see what is imported. Once per thread. Never throws: an application
 * that cannot be traced runs all the same.
 */
export function registerTracing(): Registration | undefined {
  const known = currentRegistration();
  if (known !== undefined) return known;
  try {
    if (isLoaderThread() || !isTracedProcess(process.argv[1])) return undefined;
    return register();
  } catch (error) {
    diag.error('this process is not traced', error);
    return undefined;
  }
}

function register(): Registration {
  startRecorder();
  const warnings: string[] = [];
  const http = httpChoice(process.env, (message) => warnings.push(message));
  const isDelayGiven = (process.env['OTEL_BSP_SCHEDULE_DELAY'] ?? '') !== '';
  const tracing = startTracing({
    http: httpTracing(http, process.env),
    ...(isMainThread || isDelayGiven ? {} : { batch: { scheduleDelayMs: WORKER_SCHEDULE_DELAY_MS } }),
  });
  for (const message of warnings) diag.warn(message);
  const application = applicationOfThread();
  const packages = tracing.config.disabled ? [] : instrumentationPackages(application, process.env, http);
  const outcomes = loadInstrumentations(packages);
  for (const outcome of outcomes) tell(outcome);
  const esmHooks = installHooks(outcomes);
  enableInstrumentations(loadedInstrumentations(outcomes), tracing.provider);
  const registration: Registration = { tracing, application, outcomes, esmHooks, http };
  setRegistration(registration);
  return registration;
}

const APPLICATION_KEY = '@throughline/sdk application folder';

/** A worker may run a script of some package in node_modules, or none; its application is that of the main thread. */
function applicationOfThread(): Application {
  const inherited: unknown = isMainThread ? undefined : getEnvironmentData(APPLICATION_KEY);
  if (typeof inherited === 'string') return findApplication(undefined, inherited);
  const application = findApplication(process.argv[1], process.cwd());
  setEnvironmentData(APPLICATION_KEY, application.folder);
  return application;
}

function tell({ package: { name, installed }, result }: LoadOutcome): void {
  const what = `instrumentation ${name} ${installed.manifest.version ?? ''}`.trim();
  if (result.state === 'failed') diag.warn(`${what} cannot be loaded and is skipped:`, result.error);
  else diag.debug(`${what} is ${result.state === 'loaded' ? 'loaded' : `not loaded: ${result.why.reason}`}`);
}

const ESM_HOOK_CHOICES = ['targeted', 'all', 'off'] as const;

/**
 * By default the hooks look only at what the loaded instrumentations name. `THROUGHLINE_ESM_HOOKS=all` is for
 * applications that make more instrumentations themselves, `off` for those that cannot stand hooks.
 */
function installHooks(outcomes: readonly LoadOutcome[]): EsmHooks {
  const env = environmentReader(process.env, (message) => diag.warn(message));
  const choice = env.choice('THROUGHLINE_ESM_HOOKS', ESM_HOOK_CHOICES) ?? 'targeted';
  if (choice === 'off') return 'none';
  const loaded = outcomes.filter(({ result }) => result.state === 'loaded');
  const folders = loaded.map((outcome) => outcome.package.installed.folder);
  const names = loadedInstrumentations(loaded)
    .flatMap(moduleDefinitionsOf)
    .map(({ name }) => name);
  try {
    return installEsmHooks(folders, { moduleNames: choice === 'all' ? 'all' : names });
  } catch (error) {
    diag.warn('modules that are imported (not required) are not instrumented:', error);
    return 'none';
  }
}
