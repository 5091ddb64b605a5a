import { diag, ProxyTracerProvider } from '@opentelemetry/api';

import { configuredResource } from '../config/configured-resource.ts';
import { resolveTracingConfig } from '../config/resolve-config.ts';
import {
  DEFAULT_BATCH,
  type ProcessorConfig,
  type SamplerConfig,
  type TracingConfig,
} from '../config/tracing-config.ts';
import type { TracingOptions } from '../config/tracing-options.ts';
import { AsyncContextManager } from '../context/async-context-manager.ts';
import { messageOf } from '../export/delivering-exporter.ts';
import { exporterOfConfig } from '../export/exporter-of-config.ts';
import { isOfficialExporter } from '../export/official-exporter.ts';
import { workerExporter } from '../export/worker-exporter.ts';
import { RunningOverheadMonitor } from '../overhead/overhead-monitor.ts';
import type { BatchProcessorOptions } from '../processing/batch-processor.ts';
import { globalPropagator } from '../propagation/global-propagator.ts';
import { propagatorsOfConfig } from '../propagation/propagators-of-config.ts';
import { createTracerProvider, type TracerProvider, type TracerProviderOptions } from '../provider.ts';
import { type ConfiguredSampler, samplerOfConfig } from '../sampling/sampler-of-config.ts';
import { checkStartOptions } from './check-start-options.ts';
import { registerDiagLogger } from './diag-logger.ts';
import { flushOnExit } from './flush-on-exit.ts';
import { enableHttpTracing, planHttpTracing } from './http-tracing.ts';
import { enableInstrumentations } from './instrumentation.ts';
import { registerGlobals } from './register-globals.ts';
import { runningTracing, setRunningTracing } from './running-tracing.ts';
import type { StartTracingOptions, Tracing } from './tracing.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

/**
 * Starts tracing in this process: what `options` say, before the environment, before the defaults. Registers the tracer
 * provider, the context manager and the propagator with `@opentelemetry/api` where nobody else has. While tracing runs, a
 * second start warns and gives back what runs.
 *
 * @throws TracingConfigError `invalid_tracing_config` for a mistake in `options`. Nothing in the environment makes it
 *   throw: a variable that cannot be read is ignored, a configuration file that cannot be read disables tracing, each
 *   with a message to `diag`.
 */
export function startTracing(options: StartTracingOptions = {}): Tracing {
  const running = runningTracing();
  if (running !== undefined) {
    diag.warn('tracing runs already; the second start changes nothing');
    return running;
  }
  checkStartOptions(options);
  const {
    http,
    instrumentations = [],
    spanProcessors = [],
    customExporters = [],
    customSampler: given,
    exitTimeoutMs = DEFAULT_EXIT_TIMEOUT_MS,
    idGenerator,
    ...configuration
  } = options;
  const messages: string[] = [];
  const config = configOf(configuration, customExporters.length > 0, (message) => messages.push(message));
  const unregisterLogger = registerDiagLogger(config.logLevel);
  for (const message of messages) diag.warn(message);
  const monitor = config.overhead && !config.disabled ? new RunningOverheadMonitor() : undefined;
  const propagators = propagatorsOfConfig(config.propagation, monitor?.meter);
  if (config.disabled) {
    const unregister = registerGlobals({
      tracerProvider: undefined,
      contextManager: new AsyncContextManager(),
      propagator: globalPropagator(propagators),
    });
    const parts = { provider: inertProvider(), config, propagators, overhead: undefined };
    return run(parts, async () => {}, [unregister, unregisterLogger]);
  }

  const resource = configuredResource(config, undefined, (message) => diag.warn(message));
  const sampling = given === undefined ? configuredSampler(config.sampler, resource.attributes) : undefined;
  const sampler = given ?? sampling?.sampler;
  const exporters = [
    ...config.exporters.map((exporter) => ({
      exporter: 'worker' in exporter && exporter.worker ? workerExporter(exporter) : exporterOfConfig(exporter),
      batch: batchOptions(exporter.processor),
    })),
    ...customExporters.map((exporter) => ({ exporter })),
  ];
  // The end of the process is the matter of `flushOnExit`, and of nobody without a time for it.
  for (const { exporter } of exporters) if (!isOfficialExporter(exporter)) exporter.letExit?.();
  const providerOptions: TracerProviderOptions = {
    resource,
    ...(sampler === undefined ? {} : { sampler }),
    ...(idGenerator === undefined ? {} : { idGenerator }),
    spanLimits: config.limits,
    spanProcessors,
    batch: batchOptions({ type: 'batch', ...config.batch }),
    exporters,
  };
  const provider = createTracerProvider(providerOptions, monitor);
  const unregister = registerGlobals({
    tracerProvider: provider,
    contextManager: new AsyncContextManager(monitor?.meter),
    propagator: globalPropagator(propagators),
  });
  const letExit = exitTimeoutMs > 0 ? flushOnExit(provider, exitTimeoutMs) : undefined;
  const plan = planHttpTracing(http, instrumentations.flat());
  const disable = enableInstrumentations(plan.instrumentations, provider);
  const disableHttp = enableHttpTracing(plan, provider, propagators.http, config.semconvStability);
  monitor?.followMeter();
  return run({ provider, config, propagators, overhead: monitor }, () => provider.shutdown(), [
    () => letExit?.(),
    () => monitor?.close(),
    disableHttp,
    disable,
    () => sampling?.close(),
    unregister,
    unregisterLogger,
  ]);
}

