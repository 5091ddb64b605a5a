import type { Span } from '@throughline/model';

/** A trace while it is under way, and what is known of it when nothing of it is left to happen. */
export class TraceRecord {
  readonly traceId: string;
  /** Whether its spans are recorded; decided at its start (head sampling). */
  readonly isSampled: boolean;
  /** What each of its spans carries: `ot=th:...` where only some traces are recorded. */
  readonly traceState: string;
  readonly weight: number;
  readonly rootService: string;
  readonly rootOperation: string;
  /** True time since the simulation's start, whatever the clocks of the hosts say. */
  readonly startNano: number;
  endNano: number;
  spanCount = 0;
  lostSpanCount = 0;
  errorCount = 0;
  /** The first of its spans, as many as are kept to show the trace; undefined if none are kept. */
  keptSpans: Span[] | undefined;
  /** Requests, spans and messages of it that are under way. */
  openCount = 0;

  constructor(options: {
    readonly traceId: string;
    readonly isSampled: boolean;
    readonly traceState: string;
    readonly weight: number;
    readonly rootService: string;
    readonly rootOperation: string;
    readonly startNano: number;
  }) {
    this.traceId = options.traceId;
    this.isSampled = options.isSampled;
    this.traceState = options.traceState;
    this.weight = options.weight;
    this.rootService = options.rootService;
    this.rootOperation = options.rootOperation;
    this.startNano = options.startNano;
    this.endNano = options.startNano;
  }

  get durationNano(): number {
    return this.endNano - this.startNano;
  }
}
