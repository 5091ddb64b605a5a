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

/**
 * The variables that the flags stand for. The same code reads them here that will read them in the program, so that
 * what it would ignore there is a mistake here.
 *
 * @throws UsageError for a value that would be ignored, with what was probably meant
 */
export function runEnvironment(values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  const flags = new Map<string, string>();
  const set = (flag: string, variable: string, value: string): void => {
    environment[variable] = value;
    flags.set(variable, `--${flag}`);
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
  const warn = (message: string): void => {
    const variable = /^[A-Z_]+/.exec(message)?.[0] ?? '';
    const flag = flags.get(variable);
    const said = flag === undefined ? message : `${flag}${message.slice(variable.length)}`;
    throw new UsageError(said.replace(/ is ignored\b/, ' is not accepted'));
  };
  resolveTracingConfig({}, { environment, onWarning: warn });
  const { problem } = parseResourceAttributes(environment['OTEL_RESOURCE_ATTRIBUTES']);
  if (problem !== undefined) throw new UsageError(`--resource-attributes: ${problem}`);
  httpChoice(environment, warn);
  return environment;
}

/** Zipkin and Jaeger post to the very URL they are given; OTLP's base URL gets its path when it is read. */
function endpointVariables(exporters: string | undefined): readonly string[] {
  const chosen = (exporters ?? 'otlp').split(',').map((name) => name.trim().toLowerCase());
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
