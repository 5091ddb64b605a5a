import type { Environment } from '../config/environment-values.ts';
import { resolveTracingConfig } from '../config/resolve-config.ts';
import { httpChoice } from '../register/http-choice.ts';
import { parseResourceAttributes } from '../resource/resource-attributes.ts';
import { UsageError } from './usage-error.ts';

/** Flags that are one variable. `endpoint` is another one for each exporter. */
const VARIABLES: Readonly<Record<string, string>> = {
  'service-name': 'OTEL_SERVICE_NAME',
  'traces-exporter': 'OTEL_TRACES_EXPORTER',
  protocol: 'OTEL_EXPORTER_OTLP_PROTOCOL',
  sampler: 'OTEL_TRACES_SAMPLER',
  'sampler-arg': 'OTEL_TRACES_SAMPLER_ARG',
  propagators: 'OTEL_PROPAGATORS',
  'resource-attributes': 'OTEL_RESOURCE_ATTRIBUTES',
  'log-level': 'OTEL_LOG_LEVEL',
  http: 'THROUGHLINE_HTTP',
};

/** A variable of traces alone is stronger than the flag's, which is of all signals. */
const STRONGER: ReadonlyMap<string, string> = new Map([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'],
]);

/**
 * The environment of the program: the inherited one, with the variables that the flags stand for. The same code reads
 * them here that will read them in the program, so that what it would ignore of the flags is a mistake here.
 *
 * @throws UsageError for a value that would be ignored, with what was probably meant
 */
export function runEnvironment(values: ReadonlyMap<string, string>, inherited: Environment): Environment {
  const environment: Record<string, string | undefined> = { ...inherited };
  const flags = new Map<string, string>();
  const set = (flag: string, variable: string, value: string): void => {
    environment[variable] = value;
    flags.set(variable, `--${flag}`);
    const stronger = STRONGER.get(variable);
    if (stronger !== undefined) delete environment[stronger];
  };
  for (const [flag, variable] of Object.entries(VARIABLES)) {
    const value = values.get(flag);
    if (value !== undefined) set(flag, variable, value);
  }
  const endpoint = values.get('endpoint');
  if (endpoint !== undefined) {
    if (!URL.canParse(endpoint)) throw new UsageError(`--endpoint: ${JSON.stringify(endpoint)} is not a URL`);
    for (const variable of endpointVariables(environment['OTEL_TRACES_EXPORTER'])) set('endpoint', variable, endpoint);
  }
  if (
    values.has('sampler-arg') &&
    !/(traceidratio|jaeger_remote)\s*$/i.test(environment['OTEL_TRACES_SAMPLER'] ?? '')
  ) {
    throw new UsageError('--sampler-arg is for the samplers traceidratio and jaeger_remote');
  }
  const warn = (message: string): void => {
    const variable = /^[A-Z_]+/.exec(message)?.[0] ?? '';
    const flag = flags.get(variable);
    // A mistake of somebody else's; the program will tell it.
    if (flag === undefined) return;
    throw new UsageError(`${flag}${message.slice(variable.length)}`.replace(/ is ignored\b/, ' is not accepted'));
  };
  // Whether there is a file, and what is in it, is the program's matter.
  const variables = { ...environment, OTEL_CONFIG_FILE: '', OTEL_EXPERIMENTAL_CONFIG_FILE: '' };
  resolveTracingConfig({}, { environment: variables, onWarning: warn });
  const { problem } = parseResourceAttributes(values.get('resource-attributes'));
  if (problem !== undefined) throw new UsageError(`--resource-attributes: ${problem}`);
  httpChoice(environment, warn);
  return environment;
}

/** Zipkin and Jaeger post to the very URL they are given; OTLP's base URL gets its path when it is read. */
function endpointVariables(exporters: string | undefined): readonly string[] {
  // Empty is unset.
  const list = exporters === undefined || exporters.trim() === '' ? 'otlp' : exporters;
  const chosen = list.split(',').map((name) => name.trim().toLowerCase());
  const variables = chosen.flatMap((name) => {
    if (name === 'otlp') return ['OTEL_EXPORTER_OTLP_ENDPOINT'];
    if (name === 'zipkin') return ['OTEL_EXPORTER_ZIPKIN_ENDPOINT'];
    return name === 'jaeger' ? ['OTEL_EXPORTER_JAEGER_ENDPOINT'] : [];
  });
  if (variables.length !== 1) {
    throw new UsageError('--endpoint is for one exporter that sends somewhere: otlp, zipkin or jaeger');
  }
  return variables;
}
