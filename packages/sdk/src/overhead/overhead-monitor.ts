import type { BatchExporter } from '../export/span-exporter.ts';
import type { BatchProcessor } from '../processing/batch-processor.ts';
import type { DroppedSpans } from '../processing/dropped-spans.ts';
import { ExportMeter } from './export-meter.ts';
import { MeterMetrics } from './meter-metrics.ts';
import {
  type CountedCalls,
  DROPPED,
  LOCAL_PARENT,
  NO_PARENT,
  OverheadMeter,
  type OverheadMeterOptions,
  RECORDED_AND_SAMPLED,
  RECORDED_ONLY,
  REMOTE_PARENT,
} from './overhead-meter.ts';
import type {
  OperationCount,
  OverheadSnapshot,
  PartOverhead,
  SpanParentOrigin,
  SpanSamplingResult,
  StartedSpans,
} from './overhead-snapshot.ts';
import { prometheusText } from './prometheus-text.ts';
import { queueOverhead, type WatchedQueue, watchedQueue } from './queue-overhead.ts';
import { ATTRIBUTES, CONTEXT, EXPORT, PROPAGATION, RECORDING } from './stopwatch.ts';

/** What tracing itself costs. Goes on after `shutdown`, when nothing changes any more. */
export interface OverheadMonitor {
  /** All numbers, as they are now. */
  snapshot(): OverheadSnapshot;
  /** The same metrics as those of the API's meter, in Prometheus' text format 0.0.4. */
  prometheusText(): string;
}

const SAMPLING_RESULTS: readonly (readonly [SpanSamplingResult, number])[] = [
  ['DROP', DROPPED],
  ['RECORD_ONLY', RECORDED_ONLY],
  ['RECORD_AND_SAMPLE', RECORDED_AND_SAMPLED],
];
const PARENT_ORIGINS: readonly (readonly [SpanParentOrigin, number])[] = [
  ['none', NO_PARENT],
  ['local', LOCAL_PARENT],
  ['remote', REMOTE_PARENT],
];

const exact = (count: number): OperationCount => ({ count, isExtrapolated: false });
const extrapolated = (count: number): OperationCount => ({ count, isExtrapolated: true });

/** The monitor of one `startTracing`: its parts tell `meter`, each queue the meter of its own. */
export class RunningOverheadMonitor implements OverheadMonitor {
  readonly meter: OverheadMeter;
  private readonly startMs: number;
  private readonly queues: WatchedQueue[] = [];
  private readonly metrics: MeterMetrics = new MeterMetrics(() => this.snapshot());
  private dropped: ReadonlyMap<string, number> = new Map();

  constructor(options: OverheadMeterOptions = {}) {
    this.meter = new OverheadMeter(options);
    this.startMs = this.meter.clock();
  }

  /** For a queue that is about to be made. */
  exportMeter(): ExportMeter {
    return new ExportMeter(this.meter);
  }

  watchQueue(processor: BatchProcessor, exporter: BatchExporter, meter: ExportMeter): void {
    const queue = watchedQueue(processor, exporter, meter, this.queues);
    this.queues.push(queue);
    meter.onSettled = (seconds, reason) => this.metrics.recordExport(queue.names, seconds, reason);
  }

  /** Before the first span: who counts those without a parent, and all others. */
  watchStarts(hasSampler: boolean, roots: CountedCalls, children: CountedCalls): void {
    this.meter.uncountedResult = hasSampler ? DROPPED : RECORDED_AND_SAMPLED;
    this.meter.roots = roots;
    this.meter.children = children;
  }

  watchDrops({ counts }: DroppedSpans): void {
    this.dropped = counts;
  }

  snapshot(): OverheadSnapshot {
    const { meter } = this;
    const { watch } = meter;
    const startedSpans = this.startedSpans();
    this.metrics.follow();
    const countdowns = [meter.rootStarts, meter.childStarts, meter.enters, meter.injects, meter.extracts];
    return {
      elapsedMs: meter.clock() - this.startMs,
      startedSpans,
      liveSpanCounts: {
        RECORD_ONLY: startedCount(startedSpans, 'RECORD_ONLY') - meter.endedUnsampledCount,
        RECORD_AND_SAMPLE: startedCount(startedSpans, 'RECORD_AND_SAMPLE') - this.endedSampledCount(),
      },
      parts: this.parts(),
      queues: this.queues.map(queueOverhead),
      droppedSpanCounts: Object.fromEntries(this.dropped),
      monitor: {
        cpuNano: Math.round(watch.ownMs * 1e6),
        clockReadNano: Math.round(watch.readMs * 1e6),
        timedCallCount: countdowns.reduce((sum, { timedCount }) => sum + timedCount, 0),
        cutCount: watch.cutCount,
      },
    };
  }

  prometheusText(): string {
    return prometheusText(this.snapshot());
  }

  /** Where the API's meter is looked for: it may be registered later than tracing. */
  followMeter(): void {
    this.metrics.follow();
  }

  /** Takes the metrics from the API's meter. */
  close(): void {
    this.metrics.close();
  }

  private parts(): OverheadSnapshot['parts'] {
    const { meter, queues } = this;
    const { watch } = meter;
    const part = (number: number, operations: PartOverhead['operations']): PartOverhead => ({
      cpuNano: watch.totalNano(number),
      operations,
    });
    const encoding = part(EXPORT, {
      end: exact(queues.length > 0 ? this.endedSampledCount() : 0),
      send: exact(queues.reduce((sum, queue) => sum + queue.meter.batchCount, 0)),
    });
    const sendingMs = queues.reduce((sum, queue) => sum + queue.meter.sectionsMs, 0);
    return {
      context: part(CONTEXT, {
        startSpan: exact(meter.startCount),
        enter: exact(meter.enters.callCount),
      }),
      propagation: part(PROPAGATION, {
        inject: exact(meter.injects.callCount),
        extract: exact(meter.extracts.callCount),
      }),
      recording: part(RECORDING, {
        end: exact(this.endedSampledCount() + meter.endedUnsampledCount),
        call: extrapolated(meter.callCounts[RECORDING] ?? 0),
        event: extrapolated(meter.eventCount),
      }),
      attributes: part(ATTRIBUTES, {
        call: extrapolated(meter.callCounts[ATTRIBUTES] ?? 0),
        attribute: extrapolated(meter.attributeCount),
      }),
      export: { ...encoding, cpuNano: encoding.cpuNano + Math.round(sendingMs * 1e6) },
    };
  }

  /** Each queue gets all of them. */
  private endedSampledCount(): number {
    return this.meter.unqueuedSampledCount + (this.queues[0]?.processor.addedSpanCount ?? 0);
  }

  private startedSpans(): readonly StartedSpans[] {
    const counts = this.meter.startedByPlace();
    return SAMPLING_RESULTS.flatMap(([samplingResult, result]) =>
      PARENT_ORIGINS.map(([parentOrigin, origin]) => ({
        samplingResult,
        parentOrigin,
        spanCount: counts[result + origin] ?? 0,
      })),
    );
  }
}

function startedCount(startedSpans: readonly StartedSpans[], result: SpanSamplingResult): number {
  return startedSpans.reduce(
    (sum, { samplingResult, spanCount }) => sum + (samplingResult === result ? spanCount : 0),
    0,
  );
}
