import { RESOURCE_DETECTORS } from '../resource/detect-resource.ts';
import { byType, type Check, flag, isRecord, listOf, mapOf, number, object, oneOf, text, url } from './checks.ts';
import { type ConfigProblem, TracingConfigError } from './config-error.ts';
import { LOG_LEVELS, PROPAGATOR_NAMES, SPAN_KINDS } from './tracing-config.ts';
import type { TracingOptions } from './tracing-options.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

const part = number(0, 1, true);
const perSecond = number(0, 1e9, true);
const milliseconds = number(0, MAX_TIMER_MS);
const count = number(0, Infinity);
const positive = number(1, Infinity);
const type: Check = () => {};

const batch = object({
  scheduleDelayMs: milliseconds,
  exportTimeoutMs: milliseconds,
  maxQueueSize: positive,
  maxExportBatchSize: positive,
  maxQueueBytes: positive,
});

const scalar: Check = (value, path, problems) => {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    problems.push({ code: 'wrong_type', path, message: 'must be text, a number, true or false' });
  }
};
const conditions = {
  attribute: object({ key: text, value: scalar }, ['key']),
  spanName: text,
  spanKind: oneOf(SPAN_KINDS),
  link: oneOf(['any', 'sampled']),
  debug: flag,
};

type WithoutEffect = (value: Readonly<Record<string, unknown>>) => Readonly<Record<string, string>>;

/** Also told is what the value has and does not use: keys with why. */
function withoutEffect(check: Check, keysOf: WithoutEffect): Check {
  return (value, path, problems) => {
    check(value, path, problems);
    if (!isRecord(value)) return;
    for (const [key, why] of Object.entries(keysOf(value))) {
      if (value[key] === undefined) continue;
      problems.push({ code: 'no_effect', path: `${path}.${key}`, message: `has no effect ${why}` });
    }
  };
}

const MAX_SAMPLER_DEPTH = 8;
/** Samplers hold samplers; each level is checked by the next check, to a bounded depth. */
function samplerCheck(depth: number): Check {
  if (depth > MAX_SAMPLER_DEPTH) {
    return (_value, path, problems) => {
      problems.push({ code: 'out_of_range', path, message: `is nested deeper than ${MAX_SAMPLER_DEPTH} samplers` });
    };
  }
  const inner: Check = (value, path, problems) => samplerCheck(depth + 1)(value, path, problems);
  return byType({
    always: object({ type }),
    never: object({ type }),
    probabilistic: object({ type, rate: part, first64: flag }, ['rate']),
    rate_limited: object({ type, rate: perSecond }, ['rate']),
    adaptive: object({ type, rate: perSecond }, ['rate']),
    priority: object({ type, rate: part }),
    per_operation: object({ type, operations: mapOf(part), rate: part }, ['operations', 'rate']),
    rules: object({ type, rules: listOf(object({ ...conditions, sampler: inner }, ['sampler'])), otherwise: inner }, [
      'rules',
      'otherwise',
    ]),
    parent_based: withoutEffect(
      object({
        type,
        root: inner,
        rate: part,
        remoteParentSampled: inner,
        remoteParentNotSampled: inner,
        localParentSampled: inner,
        localParentNotSampled: inner,
      }),
      ({ root }) => (root === undefined ? {} : { rate: 'beside root' }),
    ),
    remote: object({ type, endpoint: url, pollingIntervalMs: number(1, MAX_TIMER_MS), initialRate: part }),
  });
}

const processed = { type, processor: oneOf(['batch', 'simple']), batch };
const requests = { ...processed, endpoint: url, headers: mapOf(text), timeoutMs: milliseconds, worker: flag };
const exporterByType = byType({
  otlp: object({
    ...requests,
    // gRPC endpoints may be without a scheme.
    endpoint: text,
    protocol: oneOf(['http/protobuf', 'http/json', 'grpc']),
    compression: oneOf(['none', 'gzip', 'zstd']),
    certificateFile: text,
    clientKeyFile: text,
    clientCertificateFile: text,
    insecure: flag,
  }),
  zipkin: object(requests),
  simple: object(requests),
  jaeger: object({ ...requests, endpoint: text, protocol: oneOf(['http/thrift', 'udp/thrift.compact', 'grpc']) }),
  console: object({ ...processed, format: oneOf(['tree', 'json']) }),
  file: object({ ...processed, path: text }, ['path']),
  memory: object(processed),
});
const exporter = withoutEffect(exporterByType, ({ type: kind, protocol, processor }) => ({
  ...(processor === 'simple' ? { batch: 'with the simple processor' } : {}),
  ...(kind === 'jaeger' && protocol === 'udp/thrift.compact' ? { headers: 'over UDP', timeoutMs: 'over UDP' } : {}),
}));

const propagators = listOf(oneOf(PROPAGATOR_NAMES));
const anyValue: Check = (value, path, problems) => {
  if (value === null || typeof value === 'function' || typeof value === 'symbol') {
    problems.push({ code: 'wrong_type', path, message: 'is no attribute value' });
  }
};

/** By key, of `TracingOptions`. */
export const OPTION_CHECKS: Readonly<Record<string, Check>> = {
  disabled: flag,
  logLevel: oneOf(LOG_LEVELS),
  serviceName: text,
  resource: object({
    attributes: mapOf(anyValue),
    schemaUrl: text,
    detectors: listOf(oneOf(RESOURCE_DETECTORS)),
    detected: object({ included: listOf(text), excluded: listOf(text) }),
  }),
  sampler: samplerCheck(1),
  propagation: object({
    http: propagators,
    grpc: propagators,
    messaging: propagators,
    database: oneOf(['off', 'sqlcommenter', 'trace_id']),
  }),
  exporters: listOf(exporter),
  limits: object({
    attributeValueLengthLimit: count,
    attributeCountLimit: count,
    eventCountLimit: count,
    linkCountLimit: count,
    attributePerEventCountLimit: count,
    attributePerLinkCountLimit: count,
  }),
  batch,
  overhead: flag,
  semconvStability: listOf(text),
};
const options = object(OPTION_CHECKS);

/** Gives back what it was given when it is a valid configuration; else throws `invalid_tracing_config`. */
export function checkOptions(given: unknown): TracingOptions {
  refuseProblems(options, given);
  // The checks above are of exactly this shape.
  return given as TracingOptions;
}

/** Throws `invalid_tracing_config` with every problem that the check finds. */
export function refuseProblems(check: Check, given: unknown): void {
  const problems: ConfigProblem[] = [];
  check(given, '', problems);
  if (problems.length > 0) throw new TracingConfigError('invalid_tracing_config', problems);
}
