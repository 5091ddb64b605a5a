import type { Attributes, Tracer, TracerOptions, TracerProvider as ApiTracerProvider } from '@opentelemetry/api';

import { holdingProcess } from './export/hold-process.ts';
import { isOfficialExporter, officialExporter, type OfficialSpanExporter } from './export/official-exporter.ts';
import type { BatchExporter } from './export/span-exporter.ts';
import { warnOnce } from './helpers/tell-once.ts';
import type { RunningOverheadMonitor } from './overhead/overhead-monitor.ts';
import { Stopwatch } from './overhead/stopwatch.ts';
import { BatchProcessor, type BatchProcessorOptions } from './processing/batch-processor.ts';
import { DroppedSpans } from './processing/dropped-spans.ts';
import { FanOut } from './processing/fan-out.ts';
import { guardedProcessor } from './processing/guarded-processor.ts';
import { encodeResource, encodeScopeAttributes } from './resource/encode-resource.ts';
import { readableResource } from './resource/readable-resource.ts';
import type { Sampler } from './sampling/sampler.ts';
import { type ClockSource, systemClock } from './span/clock.ts';
import type { IdGenerator } from './span/id-generator.ts';
import { CHILD_WORDS, IdWords, ROOT_WORDS } from './span/id-words.ts';
import { wholeLimits, type SpanLimits } from './span/span-limits.ts';
import type { ProviderResource, ProviderState } from './span/span-owner.ts';
import type { SpanProcessor } from './span/span-processor.ts';
import { textOf } from './span/text-of.ts';
import { ScopeTracer } from './span/tracer.ts';

export interface TracerProviderOptions {
  readonly resource?: ProviderResource;
  /** Absent: as the parent, and every root. */
  readonly sampler?: Sampler;
  readonly spanLimits?: Partial<SpanLimits>;
  /** Ours and those of the official SDK. Each has a queue of its own, so that one that hangs costs the others nothing. */
  readonly exporters?: readonly (BatchExporter | OfficialSpanExporter | ExportPipeline)[];
  /** Of every exporter that says nothing else. */
  readonly batch?: BatchProcessorOptions;
  /** Processors with the official SDK's interface. What they throw is told to `diag`, and goes no further. */
  readonly spanProcessors?: readonly SpanProcessor[];
  readonly clock?: ClockSource;
  /** Absent: random ids. */
  readonly idGenerator?: IdGenerator;
}

/** An exporter with bounds of its own. */
export interface ExportPipeline {
  readonly exporter: BatchExporter | OfficialSpanExporter;
  readonly batch?: BatchProcessorOptions;
}

export interface ScopeOptions extends TracerOptions {
  /** Of the instrumentation scope; the API of JavaScript has none yet (specification: Trace API, Get a Tracer). */
  readonly attributes?: Attributes;
}

export interface FlushOptions {
  /** Whether the process stays alive until the flush is done. Default true. */
  readonly holdsProcess?: boolean;
}

export interface TracerProvider extends ApiTracerProvider {
  getTracer(name: string, version?: string, options?: ScopeOptions): Tracer;
  /** Spans that were lost on the way to exporters, by reason. `diag` is told, at most once a minute for each reason. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Spans that ended and are neither exported nor dropped yet, once for each exporter. */
  readonly queuedSpanCount: number;
  forceFlush(options?: FlushOptions): Promise<void>;
  /** Idempotent. Spans that start afterwards do not record. */
  shutdown(): Promise<void>;
}

/** Of providers without a monitor: never begun. */
const NO_WATCH: Stopwatch = new Stopwatch(() => 0);

/** Distinct scopes of a provider; tracers of further ones are made anew at each call. */
const MAX_KEPT_TRACERS = 1000;

/** `monitor`, of this provider alone, is told what it and its exporters do and cost. */
export function createTracerProvider(
  options: TracerProviderOptions = {},
  monitor?: RunningOverheadMonitor,
): TracerProvider {
  const resource = readableResource(options.resource ?? { attributes: {} });
  const processors = (options.spanProcessors ?? []).map(guardedProcessor);
  const dropped = new DroppedSpans();
  monitor?.watchDrops(dropped);
  const rootIds = new IdWords(ROOT_WORDS, monitor?.meter.rootStarts);
  const childIds = new IdWords(CHILD_WORDS, monitor?.meter.childStarts);
  monitor?.watchStarts(options.sampler !== undefined, rootIds, childIds);
  const encodedResource = encodeResource(resource.attributes);
  const queues = (options.exporters ?? []).map((given) => {
    const { exporter: one, batch = {} }: ExportPipeline = 'export' in given ? { exporter: given } : given;
    const exporter = isOfficialExporter(one) ? officialExporter(one) : one;
    const bounds = { ...options.batch, ...batch };
    const meter = monitor?.exportMeter();
    const queue = new BatchProcessor(encodedResource, resource.schemaUrl ?? '', [exporter], bounds, dropped, meter);
    if (meter !== undefined) monitor?.watchQueue(queue, exporter, meter);
    return queue;
  });
  const provider: ProviderState = {
    resource,
    limits: wholeLimits(options.spanLimits),
    clock: options.clock ?? systemClock,
    processors,
    ended: queues.length > 1 ? new FanOut(queues) : queues[0],
    meter: monitor?.meter,
    watch: monitor?.meter.watch ?? NO_WATCH,
    anchor: undefined,
    rootIds,
    childIds,
    idGenerator: options.idGenerator,
    shutDown: false,
  };
  const tracers = new Map<string, Tracer>();
  let stopped: Promise<void> | undefined;

  return {
    dropped: dropped.counts,
    get queuedSpanCount() {
      return queues.reduce((sum, queue) => sum + queue.queuedSpanCount, 0);
    },
    getTracer(givenName: string, givenVersion?: string, scopeOptions?: ScopeOptions): Tracer {
      const { schemaUrl: givenSchemaUrl, attributes } = scopeOptions ?? {};
      // Of JavaScript they may be anything; what is not there is ''.
      const name = textOf(givenName);
      const version = textOf(givenVersion);
      const schemaUrl = textOf(givenSchemaUrl);
      if (name === '') warnOnce(provider, 'a tracer is asked for without a name');
      const encodedAttributes = attributes === undefined ? undefined : encodeScopeAttributes(attributes);
      const key = JSON.stringify([name, version, schemaUrl, encodedAttributes && [...encodedAttributes]]);
      const known = tracers.get(key);
      if (known !== undefined) return known;
      const scope = {
        name,
        ...(version === '' ? {} : { version }),
        ...(schemaUrl === '' ? {} : { schemaUrl }),
        ...(encodedAttributes === undefined ? {} : { encodedAttributes }),
      };
      const tracer = new ScopeTracer({ provider, scope }, options.sampler);
      if (tracers.size < MAX_KEPT_TRACERS) tracers.set(key, tracer);
      return tracer;
    },
    async forceFlush({ holdsProcess = true }: FlushOptions = {}): Promise<void> {
      const flushed = Promise.all([...queues, ...processors].map(async (processor) => processor.forceFlush()));
      await (holdsProcess ? holdingProcess(flushed) : flushed);
    },
    shutdown(): Promise<void> {
      provider.shutDown = true;
      stopped ??= holdingProcess(
        Promise.all([...queues, ...processors].map(async (processor) => processor.shutdown())),
      ).then(() => undefined);
      return stopped;
    },
  };
}
