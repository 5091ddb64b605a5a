import {
  adjustedCount,
  type AttributeValue,
  type InstrumentationScope,
  type Span,
  type SpanKind,
} from '@throughline/model';
import type { RandomSource, RandomStream } from '../random/random-stream.ts';
import { newSpanId, newTraceId } from './id-generator.ts';
import { type Clock, OpenSpan } from './open-span.ts';
import { TraceRecord } from './trace-record.ts';
import type { Resource } from '@throughline/model';

export interface SpanRecorderOptions {
  readonly random: RandomSource;
  readonly epochUnixNano: bigint;
  readonly sampleRate: number;
  /** Share of the spans that are lost on their way. */
  readonly spanLoss: number;
  readonly batchSize: number;
  /** Spans of a trace that are kept until it is complete; 0 keeps none. */
  readonly maxKeptSpans: number;
  /** Gets the spans in the order of their ends. The array is the receiver's. */
  readonly onSpans: (spans: readonly Span[]) => void;
  /** Told of each trace when nothing of it is left to happen. */
  readonly onTrace: (trace: TraceRecord) => void;
}

/** W3C flags: sampled, random trace id; and OTLP's "it is known whether the parent is remote", "it is". */
const SAMPLED = 0x03;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Makes the traces and spans of a simulation and hands them on. */
export class SpanRecorder {
  readonly #options: SpanRecorderOptions;
  readonly #ids: RandomStream;
  readonly #loss: RandomStream;
  readonly #traceState: string;
  readonly #weight: number;
  #batch: Span[] = [];
  tracesStarted = 0;
  tracesCompleted = 0;
  tracesSampled = 0;
  spansCreated = 0;
  spansLost = 0;

  constructor(options: SpanRecorderOptions) {
    this.#options = options;
    this.#ids = options.random.stream('ids');
    this.#loss = options.random.stream('span loss');
    this.#traceState = samplingState(options.sampleRate);
    this.#weight = adjustedCount(this.#traceState);
  }

  /** Traces that have begun and are not complete. */
  get openTraceCount(): number {
    return this.tracesStarted - this.tracesCompleted;
  }

  startTrace(rootService: string, rootOperation: string, nowNano: number): TraceRecord {
    const { traceId, randomness } = newTraceId(this.#ids);
    // Kept: the part at or above the rejection threshold.
    const isSampled = randomness >= 1 - this.#options.sampleRate;
    this.tracesStarted++;
    if (isSampled) this.tracesSampled++;
    return new TraceRecord({
      traceId,
      isSampled,
      traceState: this.#traceState,
      weight: this.#weight,
      rootService,
      rootOperation,
      startNano: nowNano,
    });
  }

  /** Something of the trace is under way until {@link release}. */
  retain(trace: TraceRecord): void {
    trace.openCount++;
  }

  release(trace: TraceRecord, nowNano: number): void {
    trace.endNano = nowNano;
    if (--trace.openCount > 0) return;
    this.tracesCompleted++;
    this.#options.onTrace(trace);
  }

  /** A span of a sampled trace; undefined of another, of which nothing is recorded. */
  startSpan(
    trace: TraceRecord,
    site: { readonly resource: Resource; readonly clock: Clock },
    options: {
      readonly parentSpanId: string;
      readonly isParentRemote: boolean;
      readonly name: string;
      readonly kind: SpanKind;
      readonly scope: InstrumentationScope;
      readonly attributes: Map<string, AttributeValue>;
      readonly nowNano: number;
    },
  ): OpenSpan | undefined {
    if (!trace.isSampled) return undefined;
    return new OpenSpan({
      trace,
      spanId: newSpanId(this.#ids),
      parentSpanId: options.parentSpanId,
      flags: SAMPLED | HAS_IS_REMOTE | (options.isParentRemote ? IS_REMOTE : 0),
      name: options.name,
      kind: options.kind,
      attributes: options.attributes,
      startNano: options.nowNano,
      resource: site.resource,
      scope: options.scope,
      clock: site.clock,
      epochNano: this.#options.epochUnixNano,
    });
  }

  endSpan(open: OpenSpan, nowNano: number): void {
    const { trace } = open;
    this.spansCreated++;
    trace.spanCount++;
    if (open.isError) trace.errorCount++;
    if (this.#loss.chance(this.#options.spanLoss)) {
      this.spansLost++;
      trace.lostSpanCount++;
      return;
    }
    const span = open.finish(nowNano);
    if (this.#options.maxKeptSpans > 0) {
      const kept = (trace.keptSpans ??= []);
      if (kept.length < this.#options.maxKeptSpans) kept.push(span);
    }
    this.#batch.push(span);
    if (this.#batch.length >= this.#options.batchSize) this.flush();
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#options.onSpans(batch);
  }
}

/** `ot=th:` and the rejection threshold, 56 bits in hex without trailing zeros; empty where all traces are kept. */
function samplingState(sampleRate: number): string {
  if (sampleRate >= 1 || sampleRate <= 0) return '';
  const threshold = BigInt(Math.round((1 - sampleRate) * 2 ** 52)) << 4n;
  return `ot=th:${threshold.toString(16).padStart(14, '0').replace(/0+$/, '') || '0'}`;
}
