import { HAS_ZSTD } from '../export/compress-body.ts';
import { grpcEndpointProblem, grpcUrl } from '../export/otlp-endpoint.ts';
import { RESOURCE_DETECTORS } from '../resource/detect-resource.ts';
import { isHostAndPort, isHttpUrl } from './checks.ts';
import { checkOptions } from './check-options.ts';
import { TracingConfigError } from './config-error.ts';
import { readConfigFile } from './declarative-file.ts';
import { environmentOptions, type ExporterDefaults, withoutUndefined, withPath } from './environment-options.ts';
import type { Environment } from './environment-values.ts';
import {
  type BatchConfig,
  type Compression,
  DEFAULT_BATCH,
  DEFAULT_LIMITS,
  type ExporterConfig,
  type OtlpProtocol,
  type ProcessorConfig,
  type PropagatorName,
  type SamplerConfig,
  type TracingConfig,
} from './tracing-config.ts';
import type { ExporterOptions, SamplerOptions, TracingOptions } from './tracing-options.ts';

export interface ResolveOptions {
  /** Default `process.env`. */
  readonly environment?: Environment;
  /** Called with what was ignored, and why. Default: nobody. */
  readonly onWarning?: (message: string) => void;
  /** Where neither the object nor the environment says any. Default OTLP. */
  readonly defaultExporters?: readonly ExporterOptions[];
}

/**
 * The configuration of an application: what it says itself, before the file that `OTEL_CONFIG_FILE` names or, without
 * one, the other variables, before the defaults. Beside a file the variables count only where the file asks for them.
 *
 * Throws `TracingConfigError`: `invalid_tracing_config` for the object or the file's content, `config_file_unreadable`,
 * `config_file_malformed`, `config_file_needs_yaml`. Variables never throw; they warn.
 */
export function resolveTracingConfig(given: TracingOptions = {}, how: ResolveOptions = {}): TracingConfig {
  const environment = how.environment ?? process.env;
  const warn = how.onWarning ?? (() => {});
  const own = checkOptions(given);
  const { defaultExporters = [{ type: 'otlp' }] } = how;
  const path = [environment['OTEL_CONFIG_FILE'], environment['OTEL_EXPERIMENTAL_CONFIG_FILE']]
    .map((value) => value?.trim())
    .find((value) => value !== undefined && value !== '');
  if (path !== undefined) return resolve(own, readConfigFile(path, environment, warn), () => ({}), false, warn);
  const { options, exporterDefaults } = environmentOptions(environment, warn);
  return resolve(own, { exporters: defaultExporters, ...options }, exporterDefaults, true, warn);
}

const DEFAULT_PROPAGATORS: readonly PropagatorName[] = ['tracecontext', 'baggage'];

function resolve(
  own: TracingOptions,
  below: TracingOptions,
  exporterDefaults: ExporterDefaults,
  fromEnvironment: boolean,
  warn: (message: string) => void,
): TracingConfig {
  const batch = boundedBatch(
    { ...DEFAULT_BATCH, ...withoutUndefined(below.batch ?? {}), ...withoutUndefined(own.batch ?? {}) },
    'batch',
    warn,
  );
  const exporters = (own.exporters ?? below.exporters ?? []).map((exporter, index) => {
    // What the application wrote is a base URL as people write it; files and variables have their own rules.
    const written = own.exporters === undefined ? exporter : withTracesPath(exporter);
    // The defaults are of the exporter's own type.
    const complete = { ...exporterDefaults(exporter), ...withoutUndefined(written) } as ExporterOptions;
    return exporterConfig(complete, batch, `exporters[${index}]`, warn);
  });
  const serviceName = own.serviceName ?? below.serviceName;
  const propagation = { ...below.propagation, ...withoutUndefined(own.propagation ?? {}) };
  return {
    disabled: own.disabled ?? below.disabled ?? false,
    logLevel: own.logLevel ?? below.logLevel ?? 'info',
    resource: {
      attributes: {
        ...below.resource?.attributes,
        ...own.resource?.attributes,
        ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
      },
      schemaUrl: own.resource?.schemaUrl ?? below.resource?.schemaUrl ?? '',
      detectors: own.resource?.detectors ?? below.resource?.detectors ?? RESOURCE_DETECTORS,
      detected: own.resource?.detected ?? below.resource?.detected ?? {},
      fromEnvironment,
    },
    sampler: samplerConfig(own.sampler ?? below.sampler ?? { type: 'parent_based' }, warn),
    propagation: {
      http: propagation.http ?? DEFAULT_PROPAGATORS,
      grpc: propagation.grpc ?? propagation.http ?? DEFAULT_PROPAGATORS,
      messaging: propagation.messaging ?? propagation.http ?? DEFAULT_PROPAGATORS,
      database: propagation.database ?? 'off',
    },
    exporters,
    batch,
    limits: { ...DEFAULT_LIMITS, ...withoutUndefined(below.limits ?? {}), ...withoutUndefined(own.limits ?? {}) },
    overhead: own.overhead ?? below.overhead ?? true,
    semconvStability: own.semconvStability ?? below.semconvStability ?? [],
  };
}

