import type { TracingConfig } from '../config/tracing-config.ts';
import type { TracingOptions } from '../config/tracing-options.ts';
import type { OfficialSpanExporter } from '../export/official-exporter.ts';
import type { BatchExporter } from '../export/span-exporter.ts';
import type { OverheadMonitor } from '../overhead/overhead-monitor.ts';
import type { TransportPropagators } from '../propagation/propagators-of-config.ts';
import type { FlushOptions, TracerProvider } from '../provider.ts';
import type { Sampler } from '../sampling/sampler.ts';
import type { IdGenerator } from '../span/id-generator.ts';
import type { SpanProcessor } from '../span/span-processor.ts';
import type { HttpTracingChoice } from './http-tracing.ts';
import type { Instrumentation } from './instrumentation.ts';

export interface StartTracingOptions extends TracingOptions {
  /** Default `own`, unless `instrumentations` has official ones for HTTP. */
  readonly http?: HttpTracingChoice;
  /** Instrumentations with the official interface; lists in the list too, as `getNodeAutoInstrumentations()` gives. */
  readonly instrumentations?: readonly (Instrumentation | readonly Instrumentation[])[];
  /** Processors with the official SDK's interface, beside all exporters: for one that exports, `exporters: []`. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /**
   * Our interface, or the official SDK's; beside those of `exporters`, of which the default does not count here. One with
   * a `name` is taken for ours; wrap an official one that has a name in `officialExporter`.
   */
  readonly customExporters?: readonly (BatchExporter | OfficialSpanExporter)[];
  /**
   * How long the end of the process may take longer for spans to be exported: when it has nothing left to do, on SIGTERM
   * and SIGINT, and on an uncaught exception (1,000 at most). Default 3,000; 0 leaves the process alone.
   */
  readonly exitTimeoutMs?: number;
  /** Instead of `sampler`. */
  readonly customSampler?: Sampler;
  /** Default: random ids. */
  readonly idGenerator?: IdGenerator;
}

/** Tracing that runs. */
export interface Tracing {
  readonly provider: TracerProvider;
  readonly config: TracingConfig;
  readonly propagators: TransportPropagators;
  /** What tracing itself costs; undefined where that is not measured, by configuration or because tracing is disabled. */
  readonly overhead: OverheadMonitor | undefined;
  /** Resolves when all spans that ended before were exported or dropped, at the latest after the export timeout. */
  forceFlush(options?: FlushOptions): Promise<void>;
  /** Flushes, ends everything that was started and unregisters it. Idempotent; `startTracing` can start anew then. */
  shutdown(): Promise<void>;
}
