import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AsyncContextManager,
  baggagePropagator,
  type BatchExporter,
  compositePropagator,
  createTracerProvider,
  neverSampler,
  otlpHttpExporter,
  parentBasedSampler,
  traceContextPropagator,
} from '@throughline/sdk';
import { exportsUnderWay } from './exports-under-way.ts';
import type { Subject, SubjectOptions } from './subject.ts';

/** Throughline's SDK with its batch processor and OTLP protobuf exporter, all by default but the endpoint. */
export function startOurs({ sinkOrigin, sampledOut }: SubjectOptions): Subject {
  const discard: BatchExporter = {
    name: 'discard',
    export: async ({ spanCount }) => ({ exportedCount: spanCount, droppedCount: 0 }),
    shutdown: async () => {},
  };
  const exporter = sinkOrigin === undefined ? discard : otlpHttpExporter({ endpoint: sinkOrigin });
  const underWay = exportsUnderWay();
  const counted: BatchExporter = {
    name: exporter.name,
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
  const provider = createTracerProvider({
    resource: {
      attributes: {
        'service.name': 'measured',
        'telemetry.sdk.language': 'nodejs',
        'telemetry.sdk.name': 'throughline',
        'telemetry.sdk.version': '0.1.0',
      },
    },
    exporters: [counted],
    ...(sampledOut === true ? { sampler: parentBasedSampler({ root: neverSampler() }) } : {}),
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncContextManager());
  propagation.setGlobalPropagator(compositePropagator([traceContextPropagator(), baggagePropagator()]));
  return {
    kind: 'opentelemetry',
    api: { context, propagation, trace, rootContext: ROOT_CONTEXT },
    tracer: provider.getTracer('measured', '1.0.0'),
    settle: () => underWay.settle(),
    flush: () => provider.forceFlush(),
    dropped: () => [...provider.dropped.values()].reduce((sum, count) => sum + count, 0),
  };
}
