import type { ModuleDiagnosis } from './diagnosis.ts';
import type { Examination } from './examine.ts';
import type { LoadedModule, ProcessReport } from './process-report.ts';

/** What the examination says, corrected by what happened while the application ran. */
export function applyReports(examination: Examination, reports: readonly ProcessReport[]): readonly ModuleDiagnosis[] {
  const loaded = new Map<string, LoadedModule[]>();
  for (const each of reports.flatMap((report) => report.loaded)) {
    loaded.set(each.name, [...(loaded.get(each.name) ?? []), each]);
  }
  const known = new Set(examination.modules.map(({ name }) => name));
  // Packages that no package.json leads to.
  const found = [...loaded.values()].flatMap(([first]) => {
    if (first === undefined || known.has(first.name)) return [];
    const diagnosis = examination.diagnose(first.name, first.version);
    return diagnosis === undefined ? [] : [diagnosis];
  });
  return [...examination.modules, ...found].map((module) => corrected(module, loaded.get(module.name) ?? [], reports));
}

function corrected(
  module: ModuleDiagnosis,
  loaded: readonly LoadedModule[],
  reports: readonly ProcessReport[],
): ModuleDiagnosis {
  if (module.status === 'ready' && !reports.some(({ tracingStarted }) => tracingStarted)) {
    return { ...module, status: 'not_traced', reason: 'tracing_is_not_started' };
  }
  // No hooks are needed for these, and no file is loaded that would tell.
  if (module.name === 'http' || module.name === 'fetch') {
    return module.status === 'ready' ? { ...module, status: 'traced' } : module;
  }
  const patches = reports.flatMap(({ patched }) => patched).filter(({ name }) => name === module.name);
  const error = patches.find((patch) => patch.error !== undefined)?.error;
  if (error !== undefined) return { ...module, status: 'not_traced', reason: 'instrumentation_failed', detail: error };
  if (patches.length > 0) {
    const { reason: _reason, detail: _detail, ...rest } = module;
    const version = patches[0]?.version;
    return { ...rest, status: 'traced', ...(version === undefined ? {} : { version }) };
  }
  if (module.status === 'not_traced') {
    return loaded.length > 0 || module.reason === 'bundled' ? module : { ...module, reason: 'not_loaded' };
  }
  if (reports.some(({ loadedBefore }) => loadedBefore.includes(module.name))) {
    return {
      ...module,
      status: 'not_traced',
      reason: 'loaded_before_tracing',
      detail: 'start tracing first: throughline-sdk run, or node --import @throughline/sdk/register',
    };
  }
  if (loaded.length === 0) return { ...module, status: 'not_traced', reason: 'not_loaded' };
  // Node.js keeps a CommonJS module that is imported as if it were required, too.
  if (loaded.some(({ by }) => by === 'import') && reports.every(({ esmHooks }) => esmHooks === 'none')) {
    return {
      ...module,
      status: 'not_traced',
      reason: 'imported_without_hooks',
      detail: 'node --import @throughline/sdk/register, or @throughline/sdk/hooks, brings them',
    };
  }
  return {
    ...module,
    status: 'not_traced',
    reason: 'not_patched',
    detail: 'it was loaded, but none of the files that its instrumentation patches',
  };
}