const JAEGER_GRPC_PORT = '14250';

function samplerConfig(sampler: SamplerOptions, warn: (message: string) => void): SamplerConfig {
  switch (sampler.type) {
    case 'always':
    case 'never':
      return { type: sampler.type };
    case 'probabilistic':
      return { type: 'probabilistic', rate: sampler.rate, ...(sampler.first64 === true ? { first64: true } : {}) };
    case 'rate_limited':
    case 'adaptive':
      return { type: sampler.type, rate: sampler.rate };
    case 'per_operation':
      return { type: 'per_operation', operations: sampler.operations, rate: sampler.rate };
    case 'rules':
      return {
        type: 'rules',
        rules: sampler.rules.map(({ sampler: inner, ...conditions }) => ({
          ...conditions,
          sampler: samplerConfig(inner, warn),
        })),
        otherwise: samplerConfig(sampler.otherwise, warn),
      };
    case 'priority':
      return { type: 'priority', rate: sampler.rate ?? 0.1 };
    case 'remote': {
      const endpoint = sampler.endpoint ?? 'http://localhost:5778/sampling';
      if (new URL(endpoint).port === JAEGER_GRPC_PORT) {
        warn(`the remote sampler asks ${JAEGER_GRPC_PORT}, where Jaeger speaks gRPC, over HTTP; HTTP is at port 5778`);
      }
      return {
        type: 'remote',
        endpoint,
        pollingIntervalMs: sampler.pollingIntervalMs ?? 60_000,
        initialRate: sampler.initialRate ?? 0.001,
      };
    }
    case 'parent_based': {
      const byRate: SamplerOptions =
        sampler.rate === undefined ? { type: 'always' } : { type: 'probabilistic', rate: sampler.rate };
      const inner = (of: SamplerOptions | undefined): SamplerConfig | undefined =>
        of === undefined ? undefined : samplerConfig(of, warn);
      return {
        type: 'parent_based',
        root: samplerConfig(sampler.root ?? byRate, warn),
        ...withoutUndefined({
          remoteParentSampled: inner(sampler.remoteParentSampled),
          remoteParentNotSampled: inner(sampler.remoteParentNotSampled),
          localParentSampled: inner(sampler.localParentSampled),
          localParentNotSampled: inner(sampler.localParentNotSampled),
        }),
      };
    }
  }
}

/** `http://collector:4318` means its traces path: nothing listens at the root. */
function withTracesPath(exporter: ExporterOptions): ExporterOptions {
  if (exporter.type !== 'otlp' || exporter.endpoint === undefined || exporter.protocol === 'grpc') return exporter;
  if (!isHttpUrl(exporter.endpoint) || new URL(exporter.endpoint).pathname !== '/') return exporter;
  return { ...exporter, endpoint: withPath(exporter.endpoint, 'v1/traces') };
}

function processorConfig(
  exporter: ExporterOptions,
  common: BatchConfig,
  path: string,
  warn: (message: string) => void,
): ProcessorConfig {
  if (exporter.processor === 'simple') return { type: 'simple' };
  return { type: 'batch', ...boundedBatch({ ...common, ...withoutUndefined(exporter.batch ?? {}) }, path, warn) };
}

