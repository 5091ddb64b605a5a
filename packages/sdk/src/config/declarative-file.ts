import { type ConfigProblem, suggestion, TracingConfigError } from './config-error.ts';
import { checkOptions } from './check-options.ts';
import { exporterOf, samplerOf } from './declarative-parts.ts';
import { resourceOf } from './declarative-resource.ts';
import { FileNode } from './file-node.ts';
import { type Environment } from './environment-values.ts';
import { withoutUndefined } from './environment-options.ts';
import { parseConfigFile } from './parse-config-file.ts';
import { type LogLevel, PROPAGATOR_NAMES, type PropagatorName } from './tracing-config.ts';
import type { ExporterOptions, TracingOptions } from './tracing-options.ts';

const TRACE_KEYS = [
  'file_format',
  'disabled',
  'log_level',
  'attribute_limits',
  'resource',
  'propagator',
  'tracer_provider',
];
/** Of the tracer provider. */
const UNSUPPORTED_KEYS = ['tracer_configurator/development', 'id_generator'] as const;
const OTHER_KEYS = new Set(['meter_provider', 'logger_provider', 'instrumentation/development', 'distribution']);

/**
 * The trace part of OpenTelemetry's declarative configuration (file_format 1.x), as options. As that specification
 * says, what the file leaves out is not there: no processor means no export, no propagator none.
 */
export function readConfigFile(
  path: string,
  environment: Environment,
  warn: (message: string) => void,
): TracingOptions {
  return optionsOfDocument(parseConfigFile(path, environment), warn);
}

/** As `readConfigFile`, of a parsed file. Throws `invalid_tracing_config` with paths inside the file. */
export function optionsOfDocument(content: unknown, warn: (message: string) => void): TracingOptions {
  const problems: ConfigProblem[] = [];
  const root = new FileNode(content, '', problems);
  const format = root.text('file_format');
  if (format === undefined || !format.startsWith('1.')) {
    problems.push({
      code: 'unknown_value',
      path: 'file_format',
      message: 'must be 1.x; older formats have other keys',
    });
  }
  for (const key of root.keys()) {
    if (TRACE_KEYS.includes(key) || OTHER_KEYS.has(key)) continue;
    warn(`the configuration file's ${JSON.stringify(key)} is ignored${suggestion(key, TRACE_KEYS)}`);
  }
  const provider = root.node('tracer_provider');
  provider?.only(['processors', 'limits', 'sampler', ...UNSUPPORTED_KEYS]);
  for (const key of UNSUPPORTED_KEYS) {
    if (provider?.value(key) !== undefined && !(key === 'id_generator' && isRandom(provider.node(key)))) {
      warn(`the configuration file's tracer_provider.${key} is not supported and ignored`);
    }
  }
  const sampler = provider?.node('sampler');
  const options = withoutUndefined({
    disabled: root.flag('disabled'),
    logLevel: logLevelOf(root),
    resource: resourceOf(root.node('resource'), warn),
    propagation: propagationOf(root.node('propagator')),
    exporters: (provider?.nodes('processors') ?? []).map(processorOf).filter((exporter) => exporter !== undefined),
    limits: limitsOf(root.node('attribute_limits'), provider?.node('limits')),
    sampler: sampler === undefined ? undefined : samplerOf(sampler),
  });
  if (problems.length > 0) throw new TracingConfigError('invalid_tracing_config', problems);
  return checkOptions(options);
}

/** The specification's default, which ours is too. */
function isRandom(idGenerator: FileNode | undefined): boolean {
  return idGenerator?.keys().join() === 'random';
}

const LOG_LEVEL_OF: ReadonlyMap<string, LogLevel> = new Map([
  ['trace', 'verbose'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['fatal', 'error'],
]);

/** By the names of severities, each of which has four numbers: `warn`, `warn2` to `warn4`. */
function logLevelOf(root: FileNode): LogLevel | undefined {
  const words = [...LOG_LEVEL_OF.keys()].flatMap((name) => [name, `${name}2`, `${name}3`, `${name}4`]);
  return LOG_LEVEL_OF.get(root.choice('log_level', words)?.replace(/\d$/, '') ?? '');
}

function processorOf(node: FileNode): ExporterOptions | undefined {
  const [name, processor] = node.single(['batch', 'simple']) ?? [];
  if (name === undefined || processor === undefined) return undefined;
  const batchKeys = ['schedule_delay', 'export_timeout', 'max_queue_size', 'max_export_batch_size'];
  processor.only(['exporter', ...(name === 'batch' ? batchKeys : [])]);
  const exporter = processor.node('exporter');
  if (exporter === undefined) {
    processor.problem('missing', 'exporter', 'is missing');
    return undefined;
  }
  const base = exporterOf(exporter);
  if (base === undefined) return undefined;
  if (name === 'simple') return { ...base, processor: 'simple' };
  const batch = withoutUndefined({
    scheduleDelayMs: processor.count('schedule_delay'),
    exportTimeoutMs: processor.count('export_timeout'),
    maxQueueSize: processor.count('max_queue_size'),
    maxExportBatchSize: processor.count('max_export_batch_size'),
  });
  return { ...base, processor: 'batch', batch };
}

function limitsOf(general: FileNode | undefined, own: FileNode | undefined): TracingOptions['limits'] {
  general?.only(['attribute_value_length_limit', 'attribute_count_limit']);
  own?.only([
    'attribute_value_length_limit',
    'attribute_count_limit',
    'event_count_limit',
    'link_count_limit',
    'event_attribute_count_limit',
    'link_attribute_count_limit',
  ]);
  const either = (key: string): number | undefined => own?.count(key) ?? general?.count(key);
  return withoutUndefined({
    attributeValueLengthLimit: either('attribute_value_length_limit'),
    attributeCountLimit: either('attribute_count_limit'),
    eventCountLimit: own?.count('event_count_limit'),
    linkCountLimit: own?.count('link_count_limit'),
    attributePerEventCountLimit: own?.count('event_attribute_count_limit'),
    attributePerLinkCountLimit: own?.count('link_attribute_count_limit'),
  });
}

function propagationOf(node: FileNode | undefined): TracingOptions['propagation'] {
  node?.only(['composite', 'composite_list']);
  const listed = (node?.text('composite_list') ?? '').split(',').map((name) => name.trim());
  const names = [...(node?.nodes('composite') ?? []).flatMap((entry) => entry.keys()), ...listed];
  const found = new Set<PropagatorName>();
  for (const name of names) {
    const known = PROPAGATOR_NAMES.find((candidate) => candidate === name);
    if (known !== undefined) found.add(known);
    else if (name !== '' && name !== 'none') {
      node?.problem('unknown_value', 'composite', `has ${JSON.stringify(name)}${suggestion(name, PROPAGATOR_NAMES)}`);
    }
  }
  return { http: [...found], grpc: [...found], messaging: [...found] };
}
