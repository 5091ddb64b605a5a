import { type Environment, environmentReader } from '../config/environment-values.ts';

export const HTTP_CHOICES = ['own', 'official', 'off'] as const;
/** Who traces HTTP: our own instrumentation, the ecosystem's packages, or nobody. */
export type HttpChoice = (typeof HTTP_CHOICES)[number];

/** `THROUGHLINE_HTTP`; without it `own`. */
export function httpChoice(environment: Environment, warn: (message: string) => void): HttpChoice {
  return environmentReader(environment, warn).choice('THROUGHLINE_HTTP', HTTP_CHOICES) ?? 'own';
}
