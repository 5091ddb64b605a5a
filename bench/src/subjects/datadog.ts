import { createRequire } from 'node:module';
import type { DatadogTracer, Subject, SubjectOptions } from './subject.ts';

interface DatadogModule {
  init(options: Readonly<Record<string, unknown>>): DatadogTracer & {
    use(plugin: string): void;
    readonly _tracer: { readonly _exporter: { flush(done: () => void): void } };
  };
}

/** Nothing but tracing, so that nothing else is measured. */
export const DATADOG_ENV: Readonly<Record<string, string>> = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
  DD_CRASHTRACKING_ENABLED: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
  DD_DATA_STREAMS_ENABLED: 'false',
};

/** dd-trace by its own API, with its own larger payloads. Its plugins patch what `require` gives from then on. */
export function startDatadog({ sinkOrigin, http, peers }: SubjectOptions): Subject {
  const require = createRequire(`${peers}/package.json`);
  const tracer = (require('dd-trace') as DatadogModule).init({
    url: sinkOrigin,
    service: 'measured',
    plugins: false,
    startupLogs: false,
    runtimeMetrics: false,
  });
  if (http === 'own') tracer.use('http');
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    kind: 'datadog',
    tracer,
    settle,
    // Its public API has no flush; without this one every round would wait for its timer.
    flush: () => new Promise((resolve) => tracer._tracer._exporter.flush(resolve)),
    dropped: () => 0,
  };
}
