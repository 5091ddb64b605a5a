import { DURATION_BOUNDS_SECONDS } from './duration-histogram.ts';
import type { OverheadSnapshot, QueueOverhead } from './overhead-snapshot.ts';

export type MetricAttributes = Readonly<Record<string, string>>;

export interface MetricPoint {
  readonly attributes: MetricAttributes;
  readonly value: number;
}

interface NamedMetric {
  /** As OpenTelemetry has it. */
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
}

export interface NumberMetric extends NamedMetric {
  /** Counters never fall; the others do. */
  readonly kind: 'counter' | 'up_down_counter';
  readonly isInteger: boolean;
  readonly read: (snapshot: OverheadSnapshot) => readonly MetricPoint[];
}

type QueueNames = Pick<QueueOverhead, 'processorType' | 'processorName' | 'exporterType' | 'exporterName'>;

export const processorAttributes = ({ processorType, processorName }: QueueNames): MetricAttributes => ({
  'otel.component.type': processorType,
  'otel.component.name': processorName,
});
export const exporterAttributes = ({ exporterType, exporterName }: QueueNames): MetricAttributes => ({
  'otel.component.type': exporterType,
  'otel.component.name': exporterName,
});

/** With the conventions' name of what is wrong, which is ours but for one. */
export function withErrorType(attributes: MetricAttributes, reason: string | undefined): MetricAttributes {
  if (reason === undefined) return attributes;
  return { ...attributes, 'error.type': reason === 'shut_down' ? 'already_shutdown' : reason };
}

function byReason(
  attributes: MetricAttributes,
  good: number,
  bad: Readonly<Record<string, number>>,
): readonly MetricPoint[] {
  const failures = Object.entries(bad).map(([reason, value]) => ({
    attributes: withErrorType(attributes, reason),
    value,
  }));
  return [{ attributes, value: good }, ...failures];
}

const ofQueues =
  (points: (queue: QueueOverhead) => readonly MetricPoint[]): NumberMetric['read'] =>
  ({ queues }) =>
    queues.flatMap(points);

const seconds = (nano: number): number => nano / 1e9;
const PART = 'throughline.sdk.overhead.part';
const OPERATION = 'throughline.sdk.overhead.operation';

function operations(isExtrapolated: boolean): NumberMetric['read'] {
  return ({ parts }) =>
    Object.entries(parts).flatMap(([part, overhead]) =>
      Object.entries(overhead.operations)
        .filter(([, count]) => count.isExtrapolated === isExtrapolated)
        .map(([operation, { count }]) => ({ attributes: { [PART]: part, [OPERATION]: operation }, value: count })),
    );
}

/**
 * Every metric but the one below. The first ones are OpenTelemetry's conventions for the metrics of an SDK (v1.44, in
 * development); the others say what they have no name for.
 */
export const NUMBER_METRICS: readonly NumberMetric[] = [
  {
    name: 'otel.sdk.span.started',
    kind: 'counter',
    unit: '{span}',
    description: 'Spans that were started, recording or not.',
    isInteger: true,
    read: ({ startedSpans }) =>
      startedSpans.map(({ samplingResult, parentOrigin, spanCount }) => ({
        attributes: { 'otel.span.sampling_result': samplingResult, 'otel.span.parent.origin': parentOrigin },
        value: spanCount,
      })),
  },
  {
    name: 'otel.sdk.span.live',
    kind: 'up_down_counter',
    unit: '{span}',
    description: 'Recording spans that have not ended.',
    isInteger: true,
    read: ({ liveSpanCounts }) =>
      Object.entries(liveSpanCounts).map(([result, value]) => ({
        attributes: { 'otel.span.sampling_result': result },
        value,
      })),
  },
  {
    name: 'otel.sdk.processor.span.queue.size',
    kind: 'up_down_counter',
    unit: '{span}',
    description: 'Spans in the queue, those being exported included.',
    isInteger: true,
    read: ofQueues((queue) => [{ attributes: processorAttributes(queue), value: queue.spanCount }]),
  },
  {
    name: 'otel.sdk.processor.span.queue.capacity',
    kind: 'up_down_counter',
    unit: '{span}',
    description: 'Spans that the queue can hold.',
    isInteger: true,
    read: ofQueues((queue) => [{ attributes: processorAttributes(queue), value: queue.maxSpanCount }]),
  },
  {
    name: 'otel.sdk.processor.span.processed',
    kind: 'counter',
    unit: '{span}',
    description: 'Spans that were given to the exporter, or refused by the queue.',
    isInteger: true,
    read: ofQueues((queue) => byReason(processorAttributes(queue), queue.processedSpanCount, queue.refusedSpanCounts)),
  },
  {
    name: 'otel.sdk.exporter.span.inflight',
    kind: 'up_down_counter',
    unit: '{span}',
    description: 'Spans that are being exported.',
    isInteger: true,
    read: ofQueues((queue) => [{ attributes: exporterAttributes(queue), value: queue.inFlightSpanCount }]),
  },
  {
    name: 'otel.sdk.exporter.span.exported',
    kind: 'counter',
    unit: '{span}',
    description: 'Spans whose export is over, successfully or not.',
    isInteger: true,
    read: ofQueues((queue) => byReason(exporterAttributes(queue), queue.exportedSpanCount, queue.failedSpanCounts)),
  },
  {
    name: 'throughline.sdk.overhead.queue.bytes',
    kind: 'up_down_counter',
    unit: 'By',
    description: 'Encoded spans in the queue, those being exported included.',
    isInteger: true,
    read: ofQueues((queue) => [{ attributes: processorAttributes(queue), value: queue.byteCount }]),
  },
  {
    name: 'throughline.sdk.overhead.cpu.time',
    kind: 'counter',
    unit: 's',
    description:
      "Time that tracing takes on the application's thread, by part; extrapolated from calls that were timed.",
    isInteger: false,
    read: ({ parts }) =>
      Object.entries(parts).map(([part, { cpuNano }]) => ({ attributes: { [PART]: part }, value: seconds(cpuNano) })),
  },
  {
    name: 'throughline.sdk.overhead.thread.cpu.time',
    kind: 'counter',
    unit: 's',
    description: 'CPU time of export threads.',
    isInteger: false,
    read: ofQueues((queue) =>
      queue.threadCpuNano === undefined
        ? []
        : [{ attributes: exporterAttributes(queue), value: seconds(queue.threadCpuNano) }],
    ),
  },
  {
    name: 'throughline.sdk.overhead.operations',
    kind: 'counter',
    unit: '{operation}',
    description: 'What tracing did, each operation counted.',
    isInteger: true,
    read: operations(false),
  },
  {
    name: 'throughline.sdk.overhead.estimated_operations',
    kind: 'counter',
    unit: '{operation}',
    description: 'What tracing did, extrapolated from spans that were timed.',
    isInteger: true,
    read: operations(true),
  },
  {
    name: 'throughline.sdk.overhead.monitor.cpu.time',
    kind: 'counter',
    unit: 's',
    description: 'Time that the monitor itself takes to read the clock.',
    isInteger: false,
    read: ({ monitor }) => [{ attributes: {}, value: seconds(monitor.cpuNano) }],
  },
];

export interface HistogramMetric extends NamedMetric {
  readonly boundaries: readonly number[];
}

/** Of the same conventions. */
export const EXPORT_DURATION: HistogramMetric = {
  name: 'otel.sdk.exporter.operation.duration',
  unit: 's',
  description: 'How long the export of a batch took, retries included.',
  boundaries: DURATION_BOUNDS_SECONDS,
};
