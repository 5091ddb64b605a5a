import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  type BatchExporter,
  exporterOfConfig,
  resolveTracingConfig,
  startTracing,
  workerExporter,
} from '@throughline/sdk';
import { exportsUnderWay, type ExportsUnderWay } from './exports-under-way.ts';
import { httpInstrumentation } from './official.ts';
import type { Subject, SubjectOptions } from './subject.ts';

/** Throughline's SDK as applications start it, all by default but the endpoint. */
export function startOurs(
  { sinkOrigin, sampledOut, http, peers }: SubjectOptions,
  /** Export in a thread of its own. */
  { inThread = false }: { readonly inThread?: boolean } = {},
): Subject {
  const underWay = exportsUnderWay();
  const { provider } = startTracing({
    serviceName: 'measured',
    exporters: [],
    customExporters: [exporterTo(sinkOrigin, underWay, inThread)],
    http: http ?? 'off',
    ...(http === 'official' ? { instrumentations: [httpInstrumentation(peers)] } : {}),
    ...(sampledOut === true ? { sampler: { type: 'parent_based', root: { type: 'never' } } } : {}),
  });
  return {
    kind: 'opentelemetry',
    api: { context, propagation, trace, rootContext: ROOT_CONTEXT },
    tracer: provider.getTracer('measured', '1.0.0'),
    settle: () => underWay.settle(),
    flush: () => provider.forceFlush(),
    dropped: () => [...provider.dropped.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** To the sink over OTLP, or to nobody. */
function exporterTo(sinkOrigin: string | undefined, underWay: ExportsUnderWay, inThread: boolean): BatchExporter {
  return countedExporter(sinkOrigin === undefined ? discard : otlp(sinkOrigin, inThread), underWay);
}

/** Tells `underWay` of its exports. */
export function countedExporter(exporter: BatchExporter, underWay: ExportsUnderWay): BatchExporter {
  return {
    name: exporter.name,
    ...(exporter.releasesBytes === undefined ? {} : { releasesBytes: exporter.releasesBytes }),
    ...(exporter.releasesSignal === undefined ? {} : { releasesSignal: exporter.releasesSignal }),
    timeWith: (timer) => exporter.timeWith?.(timer),
    export: async (batch, signal) => {
      underWay.begin();
      try {
        return await exporter.export(batch, signal);
      } finally {
        underWay.end();
      }
    },
    shutdown: () => exporter.shutdown(),
  };
}

const discard: BatchExporter = {
  name: 'discard',
  releasesBytes: true,
  export: async ({ spanCount }) => ({ exportedCount: spanCount, droppedCount: 0 }),
  shutdown: async () => {},
};

function otlp(endpoint: string, inThread: boolean): BatchExporter {
  const [config] = resolveTracingConfig({ exporters: [{ type: 'otlp', endpoint }] }, { environment: {} }).exporters;
  if (config === undefined) throw new Error('an exporter was configured, and there is none');
  return inThread ? workerExporter(config) : exporterOfConfig(config);
}
