import { diag } from '@opentelemetry/api';

import { enableInstrumentations, type Instrumentation } from '../start/instrumentation.ts';
import { startTracing } from '../start/start-tracing.ts';
import type { Tracing } from '../start/tracing.ts';
import { httpChoice, httpTracing } from './http-choice.ts';
import { instrumentationChoice, OFFICIAL_HTTP } from './instrumentation-packages.ts';
import { makeInstrumentations } from './load-instrumentations.ts';
import { currentRegistration } from './registration.ts';

/** An instrumentation package that is part of the bundle. */
export interface BundledInstrumentation {
  readonly name: string;
  /** What it exports. */
  readonly exports: unknown;
}

/**
 * Starts tracing inside a bundle, as the environment says. Called by code that a bundler plugin makes of
 * `import '@throughline/sdk/register'`. Never throws.
 */
export function registerBundled(packages: readonly BundledInstrumentation[]): Tracing | undefined {
  try {
    // `--import @throughline/sdk/register` outside of the bundle came first and has its own instrumentations.
    const registered = currentRegistration();
    if (registered !== undefined) return registered.tracing;
    const warnings: string[] = [];
    const http = httpChoice(process.env, (message) => warnings.push(message));
    const tracing = startTracing({ http: httpTracing(http, process.env) });
    for (const message of warnings) diag.warn(message);
    if (tracing.config.disabled) return tracing;
    const choice = instrumentationChoice(process.env);
    const instrumentations: Instrumentation[] = [];
    for (const { name, exports } of packages) {
      if (choice(name) !== undefined || (http !== 'official' && OFFICIAL_HTTP.has(name))) continue;
      try {
        instrumentations.push(...makeInstrumentations(exports));
      } catch (error) {
        diag.warn(`instrumentation ${name} cannot be loaded and is skipped:`, error);
      }
    }
    enableInstrumentations(instrumentations, tracing.provider);
    return tracing;
  } catch (error) {
    diag.error('this bundle is not traced', error);
    return undefined;
  }
}
