import type { Span, SpanBatch, SpanSink } from '@throughline/model';
import { assembleTrace, CodedError } from '@throughline/model';
import { summarizeTrace, type TraceSummary } from '@throughline/store';
import { matchTrace, type Query } from '@throughline/traceql';
import { spansFromColumns } from '@throughline/wire';

export interface TailHubOptions {
  /** One more is refused. */
  readonly maxSubscriberCount?: number;
  /** Spans a second that are looked at while anyone listens; traces beyond are skipped, and counted. */
  readonly maxSpansPerSecond?: number;
  /** Traces that wait for one subscriber; what comes beyond is skipped, and counted. */
  readonly maxWaitingTraceCount?: number;
  /** Milliseconds of a clock that does not go back. */
  readonly now?: () => number;
  /** Told of what should never happen; the batch is skipped. */
  readonly onDefect?: (error: unknown) => void;
}

export const DEFAULT_TAIL_OPTIONS: Required<TailHubOptions> = {
  maxSubscriberCount: 32,
  maxSpansPerSecond: 20_000,
  maxWaitingTraceCount: 200,
  now: () => performance.now(),
  onDefect: () => undefined,
};

/** Takes what there is for one who listens. */
export interface TailSubscription {
  /** The traces that came since the last call, and how many were skipped. */
  take(): { readonly traces: readonly TraceSummary[]; readonly skippedCount: number };
  end(): void;
}

interface Subscriber {
  readonly tenant: string;
  readonly query: Query;
  readonly onArrival: () => void;
  waiting: TraceSummary[];
  skippedCount: number;
}

interface ArrivedTrace {
  readonly traceId: string;
  readonly spans: Span[];
}

const SECOND_MS = 1000;

/**
 * Stands between the receivers and the store, and tells those who listen of the traces that arrive. A trace is what of
 * it arrived in one batch: a query is matched with these spans, and a trace whose spans come in several batches is told
 * several times. Nothing is done while nobody listens.
 */
export class TailHub {
  readonly #options: Required<TailHubOptions>;
  readonly #subscribers = new Set<Subscriber>();
  #secondStartedMs = Number.NEGATIVE_INFINITY;
  #spansInSecond = 0;

  constructor(options: TailHubOptions = {}) {
    this.#options = { ...DEFAULT_TAIL_OPTIONS, ...options };
  }

  /** A sink that hands everything to the next one and tells of what that has stored. */
  sinkBefore(next: SpanSink): SpanSink {
    return {
      write: (batch) => {
        if (this.#subscribers.size === 0) return next.write(batch);
        // The bytes are the sink's only until it is done.
        const arrived = this.#arrivedTraces(batch);
        const written = next.write(batch);
        void written.then(
          () => setImmediate(() => this.#publish(batch.tenant, arrived)),
          () => undefined,
        );
        return written;
      },
    };
  }

  /**
   * Listens from now on. `onArrival` is called when there is something to take, and again only after it was taken.
   *
   * @throws CodedError `too_many_subscribers`, retryable
   */
  subscribe(tenant: string, query: Query, onArrival: () => void): TailSubscription {
    const { maxSubscriberCount } = this.#options;
    if (this.#subscribers.size >= maxSubscriberCount) {
      const message = `${maxSubscriberCount} clients follow arriving traces already; no more are taken`;
      throw new CodedError('too_many_subscribers', message, { retryable: true, retryAfterMs: 5_000 });
    }
    const subscriber: Subscriber = { tenant, query, onArrival, waiting: [], skippedCount: 0 };
    this.#subscribers.add(subscriber);
    return {
      take: () => {
        const { waiting: traces, skippedCount } = subscriber;
        subscriber.waiting = [];
        subscriber.skippedCount = 0;
        return { traces, skippedCount };
      },
      end: () => void this.#subscribers.delete(subscriber),
    };
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  #arrivedTraces({ tenant, columns }: SpanBatch): { traces: readonly ArrivedTrace[]; skippedCount: number } {
    if (![...this.#subscribers].some((subscriber) => subscriber.tenant === tenant))
      return { traces: [], skippedCount: 0 };
    const rowCount = Math.min(columns.spanCount, this.#takeBudget(columns.spanCount));
    const traces = new Map<string, ArrivedTrace>();
    const isCut = rowCount < columns.spanCount;
    const spans = rowCount === 0 ? [] : spansFromColumns(isCut ? { ...columns, spanCount: rowCount } : columns);
    for (const span of spans) {
      const known = traces.get(span.traceId);
      if (known === undefined) traces.set(span.traceId, { traceId: span.traceId, spans: [span] });
      else known.spans.push(span);
    }
    const { source, traceId } = columns;
    const skipped = new Set<string>();
    for (let row = rowCount; row < columns.spanCount; row++) {
      const at = traceId[row] ?? 0;
      skipped.add(Buffer.from(source.buffer, source.byteOffset + at, 16).toString('hex'));
    }
    // A trace that was cut in two would be matched by a part of what arrived.
    for (const id of skipped) traces.delete(id);
    return { traces: [...traces.values()], skippedCount: skipped.size };
  }

  /** How many of so many spans may be looked at. */
  #takeBudget(wanted: number): number {
    const { now, maxSpansPerSecond } = this.#options;
    const nowMs = now();
    if (nowMs - this.#secondStartedMs >= SECOND_MS) {
      this.#secondStartedMs = nowMs;
      this.#spansInSecond = 0;
    }
    const taken = Math.min(wanted, maxSpansPerSecond - this.#spansInSecond);
    this.#spansInSecond += taken;
    return taken;
  }

  #publish(tenant: string, arrived: { traces: readonly ArrivedTrace[]; skippedCount: number }): void {
    try {
      const listening = [...this.#subscribers].filter((subscriber) => subscriber.tenant === tenant);
      if (listening.length === 0) return;
      const before = new Map(listening.map((each) => [each, each.waiting.length + each.skippedCount]));
      for (const subscriber of listening) subscriber.skippedCount += arrived.skippedCount;
      for (const { traceId, spans } of arrived.traces) {
        const trace = assembleTrace(spans);
        let summary: TraceSummary | undefined;
        for (const subscriber of listening) {
          if (matchTrace(subscriber.query, trace) === undefined) continue;
          if (subscriber.waiting.length >= this.#options.maxWaitingTraceCount) subscriber.skippedCount++;
          else subscriber.waiting.push((summary ??= summarizeTrace(traceId, spans)));
        }
      }
      for (const [subscriber, count] of before) {
        if (count === 0 && subscriber.waiting.length + subscriber.skippedCount > 0) subscriber.onArrival();
      }
    } catch (error) {
      this.#options.onDefect(error);
    }
  }
}
