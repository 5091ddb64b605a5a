import type { Environment } from '../config/environment-values.ts';
import type { Application } from './application.ts';
import type { HttpChoice } from './http-choice.ts';
import { findPackage, type InstalledPackage } from './package-manifest.ts';

const AUTO_INSTRUMENTATIONS = '@opentelemetry/auto-instrumentations-node';
const OFFICIAL = '@opentelemetry/instrumentation-';

/** What `@opentelemetry/auto-instrumentations-node` leaves out unless it is asked for by name. */
const OFF_BY_DEFAULT: ReadonlySet<string> = new Set([`${OFFICIAL}fs`, `${OFFICIAL}host-metrics`]);

/** What our own HTTP instrumentation replaces. */
export const OFFICIAL_HTTP: ReadonlySet<string> = new Set([`${OFFICIAL}http`, `${OFFICIAL}undici`]);

export type NotWanted =
  /** Named in OTEL_NODE_DISABLED_INSTRUMENTATIONS, or not named in OTEL_NODE_ENABLED_INSTRUMENTATIONS. */
  | { readonly reason: 'disabled_by_variable'; readonly variable: string }
  | { readonly reason: 'off_by_default' }
  | { readonly reason: 'replaced_by_own_http' | 'http_is_off' };

export interface InstrumentationPackage {
  readonly name: string;
  /** Where it is required from: the application, or the collection that brought it. */
  readonly requiredFrom: string;
  readonly installed: InstalledPackage;
  /** Undefined: it is wanted. */
  readonly notWanted: NotWanted | undefined;
}

/**
 * The instrumentation packages that an application has installed: those that its
 * `@opentelemetry/auto-instrumentations-node` depends on, and those in its own package.json. By the rules of that
 * collection, `OTEL_NODE_DISABLED_INSTRUMENTATIONS` and `OTEL_NODE_ENABLED_INSTRUMENTATIONS` name them without
 * `@opentelemetry/instrumentation-`, comma separated; disabling is stronger.
 *
 * @param http who traces HTTP
 */
export function instrumentationPackages(
  application: Application,
  environment: Environment,
  http: HttpChoice,
): readonly InstrumentationPackage[] {
  const choice = instrumentationChoice(environment);
  const packages = new Map<string, InstrumentationPackage>();
  const add = (name: string, requiredFrom: string): void => {
    if (packages.has(name)) return;
    const installed = findPackage(name, requiredFrom);
    if (installed === undefined) return;
    const byHttp: NotWanted | undefined =
      http !== 'official' && OFFICIAL_HTTP.has(name)
        ? { reason: http === 'own' ? 'replaced_by_own_http' : 'http_is_off' }
        : undefined;
    const notWanted = choice(name) ?? byHttp;
    packages.set(name, { name, requiredFrom, installed, notWanted });
  };
  const collection = findPackage(AUTO_INSTRUMENTATIONS, application.folder);
  for (const name of collection?.manifest.dependencies.keys() ?? []) {
    if (name.startsWith(OFFICIAL)) add(name, collection?.folder ?? application.folder);
  }
  for (const list of ['dependencies', 'optionalDependencies', 'devDependencies'] as const) {
    for (const name of application.manifest?.[list].keys() ?? []) {
      if (isInstrumentation(name)) add(name, application.folder);
    }
  }
  return [...packages.values()];
}

/** By their names: the official ones, `@prisma/instrumentation`, and `opentelemetry-instrumentation-*` of any scope. */
function isInstrumentation(name: string): boolean {
  return (
    name.startsWith(OFFICIAL) ||
    name === '@prisma/instrumentation' ||
    /^(?:@[^/]+\/)?opentelemetry-instrumentation-/.test(name)
  );
}

/** Why an instrumentation is not wanted, by its full name or the short one of the variables. */
export function instrumentationChoice(environment: Environment): (name: string) => NotWanted | undefined {
  const listed = (variable: string): ReadonlySet<string> =>
    new Set(
      (environment[variable] ?? '')
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    );
  const enabled = listed('OTEL_NODE_ENABLED_INSTRUMENTATIONS');
  const disabled = listed('OTEL_NODE_DISABLED_INSTRUMENTATIONS');
  return (name) => {
    const short = name.startsWith(OFFICIAL) ? name.slice(OFFICIAL.length) : name;
    if (disabled.has(short)) {
      return { reason: 'disabled_by_variable', variable: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS' };
    }
    if (enabled.size > 0) {
      return enabled.has(short)
        ? undefined
        : { reason: 'disabled_by_variable', variable: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS' };
    }
    return OFF_BY_DEFAULT.has(name) ? { reason: 'off_by_default' } : undefined;
  };
}
