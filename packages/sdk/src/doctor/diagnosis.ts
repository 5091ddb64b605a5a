/** Why a module is not traced, or not surely. */
export type Reason =
  | 'no_instrumentation_installed'
  | 'unsupported_version'
  | 'instrumentation_failed'
  | 'loaded_before_tracing'
  | 'imported_without_hooks'
  | 'bundled'
  /** It was loaded, its instrumentation was there, and yet nothing of it was patched. */
  | 'not_patched'
  | 'not_loaded'
  | 'disabled_by_variable'
  | 'off_by_default'
  | 'http_is_off'
  | 'tracing_is_disabled'
  | 'tracing_is_not_started';

/** What its owner wanted, or what says nothing about tracing. */
const NO_FINDINGS: ReadonlySet<Reason> = new Set([
  'not_loaded',
  'disabled_by_variable',
  'off_by_default',
  'http_is_off',
  'tracing_is_disabled',
]);

export interface ModuleDiagnosis {
  /** A package's name, or `http` for node:http, node:https and node:http2, or `fetch`. */
  readonly name: string;
  readonly version?: string;
  /** The chain of dependencies that leads to it, its own name last. */
  readonly path?: readonly string[];
  /**
   * `traced`: it was instrumented while the application ran. `ready`: nothing stands against it, as far as can be told
   * without running the application. `not_traced`: see `reason`.
   */
  readonly status: 'traced' | 'ready' | 'not_traced';
  readonly reason?: Reason;
  /** Which instrumentation: a package with its version, or `@throughline/sdk`. */
  readonly instrumentation?: string;
  /** More about the reason, or what to do. */
  readonly detail?: string;
}

export interface Diagnosis {
  readonly application: { readonly name?: string; readonly version?: string; readonly folder: string };
  readonly script: string;
  readonly nodeVersion: string;
  /** Whether the application was run for it. */
  readonly ran: boolean;
  readonly modules: readonly ModuleDiagnosis[];
  /** What concerns no single module. */
  readonly notes: readonly string[];
}

/**
 * Modules that are not traced although nobody asked for that. A dependency of a dependency for which nothing is
 * installed is not one: whoever uses it may be traced.
 */
export function findings(diagnosis: Diagnosis): readonly ModuleDiagnosis[] {
  return diagnosis.modules.filter(({ reason, path }) => {
    if (reason === undefined || NO_FINDINGS.has(reason)) return false;
    return reason !== 'no_instrumentation_installed' || path === undefined || path.length === 1;
  });
}
