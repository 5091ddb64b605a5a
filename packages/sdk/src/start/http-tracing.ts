import { diag, type TextMapPropagator, type TracerProvider } from '@opentelemetry/api';

import type { HttpInstrumentationOptions } from '../http/http-options.ts';
import { instrumentHttp } from '../http/instrument-http.ts';
import type { Instrumentation } from './instrumentation.ts';

/**
 * Who traces HTTP: our own instrumentation (`own`, or its options), the official packages among `instrumentations`
 * (`official`), or nobody.
 */
export type HttpTracingChoice = HttpInstrumentationOptions | 'own' | 'official' | 'off';

const OFFICIAL_HTTP: ReadonlySet<string> = new Set([
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-undici',
]);

export interface HttpTracingPlan {
  /** Those that are to be enabled. */
  readonly instrumentations: readonly Instrumentation[];
  /** Undefined: our own instrumentation stays off. */
  readonly options: HttpInstrumentationOptions | undefined;
}

/**
 * Without a choice it is ours, unless official HTTP instrumentation was handed over. With a choice against them these are
 * disabled and left out: they enable themselves when they are made.
 */
export function planHttpTracing(
  choice: HttpTracingChoice | undefined,
  instrumentations: readonly Instrumentation[],
): HttpTracingPlan {
  const official = instrumentations.filter(isOfficialHttp);
  if (choice === 'official' || (choice === undefined && official.length > 0)) {
    return { instrumentations, options: undefined };
  }
  for (const instrumentation of official) {
    diag.info(`${instrumentation.instrumentationName} is not enabled: http is ${choice === 'off' ? 'off' : 'own'}`);
    disable(instrumentation);
  }
  return {
    instrumentations: instrumentations.filter((instrumentation) => !isOfficialHttp(instrumentation)),
    options: choice === 'off' ? undefined : typeof choice === 'object' ? choice : {},
  };
}

/** Enables our own instrumentation; the result disables it again. */
export function enableHttpTracing(
  { options }: HttpTracingPlan,
  tracerProvider: TracerProvider,
  propagator: TextMapPropagator,
  semconvStability: readonly string[],
): () => void {
  if (options === undefined) return () => {};
  const conventions = semconvStability.includes('http/dup') ? { conventions: 'both' as const } : {};
  try {
    const instrumentation = instrumentHttp({ ...conventions, ...options, tracerProvider, propagator });
    return () => instrumentation.disable();
  } catch (error) {
    diag.warn('HTTP cannot be instrumented', error);
    return () => {};
  }
}

function isOfficialHttp(instrumentation: Instrumentation): boolean {
  return OFFICIAL_HTTP.has(instrumentation?.instrumentationName);
}

function disable(instrumentation: Instrumentation): void {
  try {
    instrumentation.disable();
  } catch (error) {
    diag.warn(`instrumentation ${instrumentation.instrumentationName} cannot be disabled`, error);
  }
}
