import { assembleTrace, type Span, type Trace } from '@throughline/model';
import { RandomSource } from '../random/random-stream.ts';
import { SpanSlimmer } from './slim-span.ts';

/** Spans kept to learn from, unless told otherwise: about 200 MB. */
export const DEFAULT_MAX_LEARNT_SPANS = 500_000;

/** How much of what was read is in a sample. */
export interface SampleReport {
  readonly spansRead: number;
  readonly spansKept: number;
  readonly tracesKept: number;
  /** Of the traces, by a hash of their ids; 1: all of them. */
  readonly share: number;
  /** Traces left out because one of them alone would fill a quarter of the sample. */
  readonly tooLargeTraces: number;
}

interface Kept {
  readonly spans: Span[];
  /** Uniform in [0, 1), from the trace's id. */
  readonly chance: number;
}

/**
 * Whole traces from spans that come in any order, in bounded memory. When there are too many spans, half of the traces
 * go, and their later spans with them: which ones is decided by their ids, so that what is left does not depend on the
 * order, and any share of it is a fair one.
 */
export class TraceSample {
  readonly #maxSpans: number;
  readonly #slimmer = new SpanSlimmer();
  readonly #random = new RandomSource(0);
  readonly #traces = new Map<string, Kept>();
  readonly #tooLarge = new Set<string>();
  #share = 1;
  #spansRead = 0;
  #spansKept = 0;

  constructor(maxSpans: number = DEFAULT_MAX_LEARNT_SPANS) {
    this.#maxSpans = maxSpans;
  }

  add(span: Span): void {
    this.#spansRead++;
    let kept = this.#traces.get(span.traceId);
    if (kept === undefined) {
      if (this.#tooLarge.has(span.traceId)) return;
      const chance = this.#random.stream(span.traceId).next();
      if (chance >= this.#share) return;
      kept = { spans: [], chance };
      this.#traces.set(span.traceId, kept);
    }
    kept.spans.push(this.#slimmer.slim(span));
    this.#spansKept++;
    if (kept.spans.length > this.#maxSpans / 4) {
      this.#tooLarge.add(span.traceId);
      this.#remove(span.traceId, kept);
    }
    while (this.#spansKept > this.#maxSpans) this.#halve();
  }

  *spans(): Generator<Span> {
    for (const { spans } of this.#traces.values()) yield* spans;
  }

  *traces(): Generator<Trace> {
    for (const { spans } of this.#traces.values()) yield assembleTrace(spans);
  }

  report(): SampleReport {
    return {
      spansRead: this.#spansRead,
      spansKept: this.#spansKept,
      tracesKept: this.#traces.size,
      share: this.#share,
      tooLargeTraces: this.#tooLarge.size,
    };
  }

  #halve(): void {
    this.#share /= 2;
    for (const [traceId, kept] of this.#traces) if (kept.chance >= this.#share) this.#remove(traceId, kept);
  }

  #remove(traceId: string, kept: Kept): void {
    this.#traces.delete(traceId);
    this.#spansKept -= kept.spans.length;
  }
}