/** A batch is not larger than the queue that it comes from. */
function boundedBatch(batch: BatchConfig, path: string, warn: (message: string) => void): BatchConfig {
  if (batch.maxExportBatchSize <= batch.maxQueueSize) return batch;
  warn(`${path}: a batch of ${batch.maxExportBatchSize} spans is larger than the queue; ${batch.maxQueueSize} is used`);
  return { ...batch, maxExportBatchSize: batch.maxQueueSize };
}

const JAEGER_ENDPOINTS = {
  'http/thrift': 'http://localhost:14268/api/traces',
  'udp/thrift.compact': 'localhost:6831',
  grpc: `http://localhost:${JAEGER_GRPC_PORT}`,
} as const;
const NOT_A_URL = 'must be a URL with http:// or https://';

function endpointError(path: string, message: string): TracingConfigError {
  return new TracingConfigError('invalid_tracing_config', [{ code: 'not_a_url', path: `${path}.endpoint`, message }]);
}

function exporterConfig(
  exporter: ExporterOptions,
  batch: BatchConfig,
  path: string,
  warn: (message: string) => void,
): ExporterConfig {
  const processor = processorConfig(exporter, batch, path, warn);
  const request = {
    processor,
    headers: ('headers' in exporter ? exporter.headers : undefined) ?? {},
    timeoutMs: ('timeoutMs' in exporter ? exporter.timeoutMs : undefined) ?? 10_000,
    ...('worker' in exporter && exporter.worker ? { worker: true } : {}),
  };
  switch (exporter.type) {
    case 'otlp': {
      const protocol = exporter.protocol ?? 'http/protobuf';
      return {
        type: 'otlp',
        protocol,
        endpoint: otlpEndpoint(exporter.endpoint, protocol === 'grpc', exporter.insecure ?? false, path),
        ...request,
        compression: compressionOf(exporter.compression ?? 'none', protocol, path, warn),
        ...withoutUndefined({
          certificateFile: exporter.certificateFile,
          clientKeyFile: exporter.clientKeyFile,
          clientCertificateFile: exporter.clientCertificateFile,
        }),
      };
    }
    case 'zipkin':
      return { type: 'zipkin', endpoint: exporter.endpoint ?? 'http://localhost:9411/api/v2/spans', ...request };
    case 'simple':
      return { type: 'simple', endpoint: exporter.endpoint ?? 'http://localhost:16686/v1/traces', ...request };
    case 'jaeger': {
      const protocol = exporter.protocol ?? 'http/thrift';
      const endpoint = exporter.endpoint ?? JAEGER_ENDPOINTS[protocol];
      const udp = protocol === 'udp/thrift.compact';
      if (!(udp ? isHostAndPort(endpoint) : isHttpUrl(endpoint))) {
        throw endpointError(path, udp ? 'must be HOST:PORT' : NOT_A_URL);
      }
      return { type: 'jaeger', protocol, endpoint, ...request };
    }
    case 'console':
      return { type: 'console', format: exporter.format ?? 'tree', processor };
    case 'file':
      return { type: 'file', path: exporter.path, processor };
    case 'memory':
      return { type: 'memory', processor };
  }
}

/** gRPC's peers know gzip; zstd is not among the encodings they must take. */
function compressionOf(
  compression: Compression,
  protocol: OtlpProtocol,
  path: string,
  warn: (message: string) => void,
): Compression {
  if (compression !== 'zstd' || (HAS_ZSTD && protocol !== 'grpc')) return compression;
  const why = HAS_ZSTD ? 'gRPC is compressed' : 'this Node.js has no zstd, which comes with 22.15; it compresses';
  warn(`${path}: ${why} with gzip instead of zstd`);
  return 'gzip';
}

function otlpEndpoint(given: string | undefined, grpc: boolean, insecure: boolean, path: string): string {
  if (given === undefined) return grpc ? 'http://localhost:4317' : 'http://localhost:4318/v1/traces';
  if (grpc) {
    const problem = grpcEndpointProblem(given);
    if (problem !== undefined) throw endpointError(path, problem);
    return grpcUrl(given, insecure);
  }
  if (isHttpUrl(given)) return given;
  throw endpointError(path, NOT_A_URL);
}
