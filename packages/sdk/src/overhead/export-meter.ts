import type { ExportOutcome, ExportTimer } from '../export/span-exporter.ts';
import { type DurationCounts, DurationHistogram } from './duration-histogram.ts';
import { Countdown, SINGLE_SECTIONS } from './countdown.ts';
import type { OverheadMeter } from './overhead-meter.ts';

/** Reasons of exporters are few; what an exporter makes of more of them counts as one. */
const MAX_REASONS = 32;
const OTHER_REASON = '_OTHER';

/** What a section takes beyond it counts once: most likely it was interrupted, as the others were not. */
const LONG_SECTION_MS = 5;

/** What the exporter behind one queue does and costs. Every batch is counted, and the time until its outcome is known. */
export class ExportMeter implements ExportTimer {
  inFlightSpanCount = 0;
  exportedSpanCount = 0;
  batchCount = 0;
  /** Extrapolated: synchronous sections on the application's thread. */
  sectionsMs = 0;
  /** Undefined: the exporter has no thread of its own, or it does not tell. */
  threadCpuNano: number | undefined = undefined;
  readonly failedSpanCounts: Map<string, number> = new Map<string, number>();
  /** Told of each export that is over: how long it took, and the reason if any of its spans were lost. */
  onSettled: ((seconds: number, reason: string | undefined) => void) | undefined = undefined;
  private readonly histograms: Map<string | undefined, DurationHistogram> = new Map<
    string | undefined,
    DurationHistogram
  >();
  private readonly meter: OverheadMeter;
  private readonly sections: Countdown;
  /** How many sections the one that is timed stands for, itself included. */
  private weight = 0;

  constructor(meter: OverheadMeter) {
    this.meter = meter;
    this.sections = new Countdown(meter.chooseInterval, SINGLE_SECTIONS);
  }

  section<Result>(work: () => Result): Result {
    const { meter, sections } = this;
    // Part of the section around it.
    if (meter.watch.isInWhole) return work();
    const isTimed = --sections.left === 0;
    if (isTimed) {
      this.weight = sections.take();
      sections.left--;
    }
    return meter.watch.whole(work, isTimed ? this.addSection : undefined);
  }

  private readonly addSection = (ms: number): void => {
    const excessMs = Math.max(0, ms - LONG_SECTION_MS);
    this.sectionsMs += (ms - excessMs) * this.weight + excessMs;
  };

  addThreadCpu(nano: number): void {
    this.threadCpuNano = (this.threadCpuNano ?? 0) + nano;
  }

  /** A batch is given to the exporter. The result is for `settle`. */
  begin(spanCount: number): number {
    this.inFlightSpanCount += spanCount;
    this.batchCount++;
    return this.meter.watch.read();
  }

  /** The export that began at `startMs` is over, once. */
  settle(startMs: number, spanCount: number, { droppedCount, dropReason = 'unknown' }: ExportOutcome): void {
    const seconds = Math.max(0, this.meter.watch.read() - startMs) / 1000;
    const failedCount = Math.min(droppedCount, spanCount);
    this.inFlightSpanCount -= spanCount;
    this.exportedSpanCount += spanCount - failedCount;
    let reason: string | undefined;
    if (failedCount > 0) {
      const { failedSpanCounts: counts } = this;
      reason = counts.has(dropReason) || counts.size < MAX_REASONS ? dropReason : OTHER_REASON;
      counts.set(reason, (counts.get(reason) ?? 0) + failedCount);
    }
    let histogram = this.histograms.get(reason);
    if (histogram === undefined) {
      histogram = new DurationHistogram();
      this.histograms.set(reason, histogram);
    }
    histogram.record(seconds);
    this.onSettled?.(seconds, reason);
  }

  /** By reason; undefined: nothing was lost. */
  durations(): readonly (DurationCounts & { readonly failureReason: string | undefined })[] {
    return [...this.histograms].map(([failureReason, histogram]) => ({ failureReason, ...histogram.counts() }));
  }
}
