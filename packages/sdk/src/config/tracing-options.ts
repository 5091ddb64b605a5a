import type { AttributeValue } from '@opentelemetry/api';
import type { AttributeFilter } from '../resource/attribute-filter.ts';
import type { ResourceDetectorName } from '../resource/detect-resource.ts';
import type {
  BatchConfig,
  Compression,
  Headers,
  JaegerProtocol,
  LimitsConfig,
  LogLevel,
  OtlpProtocol,
  PropagatorName,
  RuleConditions,
} from './tracing-config.ts';

/** See `SamplerConfig` for the meaning of `rate`. */
export type SamplerOptions =
  | { readonly type: 'always' | 'never' }
  | { readonly type: 'probabilistic'; readonly rate: number; readonly first64?: boolean }
  | { readonly type: 'rate_limited' | 'adaptive'; readonly rate: number }
  | { readonly type: 'priority'; readonly rate?: number }
  | {
      readonly type: 'per_operation';
      readonly operations: Readonly<Record<string, number>>;
      readonly rate: number;
    }
  | {
      readonly type: 'rules';
      readonly rules: readonly (RuleConditions & { readonly sampler: SamplerOptions })[];
      readonly otherwise: SamplerOptions;
    }
  | {
      readonly type: 'parent_based';
      /** Default: `probabilistic` if there is a `rate`, else `always`. */
      readonly root?: SamplerOptions;
      readonly rate?: number;
      readonly remoteParentSampled?: SamplerOptions;
      readonly remoteParentNotSampled?: SamplerOptions;
      readonly localParentSampled?: SamplerOptions;
      readonly localParentNotSampled?: SamplerOptions;
    }
  | {
      readonly type: 'remote';
      /** Default `http://localhost:5778/sampling`. */
      readonly endpoint?: string;
      readonly pollingIntervalMs?: number;
      readonly initialRate?: number;
    };

interface ProcessorOptions {
  /** Default `batch`. */
  readonly processor?: 'batch' | 'simple';
  readonly batch?: Partial<BatchConfig>;
}
interface RequestOptions extends ProcessorOptions {
  readonly endpoint?: string;
  readonly headers?: Headers;
  readonly timeoutMs?: number;
  /** Export in a thread of its own. Default false. */
  readonly worker?: boolean;
}

export type ExporterOptions =
  | ({
      readonly type: 'otlp';
      readonly protocol?: OtlpProtocol;
      readonly compression?: Compression;
      readonly certificateFile?: string;
      readonly clientKeyFile?: string;
      readonly clientCertificateFile?: string;
      /** For a gRPC endpoint without a scheme: no TLS. */
      readonly insecure?: boolean;
    } & RequestOptions)
  | ({ readonly type: 'zipkin' | 'simple' } & RequestOptions)
  | ({ readonly type: 'jaeger'; readonly protocol?: JaegerProtocol } & RequestOptions)
  | ({ readonly type: 'console'; readonly format?: 'tree' | 'json' } & ProcessorOptions)
  | ({ readonly type: 'file'; readonly path: string } & ProcessorOptions)
  | ({ readonly type: 'memory' } & ProcessorOptions);

/** The configuration as an application writes it; everything has a default. */
export interface TracingOptions {
  readonly disabled?: boolean;
  readonly logLevel?: LogLevel;
  readonly serviceName?: string;
  readonly resource?: {
    readonly attributes?: Readonly<Record<string, AttributeValue>>;
    readonly schemaUrl?: string;
    readonly detectors?: readonly ResourceDetectorName[];
    readonly detected?: AttributeFilter;
  };
  readonly sampler?: SamplerOptions;
  readonly propagation?: {
    readonly http?: readonly PropagatorName[];
    readonly grpc?: readonly PropagatorName[];
    readonly messaging?: readonly PropagatorName[];
    /** Default `off`. */
    readonly database?: 'off' | 'sqlcommenter' | 'trace_id';
  };
  /** An empty list exports nothing. */
  readonly exporters?: readonly ExporterOptions[];
  readonly limits?: Partial<LimitsConfig>;
  /** Of every exporter that says nothing else. */
  readonly batch?: Partial<BatchConfig>;
  /** Whether what tracing costs is measured. Default true. */
  readonly overhead?: boolean;
  readonly semconvStability?: readonly string[];
}