const DEFAULT_EXIT_TIMEOUT_MS = 3000;

/** The part that does not change while tracing runs. */
type TracingParts = Pick<Tracing, 'provider' | 'config' | 'propagators' | 'overhead'>;

/** Makes it the running one. At shutdown `stop` is awaited, then the steps undo the rest in their order. */
function run(parts: TracingParts, stop: () => Promise<void>, steps: readonly (() => void)[]): Tracing {
  let stopped: Promise<void> | undefined;
  const tracing: Tracing = {
    ...parts,
    forceFlush: (flushOptions) => parts.provider.forceFlush(flushOptions),
    shutdown: () => {
      stopped ??= stop().finally(() => {
        for (const step of steps) step();
        if (runningTracing() === tracing) setRunningTracing(undefined);
      });
      return stopped;
    },
  };
  setRunningTracing(tracing);
  return tracing;
}

/** The application's own mistakes are thrown to it. What comes from the environment must not keep it from starting. */
function configOf(
  options: TracingOptions,
  hasCustomExporters: boolean,
  onWarning: (message: string) => void,
): TracingConfig {
  try {
    return resolveTracingConfig(options, { onWarning, ...(hasCustomExporters ? { defaultExporters: [] } : {}) });
  } catch (error) {
    const withoutEnvironment = resolveTracingConfig(options, { environment: {} });
    onWarning(`tracing is disabled; the configuration cannot be used: ${messageOf(error)}`);
    return { ...withoutEnvironment, disabled: true };
  }
}

/** Undefined for the default, which the tracer itself does for less: as the parent, and every root. */
function configuredSampler(
  config: SamplerConfig,
  attributes: Readonly<Record<string, unknown>>,
): ConfiguredSampler | undefined {
  const isDefault = config.type === 'parent_based' && config.root.type === 'always' && Object.keys(config).length === 2;
  if (isDefault) return undefined;
  const serviceName = attributes['service.name'];
  return samplerOfConfig(config, { serviceName: typeof serviceName === 'string' ? serviceName : '' });
}

function batchOptions(processor: ProcessorConfig): BatchProcessorOptions {
  if (processor.type === 'simple') return { maxBatchSpans: 1 };
  return {
    maxBatchSpans: processor.maxExportBatchSize,
    scheduledDelayMs: processor.scheduleDelayMs,
    maxQueueSpans: processor.maxQueueSize,
    maxQueueBytes: processor.maxQueueBytes,
    exportTimeoutMs: processor.exportTimeoutMs || MAX_TIMER_MS,
    flushTimeoutMs: processor.exportTimeoutMs || DEFAULT_BATCH.exportTimeoutMs,
  };
}

/** Spans that do nothing but carry their parent's context: a proxy without a provider behind it. */
function inertProvider(): TracerProvider {
  const proxy = new ProxyTracerProvider();
  return {
    dropped: new Map<string, number>(),
    queuedSpanCount: 0,
    getTracer: (name, version, options) => proxy.getTracer(name, version, options),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}
