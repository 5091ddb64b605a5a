import { CodedError, type SpanColumns, type SpanSink } from '@throughline/model';
import { inflate } from './inflate.ts';
import type { CollectorMetrics } from './metrics.ts';
import { SeenTraces, traceKeys } from './seen-traces.ts';

/** Bounds on what receivers take in. */
export interface IntakeLimits {
  /** Largest request, before and after inflation. OTLP 1.11.0 recommends 64 MiB. */
  readonly maxBodyBytes: number;
  /** Bytes of all requests being worked on, after inflation; beyond it requests are refused as retryable. */
  readonly maxInFlightBytes: number;
  /** Bodies inflated at the same time. */
  readonly maxConcurrentInflations: number;
}

export const DEFAULT_INTAKE_LIMITS: IntakeLimits = {
  maxBodyBytes: 64 * 1024 * 1024,
  maxInFlightBytes: 256 * 1024 * 1024,
  maxConcurrentInflations: 4,
};

/** What became of a request that was taken. */
export interface Acceptance {
  readonly receivedCount: number;
  readonly rejectedCount: number;
  /** In words, by reason; empty when nothing was rejected. */
  readonly rejectedMessage: string;
}

interface TakenRequest {
  readonly receiver: string;
  readonly tenant: string;
  readonly body: Buffer;
  readonly encoding?: string | undefined;
  /** Decodes the inflated body; `receiver` where only the body tells its format. */
  readonly decode: (body: Buffer) => { readonly columns: SpanColumns; readonly receiver?: string };
}

/** A request that is on its way into the sink. */
interface Writing {
  readonly receiver: string;
  readonly acceptance: Acceptance;
  readonly spanCount: number;
  readonly keys: readonly number[];
  readonly written: Promise<void>;
}

const OVERLOADED_RETRY_AFTER_MS = 1_000;

/**
 * The way from a request's body to the sink that all receivers share: bounded inflation, bounded bytes in flight,
 * counting. One per process, so that the bounds hold over all listeners.
 */
export class Intake {
  readonly limits: IntakeLimits;
  readonly metrics: CollectorMetrics;
  readonly #sink: SpanSink;
  readonly #receivedTraces = new SeenTraces();
  readonly #storedTraces = new SeenTraces();
  readonly #waiting: (() => void)[] = [];
  readonly #countedErrors = new WeakSet();
  #inflations = 0;
  #inFlightBytes = 0;

  constructor(options: {
    readonly sink: SpanSink;
    readonly metrics: CollectorMetrics;
    readonly limits?: Partial<IntakeLimits>;
  }) {
    this.#sink = options.sink;
    this.metrics = options.metrics;
    this.limits = { ...DEFAULT_INTAKE_LIMITS, ...options.limits };
  }

  /** @throws CodedError `overloaded`, before anything of the request has been read. */
  checkCapacity(): void {
    if (this.#inFlightBytes >= this.limits.maxInFlightBytes) throw overloaded();
  }

  /**
   * Takes one request: inflates, decodes, writes, counts. Resolves when all that was not rejected is durable.
   *
   * @throws CodedError with the codes of {@link inflate}, of `decode`, of the sink, and `overloaded`.
   */
  async take(request: TakenRequest): Promise<Acceptance> {
    const { body } = request;
    let { receiver } = request;
    const { metrics } = this;
    metrics.requestBytes.inc({ receiver, stage: 'received' }, body.length);
    let held = 0;
    const hold = (bytes: number): void => {
      if (this.#inFlightBytes + bytes > this.limits.maxInFlightBytes && this.#inFlightBytes > 0) throw overloaded();
      held += bytes;
      this.#inFlightBytes += bytes;
      metrics.inFlightBytes.set(this.#inFlightBytes);
    };
    try {
      hold(body.length);
      const writing = this.#begin(request, await this.#inflate(body, request.encoding), hold);
      receiver = writing.receiver;
      const { acceptance } = writing;
      await this.#finish(writing);
      metrics.requests.inc({ receiver, outcome: acceptance.rejectedCount > 0 ? 'partial' : 'ok' });
      return acceptance;
    } catch (error) {
      this.countRefusal(receiver, error);
      throw error;
    } finally {
      this.#inFlightBytes -= held;
      metrics.inFlightBytes.set(this.#inFlightBytes);
    }
  }

  /** Counts a request that failed, wherever it did; an error that was counted already is not counted again. */
  countRefusal(receiver: string, error: unknown): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#countedErrors.has(error)) return;
      this.#countedErrors.add(error);
    }
    this.metrics.requests.inc({ receiver, outcome: error instanceof CodedError ? error.code : 'internal' });
  }

  #count(receiver: string, columns: SpanColumns, keys: readonly number[]): Acceptance {
    const { metrics } = this;
    const reasons: string[] = [];
    let rejectedCount = 0;
    for (const [reason, count] of Object.entries(columns.rejected)) {
      if (count === 0) continue;
      rejectedCount += count;
      reasons.push(`${count} of ${reason}`);
      metrics.spansRejected.inc({ receiver, reason }, count);
    }
    const receivedCount = columns.spanCount + rejectedCount;
    metrics.spansReceived.inc({ receiver }, receivedCount);
    metrics.tracesReceived.inc(this.#receivedTraces.countNew(keys));
    const rejectedMessage = rejectedCount === 0 ? '' : `${rejectedCount} spans rejected: ${reasons.join(', ')}`;
    return { receivedCount, rejectedCount, rejectedMessage };
  }

  /** Throws what `decode` throws. What waits for the sink holds neither the inflated body nor its columns. */
  #begin(request: TakenRequest, inflated: Buffer, hold: (bytes: number) => void): Writing {
    if (inflated !== request.body) hold(inflated.length);
    this.metrics.requestBytes.inc({ receiver: request.receiver, stage: 'inflated' }, inflated.length);
    const { columns, receiver = request.receiver } = request.decode(inflated);
    const keys = traceKeys(columns);
    const acceptance = this.#count(receiver, columns, keys);
    const { spanCount } = columns;
    const written = spanCount > 0 ? this.#sink.write({ tenant: request.tenant, columns }) : Promise.resolve();
    return { receiver, acceptance, spanCount, keys, written };
  }

  async #finish({ receiver, spanCount, keys, written }: Writing): Promise<void> {
    const { metrics } = this;
    try {
      await written;
    } catch (error) {
      const reason = error instanceof CodedError ? error.code : 'internal';
      metrics.spansRefused.inc({ receiver, reason }, spanCount);
      if (reason !== 'overloaded' && reason !== 'closed') metrics.storageErrors.inc({ reason });
      throw error;
    }
    if (spanCount === 0) return;
    metrics.spansStored.inc({ receiver }, spanCount);
    metrics.recentlyStored.add(spanCount);
    metrics.tracesStored.inc(this.#storedTraces.countNew(keys));
  }

  async #inflate(body: Buffer, encoding: string | undefined): Promise<Buffer> {
    if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
    if (this.#inflations >= this.limits.maxConcurrentInflations) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#inflations++;
    }
    try {
      return await inflate(body, encoding, this.limits.maxBodyBytes);
    } finally {
      // The place goes straight to the next in line, if any.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inflations--;
      else next();
    }
  }
}

function overloaded(): CodedError {
  return new CodedError('overloaded', 'Too many bytes are being ingested at the moment; try again shortly', {
    retryable: true,
    retryAfterMs: OVERLOADED_RETRY_AFTER_MS,
  });
}
