import type { DurationCounts } from './duration-histogram.ts';

/** A part of tracing; docs/sdk-overhead.md says what belongs to which. */
export type OverheadPart = 'context' | 'propagation' | 'recording' | 'attributes' | 'export';

/** OpenTelemetry's names. */
export type SpanSamplingResult = 'DROP' | 'RECORD_ONLY' | 'RECORD_AND_SAMPLE';
export type SpanParentOrigin = 'none' | 'local' | 'remote';

export interface StartedSpans {
  readonly samplingResult: SpanSamplingResult;
  readonly parentOrigin: SpanParentOrigin;
  readonly spanCount: number;
}

/** How often something was done. */
export interface OperationCount {
  readonly count: number;
  /** From the calls that were timed, each of which stands for several; exact otherwise. */
  readonly isExtrapolated: boolean;
}

export interface PartOverhead {
  /** Of all calls since the start, extrapolated from those that were timed. */
  readonly cpuNano: number;
  readonly operations: Readonly<Record<string, OperationCount>>;
}

export interface ExportDurations extends DurationCounts {
  /** Why spans were lost in these exports; undefined: none was. */
  readonly failureReason: string | undefined;
}

/** One queue with its exporter. */
export interface QueueOverhead {
  /** `batching_span_processor` or `simple_span_processor`. */
  readonly processorType: string;
  /** Its type and its number. */
  readonly processorName: string;
  /** Open, waiting and being exported. */
  readonly spanCount: number;
  readonly maxSpanCount: number;
  readonly byteCount: number;
  readonly maxByteCount: number;
  /** Given to the exporter. */
  readonly processedSpanCount: number;
  /** Never given to it, by reason. */
  readonly refusedSpanCounts: Readonly<Record<string, number>>;
  /** OpenTelemetry's name of it where it has one, else the exporter's own. */
  readonly exporterType: string;
  readonly exporterName: string;
  readonly inFlightSpanCount: number;
  readonly exportedSpanCount: number;
  /** Given to the exporter and lost, by reason. */
  readonly failedSpanCounts: Readonly<Record<string, number>>;
  /** From the batch's way to the exporter to its outcome, retries and waiting included. */
  readonly durations: readonly ExportDurations[];
  /** Extrapolated: of framing and sending on the application's thread. */
  readonly sendingCpuNano: number;
  /** Of the exporter's own thread; undefined: it has none, or Node.js (before 23.9) does not tell. */
  readonly threadCpuNano: number | undefined;
}

/** What the monitor itself costs and how it went. */
export interface MonitorOverhead {
  /** Of reading the clock, which is most of it. */
  readonly cpuNano: number;
  readonly clockReadNano: number;
  /** Calls that were timed. */
  readonly timedCallCount: number;
  /** Times above 0.1 ms that are not usual, of which the rest counted once: something else ran meanwhile. */
  readonly cutCount: number;
}

/** All numbers count from the start of tracing. */
export interface OverheadSnapshot {
  readonly elapsedMs: number;
  readonly startedSpans: readonly StartedSpans[];
  /** Recording, and not ended yet. */
  readonly liveSpanCounts: Readonly<Record<Exclude<SpanSamplingResult, 'DROP'>, number>>;
  readonly parts: Readonly<Record<OverheadPart, PartOverhead>>;
  readonly queues: readonly QueueOverhead[];
  /** Of all queues and their exporters, by reason. */
  readonly droppedSpanCounts: Readonly<Record<string, number>>;
  readonly monitor: MonitorOverhead;
}
