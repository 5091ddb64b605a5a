import { type Environment, environmentReader } from '../config/environment-values.ts';
import type { HttpTracingChoice } from '../start/http-tracing.ts';
import { instrumentationChoice } from './instrumentation-packages.ts';

export const HTTP_CHOICES = ['own', 'official', 'off'] as const;
/** Who traces HTTP: our own instrumentation, the ecosystem's packages, or nobody. */
export type HttpChoice = (typeof HTTP_CHOICES)[number];

/** `THROUGHLINE_HTTP`; without it `own`. */
export function httpChoice(environment: Environment, warn: (message: string) => void): HttpChoice {
  return environmentReader(environment, warn).choice('THROUGHLINE_HTTP', HTTP_CHOICES) ?? 'own';
}

/** What `startTracing` is told. The variables that turn the official instrumentations off turn parts of ours off too. */
export function httpTracing(choice: HttpChoice, environment: Environment): HttpTracingChoice {
  if (choice !== 'own') return choice;
  const notWanted = instrumentationChoice(environment);
  const http = notWanted('@opentelemetry/instrumentation-http') === undefined;
  const fetch = notWanted('@opentelemetry/instrumentation-undici') === undefined;
  return { incoming: http, outgoing: http, fetch };
}
