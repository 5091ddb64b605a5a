import type { Attributes } from '@opentelemetry/api';
import type { AttributeFilter } from '../resource/attribute-filter.ts';
import type { ResourceDetectorName } from '../resource/detect-resource.ts';

/** The names of `OTEL_PROPAGATORS`, and two more: `datadog`, and `xtraceid` for `X-Trace-Id` and its kin. */
export const PROPAGATOR_NAMES = [
  'tracecontext',
  'baggage',
  'b3',
  'b3multi',
  'jaeger',
  'xray',
  'ottrace',
  'datadog',
  'xtraceid',
] as const;
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];

export const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type SamplerConfig =
  | { readonly type: 'always' | 'never' }
  /** `rate`: the part of traces to keep, 0 to 1. `first64`: decided by the first 64 bits of the trace id. */
  | { readonly type: 'probabilistic'; readonly rate: number; readonly first64?: boolean }
  /** `rate`: traces per second, at most; `adaptive` aims at it. */
  | { readonly type: 'rate_limited' | 'adaptive'; readonly rate: number }
  /** Everything with `priority=high`, and the part `rate` of the rest. */
  | { readonly type: 'priority'; readonly rate: number }
  /** The part for the name of a trace's first span; `rate` for other names. */
  | {
      readonly type: 'per_operation';
      readonly operations: Readonly<Record<string, number>>;
      readonly rate: number;
    }
  | RulesSamplerConfig
  | ParentBasedSamplerConfig
  | RemoteSamplerConfig;

export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKindName = (typeof SPAN_KINDS)[number];

/** Conditions of a sampling rule; all that are given must hold. */
export interface RuleConditions {
  /** The key must be there; with `value`, equal to it; text with `*` for any text. */
  readonly attribute?: { readonly key: string; readonly value?: string | number | boolean };
  /** The whole name, `*` for any text. */
  readonly spanName?: string;
  readonly spanKind?: SpanKindName;
  /** `any`: the span has a link; `sampled`: one to a sampled span. */
  readonly link?: 'any' | 'sampled';
  /** The caller asked for a debug trace (B3, Jaeger). */
  readonly debug?: boolean;
}

/** The first rule that holds decides, `otherwise` if none does. */
export interface RulesSamplerConfig {
  readonly type: 'rules';
  readonly rules: readonly (RuleConditions & { readonly sampler: SamplerConfig })[];
  readonly otherwise: SamplerConfig;
}

/** Absent delegates: sampled parents are followed with `always`, unsampled ones with `never`. */
export interface ParentBasedSamplerConfig {
  readonly type: 'parent_based';
  readonly root: SamplerConfig;
  readonly remoteParentSampled?: SamplerConfig;
  readonly remoteParentNotSampled?: SamplerConfig;
  readonly localParentSampled?: SamplerConfig;
  readonly localParentNotSampled?: SamplerConfig;
}

export interface RemoteSamplerConfig {
  readonly type: 'remote';
  readonly endpoint: string;
  readonly pollingIntervalMs: number;
  /** Of the probabilistic sampler used until strategies arrive. */
  readonly initialRate: number;
}

/** `maxQueueBytes` holds for encoded spans; whichever bound of the queue is reached first drops spans. */
export interface BatchConfig {
  readonly scheduleDelayMs: number;
  /** 0: no limit. */
  readonly exportTimeoutMs: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly maxQueueBytes: number;
}

export type ProcessorConfig = ({ readonly type: 'batch' } & BatchConfig) | { readonly type: 'simple' };

export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';
export type Compression = 'none' | 'gzip' | 'zstd';
export type JaegerProtocol = 'http/thrift' | 'udp/thrift.compact' | 'grpc';

interface Processed {
  readonly processor: ProcessorConfig;
}
interface Requested extends Processed {
  /** In a thread of its own. */
  readonly worker?: boolean;
}
/** A request's header names and values. */
export type Headers = Readonly<Record<string, string>>;

export interface OtlpExporterConfig extends Requested {
  readonly type: 'otlp';
  readonly protocol: OtlpProtocol;
  /** A full URL, posted to as it stands; for gRPC its scheme says whether TLS is used. */
  readonly endpoint: string;
  readonly headers: Headers;
  readonly compression: Compression;
  /** 0: no limit. */
  readonly timeoutMs: number;
  /** Paths of PEM files. */
  readonly certificateFile?: string;
  readonly clientKeyFile?: string;
  readonly clientCertificateFile?: string;
}
export interface UrlExporterConfig extends Requested {
  readonly type: 'zipkin' | 'simple';
  readonly endpoint: string;
  readonly headers: Headers;
  readonly timeoutMs: number;
}
export interface JaegerExporterConfig extends Requested {
  readonly type: 'jaeger';
  readonly protocol: JaegerProtocol;
  /** A URL, or for UDP `host:port`. */
  readonly endpoint: string;
  readonly headers: Headers;
  readonly timeoutMs: number;
}
export interface LocalExporterConfig extends Processed {
  readonly type: 'memory';
}
export interface ConsoleExporterConfig extends Processed {
  readonly type: 'console';
  readonly format: 'tree' | 'json';
}
export interface FileExporterConfig extends Processed {
  readonly type: 'file';
  readonly path: string;
}
export type ExporterConfig =
  | OtlpExporterConfig
  | UrlExporterConfig
  | JaegerExporterConfig
  | LocalExporterConfig
  | ConsoleExporterConfig
  | FileExporterConfig;

/** The official SDK's names. `attributeValueLengthLimit` counts UTF-16 units; `Infinity`: no limit. */
export interface LimitsConfig {
  readonly attributeValueLengthLimit: number;
  readonly attributeCountLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

/** By transport; an empty list writes and reads nothing. `http` is also what the global propagator does. */
export interface PropagationConfig {
  readonly http: readonly PropagatorName[];
  readonly grpc: readonly PropagatorName[];
  readonly messaging: readonly PropagatorName[];
  /** The comment appended to SQL statements. */
  readonly database: 'off' | 'sqlcommenter' | 'trace_id';
}

/** Every choice made: what `resolveTracingConfig` gives and the parts of the SDK are built from. Plain data. */
export interface TracingConfig {
  readonly disabled: boolean;
  readonly logLevel: LogLevel;
  readonly resource: {
    /** Beside what is detected, and stronger than it. */
    readonly attributes: Readonly<Attributes>;
    readonly schemaUrl: string;
    readonly detectors: readonly ResourceDetectorName[];
    /** Which attributes of what is detected are taken. */
    readonly detected: AttributeFilter;
    /** Whether OTEL_RESOURCE_ATTRIBUTES and the like count: not beside a configuration file. */
    readonly fromEnvironment: boolean;
  };
  readonly sampler: SamplerConfig;
  readonly propagation: PropagationConfig;
  readonly exporters: readonly ExporterConfig[];
  /** Of exporters that are not in the configuration. */
  readonly batch: BatchConfig;
  readonly limits: LimitsConfig;
  /** Whether what tracing costs is measured. */
  readonly overhead: boolean;
  /** The values of OTEL_SEMCONV_STABILITY_OPT_IN. */
  readonly semconvStability: readonly string[];
}

export const DEFAULT_LIMITS: LimitsConfig = {
  attributeValueLengthLimit: Infinity,
  attributeCountLimit: 128,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

export const DEFAULT_BATCH: BatchConfig = {
  scheduleDelayMs: 5000,
  exportTimeoutMs: 30_000,
  maxQueueSize: 2048,
  maxExportBatchSize: 512,
  maxQueueBytes: 16 * 1_048_576,
};
