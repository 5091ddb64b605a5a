import { type Diagnosis, findings, type ModuleDiagnosis, type Reason } from './diagnosis.ts';

const REASONS: Readonly<Record<Reason, string>> = {
  no_instrumentation_installed: 'no instrumentation is installed for it',
  unsupported_version: 'its instrumentation does not support this version',
  instrumentation_failed: 'its instrumentation failed',
  loaded_before_tracing: 'it was loaded before tracing was started',
  imported_without_hooks: 'it was imported, and no hooks were there to see it',
  bundled: 'it is part of a bundle',
  not_patched: 'its instrumentation patched nothing',
  not_loaded: 'not loaded while the application ran',
  disabled_by_variable: 'a variable disables its instrumentation',
  off_by_default: 'its instrumentation is off unless OTEL_NODE_ENABLED_INSTRUMENTATIONS names it',
  http_is_off: 'tracing of HTTP is off',
  tracing_is_disabled: 'tracing is disabled',
  tracing_is_not_started: 'the application did not start tracing while it ran',
};

const BUILT_IN: Readonly<Record<string, string>> = {
  http: 'http, https, http2',
  fetch: 'fetch, undici',
};

/** For people. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { application, script, nodeVersion, modules, notes, ran } = diagnosis;
  const found = findings(diagnosis);
  const name = [application.name, application.version].filter((part) => part !== undefined).join(' ');
  const rows = modules.map((module) => [subjectOf(module), statusOf(module)] as const);
  const width = Math.max(0, ...rows.map(([subject]) => subject.length)) + 2;
  const lines = [
    `${script}${name === '' ? '' : ` of ${name}`} (${application.folder}), Node.js ${nodeVersion}`,
    ...rows.map(([subject, status]) => `  ${subject.padEnd(width)}${status}`),
    ...notes.map((note) => `note: ${note}`),
    found.length === 0
      ? 'Nothing stands against tracing.'
      : `${found.length} ${found.length === 1 ? 'module is' : 'modules are'} not traced: ${found.map((each) => each.name).join(', ')}.`,
    ...(ran ? [] : ['This is what can be told without running it; --run starts the application and looks.']),
  ];
  return `${lines.join('\n')}\n`;
}

function subjectOf({ name, version, path }: ModuleDiagnosis): string {
  const owner = path?.at(-2);
  const of = owner === undefined ? '' : ` (of ${owner})`;
  return `${BUILT_IN[name] ?? name}${version === undefined ? '' : ` ${version}`}${of}`;
}

function statusOf({ status, reason, instrumentation, detail }: ModuleDiagnosis): string {
  const by = instrumentation === undefined ? '' : ` by ${instrumentation}`;
  if (status === 'traced') return `traced${by}`;
  if (status === 'ready') return `ready${by}`;
  if (reason === 'not_loaded') return REASONS.not_loaded;
  const why = reason === undefined ? '' : `: ${REASONS[reason]}`;
  return `NOT traced${why}${detail === undefined ? '' : ` (${detail})`}${reason === 'instrumentation_failed' ? by : ''}`;
}
