import type { BatchExporter } from '../export/span-exporter.ts';
import type { BatchProcessor } from '../processing/batch-processor.ts';
import type { ExportMeter } from './export-meter.ts';
import type { QueueOverhead } from './overhead-snapshot.ts';

/** `otel.component.type` of our exporters, by their names. */
const EXPORTER_TYPES: ReadonlyMap<string, string> = new Map([
  ['otlp-grpc', 'otlp_grpc_span_exporter'],
  ['otlp-http-protobuf', 'otlp_http_span_exporter'],
  ['otlp-http-json', 'otlp_http_json_span_exporter'],
  ['zipkin', 'zipkin_http_span_exporter'],
]);

/** A queue as it is watched. */
export interface WatchedQueue {
  readonly processor: BatchProcessor;
  readonly meter: ExportMeter;
  readonly names: Pick<QueueOverhead, 'processorType' | 'processorName' | 'exporterType' | 'exporterName'>;
}

/** Components are numbered by type, in the order of the exporters. */
export function watchedQueue(
  processor: BatchProcessor,
  exporter: BatchExporter,
  meter: ExportMeter,
  before: readonly WatchedQueue[],
): WatchedQueue {
  const processorType = processor.options.maxBatchSpans === 1 ? 'simple_span_processor' : 'batching_span_processor';
  const exporterType = EXPORTER_TYPES.get(exporter.name) ?? exporter.name;
  const processorNumber = before.filter(({ names }) => names.processorType === processorType).length;
  const exporterNumber = before.filter(({ names }) => names.exporterType === exporterType).length;
  return {
    processor,
    meter,
    names: {
      processorType,
      processorName: `${processorType}/${processorNumber}`,
      exporterType,
      exporterName: `${exporterType}/${exporterNumber}`,
    },
  };
}

export function queueOverhead({ processor, meter, names }: WatchedQueue): QueueOverhead {
  return {
    ...names,
    spanCount: processor.queuedSpanCount,
    maxSpanCount: processor.options.maxQueueSpans,
    byteCount: processor.queuedByteCount,
    maxByteCount: processor.options.maxQueueBytes,
    processedSpanCount: processor.sentSpanCount,
    refusedSpanCounts: Object.fromEntries(processor.refusedSpanCounts),
    inFlightSpanCount: meter.inFlightSpanCount,
    exportedSpanCount: meter.exportedSpanCount,
    failedSpanCounts: Object.fromEntries(meter.failedSpanCounts),
    durations: meter.durations(),
    sendingCpuNano: Math.round(meter.sectionsMs * 1e6),
    threadCpuNano: meter.threadCpuNano,
  };
}
