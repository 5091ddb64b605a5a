import { isIPv6 } from 'node:net';
import { grpcEndpointProblem } from '../export/otlp-endpoint.ts';
import { isHostAndPort, isHttpUrl } from './checks.ts';
import { type Environment, type EnvironmentReader, environmentReader } from './environment-values.ts';
import type { ExporterOptions, SamplerOptions, TracingOptions } from './tracing-options.ts';
import {
  type JaegerProtocol,
  LOG_LEVELS,
  type OtlpProtocol,
  PROPAGATOR_NAMES,
  type PropagatorName,
} from './tracing-config.ts';

/** What the variables say of an exporter of a type, whoever chose that type. */
export type ExporterDefaults = (exporter: ExporterOptions) => Partial<ExporterOptions>;

export interface EnvironmentOptions {
  readonly options: TracingOptions;
  readonly exporterDefaults: ExporterDefaults;
}

/** The trace-related `OTEL_*` and `JAEGER_*` variables (SDK configuration, environment variables; OTLP exporter). */
export function environmentOptions(environment: Environment, warn: (message: string) => void): EnvironmentOptions {
  const env = environmentReader(environment, warn);
  const exporters = exporterChoice(env);
  const withoutOverhead = env.flag('OTEL_THROUGHLINE_OVERHEAD_DISABLED');
  return {
    options: withoutUndefined({
      disabled: env.flag('OTEL_SDK_DISABLED'),
      logLevel: env.choice('OTEL_LOG_LEVEL', LOG_LEVELS),
      sampler: samplerChoice(env, warn),
      propagation: propagationChoice(env),
      exporters: exporters?.map((type) => ({ type })),
      limits: limits(env),
      batch: withoutUndefined({
        scheduleDelayMs: env.durationMs('OTEL_BSP_SCHEDULE_DELAY'),
        exportTimeoutMs: env.durationMs('OTEL_BSP_EXPORT_TIMEOUT'),
        maxQueueSize: env.count('OTEL_BSP_MAX_QUEUE_SIZE', 1),
        maxExportBatchSize: env.count('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 1),
      }),
      overhead: withoutOverhead === undefined ? undefined : !withoutOverhead,
      semconvStability: env
        .text('OTEL_SEMCONV_STABILITY_OPT_IN')
        ?.split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    }),
    exporterDefaults: (exporter) => {
      if (exporter.type === 'otlp') return otlpDefaults(env, exporter.protocol, warn);
      if (exporter.type === 'jaeger') return jaegerDefaults(env, exporter.protocol, warn);
      if (exporter.type !== 'zipkin') return {};
      return withoutUndefined({
        endpoint: endpoint(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT', warn),
        timeoutMs: env.durationMs('OTEL_EXPORTER_ZIPKIN_TIMEOUT'),
      });
    },
  };
}

/** The object without absent values, so that a spread of it overrides nothing by accident. */
export function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Its entries are those of `object`, less the undefined ones.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function exporterChoice(env: EnvironmentReader): ('otlp' | 'zipkin' | 'jaeger' | 'console')[] | undefined {
  const names = env.choices('OTEL_TRACES_EXPORTER', ['otlp', 'zipkin', 'jaeger', 'console', 'none']);
  // A list of unknown names only is as good as unset.
  if (names === undefined || names.length === 0) return undefined;
  return names.filter((name) => name !== 'none');
}

function propagationChoice(env: EnvironmentReader): TracingOptions['propagation'] {
  const names = env.choices<PropagatorName | 'none'>('OTEL_PROPAGATORS', [...PROPAGATOR_NAMES, 'none']);
  if (names === undefined || names.length === 0) return undefined;
  const chosen = names.filter((name) => name !== 'none');
  return { http: chosen, grpc: chosen, messaging: chosen };
}

const SAMPLERS = ['always_on', 'always_off', 'traceidratio', 'jaeger_remote', 'parentbased_always_on'] as const;
const PARENT_BASED = ['parentbased_always_off', 'parentbased_traceidratio', 'parentbased_jaeger_remote'] as const;

function samplerChoice(env: EnvironmentReader, warn: (message: string) => void): SamplerOptions | undefined {
  const name = env.choice('OTEL_TRACES_SAMPLER', [...SAMPLERS, ...PARENT_BASED, 'xray']);
  if (name === undefined) return undefined;
  if (name === 'xray') {
    warn('OTEL_TRACES_SAMPLER: the sampling rules of X-Ray are not supported; "parentbased_always_on" is used');
    return { type: 'parent_based' };
  }
  const argument = 'OTEL_TRACES_SAMPLER_ARG';
  const inner = (base: string): SamplerOptions => {
    if (base === 'always_off') return { type: 'never' };
    if (base === 'traceidratio') return { type: 'probabilistic', rate: env.part(argument) ?? 1 };
    if (base === 'jaeger_remote') return remoteSampler(env.text(argument) ?? '', warn);
    return { type: 'always' };
  };
  return name.startsWith('parentbased_')
    ? { type: 'parent_based', root: inner(name.slice('parentbased_'.length)) }
    : inner(name);
}

/** `endpoint=..,pollingIntervalMs=..,initialSamplingRate=..` */
function remoteSampler(text: string, warn: (message: string) => void): SamplerOptions {
  const pairs = text.split(',').map((pair) => pair.split(/=(.*)/s, 2).map((side) => side.trim()));
  const values = Object.fromEntries(pairs.map(([key = '', value = '']) => [`ARG ${key}`, value]));
  const known = new Set(['', 'endpoint', 'pollingIntervalMs', 'initialSamplingRate']);
  for (const [key = ''] of pairs)
    if (!known.has(key)) warn(`OTEL_TRACES_SAMPLER_ARG: ${JSON.stringify(key)} is not known`);
  const env = environmentReader(values, (message) => {
    warn(`OTEL_TRACES_SAMPLER_${message}`);
  });
  return {
    type: 'remote',
    ...withoutUndefined({
      endpoint: endpoint(env, 'ARG endpoint', warn),
      pollingIntervalMs: env.durationMs('ARG pollingIntervalMs', 1),
      initialRate: env.part('ARG initialSamplingRate'),
    }),
  };
}

function limits(env: EnvironmentReader): TracingOptions['limits'] {
  return withoutUndefined({
    attributeValueLengthLimit:
      env.count('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? env.count('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    attributeCountLimit: env.count('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? env.count('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    eventCountLimit: env.count('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: env.count('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit: env.count('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    attributePerLinkCountLimit: env.count('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
  });
}

function endpoint(env: EnvironmentReader, name: string, warn: (message: string) => void): string | undefined {
  const value = env.text(name);
  if (value === undefined || isHttpUrl(value)) return value;
  warn(`${name} is ignored; it must be a URL with http:// or https://`);
  return undefined;
}

/** The variable of traces is stronger than the one of all signals; headers of both count. */
function otlpDefaults(
  env: EnvironmentReader,
  chosen: OtlpProtocol | undefined,
  warn: (message: string) => void,
): Partial<ExporterOptions> {
  const either = <T>(read: (name: string) => T | undefined, rest: string): T | undefined =>
    read(`OTEL_EXPORTER_OTLP_TRACES_${rest}`) ?? read(`OTEL_EXPORTER_OTLP_${rest}`);
  const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
  const protocol = chosen ?? either((name) => env.choice(name, protocols), 'PROTOCOL');
  const general = env.headers('OTEL_EXPORTER_OTLP_HEADERS');
  const own = env.headers('OTEL_EXPORTER_OTLP_TRACES_HEADERS');
  return withoutUndefined({
    protocol,
    endpoint: otlpEndpoint(env, protocol === 'grpc', warn),
    headers: general === undefined && own === undefined ? undefined : { ...general, ...own },
    compression: either((name) => env.choice(name, ['none', 'gzip', 'zstd'] as const), 'COMPRESSION'),
    timeoutMs: either((name) => env.durationMs(name), 'TIMEOUT'),
    certificateFile: either(env.text, 'CERTIFICATE'),
    clientKeyFile: either(env.text, 'CLIENT_KEY'),
    clientCertificateFile: either(env.text, 'CLIENT_CERTIFICATE'),
    insecure: either(env.flag, 'INSECURE'),
  });
}

/** The traces' own endpoint is used as it stands; to the general one HTTP adds `v1/traces`, gRPC nothing. */
function otlpEndpoint(env: EnvironmentReader, grpc: boolean, warn: (message: string) => void): string | undefined {
  const traces = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  const general = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  if (grpc) return grpcEndpoint(env, traces, warn) ?? grpcEndpoint(env, general, warn);
  const own = endpoint(env, traces, warn);
  if (own !== undefined) return own;
  const base = endpoint(env, general, warn);
  return base === undefined ? undefined : withPath(base, 'v1/traces');
}

function grpcEndpoint(env: EnvironmentReader, name: string, warn: (message: string) => void): string | undefined {
  const value = env.text(name);
  const problem = value === undefined ? undefined : grpcEndpointProblem(value);
  if (problem === undefined) return value;
  warn(`${name} is ignored; it ${problem}`);
  return undefined;
}

/** A URL with more path at its end; its query stays behind. */
export function withPath(url: string, path: string): string {
  const result = new URL(url);
  result.pathname = `${result.pathname.replace(/\/+$/, '')}/${path}`;
  return result.href;
}

/** Of `OTEL_EXPORTER_JAEGER_PROTOCOL`; Thrift's binary protocol over UDP is not among them. */
const JAEGER_PROTOCOLS: ReadonlyMap<string, JaegerProtocol> = new Map([
  ['http/thrift.binary', 'http/thrift'],
  ['http/thrift', 'http/thrift'],
  ['udp/thrift.compact', 'udp/thrift.compact'],
  ['grpc', 'grpc'],
]);

/** Without a protocol an endpoint means Thrift over HTTP, an agent's host or port means UDP. */
function jaegerDefaults(
  env: EnvironmentReader,
  chosen: JaegerProtocol | undefined,
  warn: (message: string) => void,
): Partial<ExporterOptions> {
  const named = env.choice('OTEL_EXPORTER_JAEGER_PROTOCOL', [...JAEGER_PROTOCOLS.keys()]);
  const timeoutMs = env.durationMs('OTEL_EXPORTER_JAEGER_TIMEOUT');
  const url = endpoint(env, 'OTEL_EXPORTER_JAEGER_ENDPOINT', warn) ?? endpoint(env, 'JAEGER_ENDPOINT', warn);
  const host = agentHost(env, 'OTEL_EXPORTER_JAEGER_AGENT_HOST', warn) ?? agentHost(env, 'JAEGER_AGENT_HOST', warn);
  const port = agentPort(env, 'OTEL_EXPORTER_JAEGER_AGENT_PORT', warn) ?? agentPort(env, 'JAEGER_AGENT_PORT', warn);
  const agent = url === undefined && (host !== undefined || port !== undefined);
  const protocol =
    chosen ??
    (named === undefined ? undefined : JAEGER_PROTOCOLS.get(named)) ??
    (agent ? 'udp/thrift.compact' : undefined);
  if (protocol !== 'udp/thrift.compact') return withoutUndefined({ protocol, endpoint: url, timeoutMs });
  return withoutUndefined({ protocol, endpoint: `${host ?? 'localhost'}:${port ?? DEFAULT_AGENT_PORT}`, timeoutMs });
}

function agentHost(env: EnvironmentReader, name: string, warn: (message: string) => void): string | undefined {
  const value = env.text(name);
  if (value === undefined) return undefined;
  // The colons of an IPv6 address are no port's.
  const host = isIPv6(value) ? `[${value}]` : value;
  if (isHostAndPort(`${host}:${DEFAULT_AGENT_PORT}`)) return host;
  warn(`${name} is ignored; it must be the name or the address of a host, without a scheme or a port`);
  return undefined;
}

const DEFAULT_AGENT_PORT = 6831;
const MAX_PORT = 65_535;

function agentPort(env: EnvironmentReader, name: string, warn: (message: string) => void): number | undefined {
  const port = env.count(name, 1);
  if (port === undefined || port <= MAX_PORT) return port;
  warn(`${name}: ${port} is ignored; it must be a port, at most ${MAX_PORT}`);
  return undefined;
}
