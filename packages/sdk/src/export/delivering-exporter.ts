import { startDeadline, type Deadline } from './deadline.ts';
import { backoffMs, type DeliveryClock, systemClock } from './delivery-clock.ts';
import { holdingProcess } from './hold-process.ts';
import { sendSlots } from './send-slots.ts';
import type { BatchExporter, ExportOutcome, ExportTimer, SpanBatch } from './span-exporter.ts';
import { splitBatch } from './split-batch.ts';
import { withoutTracing } from './suppressed-tracing.ts';

/** What bounds an exporter that sends requests. */
export interface DeliveryOptions {
  /** For one batch, retries and waiting included; 0: no limit of the exporter's own. Default 10,000. */
  readonly timeoutMs?: number;
  /** Tries of one request, the first included. Default 5. */
  readonly maxAttempts?: number;
  /** A larger request, before compression, is split once, then dropped as `too_large`. Default 64 MiB. */
  readonly maxRequestBytes?: number;
  /** Requests under way at once. Default 4. */
  readonly maxConcurrency?: number;
  /** Encoded spans that wait for their turn; more are dropped as `queue_full`. Default 16 MiB. */
  readonly maxQueueBytes?: number;
  readonly clock?: DeliveryClock;
}

/** What became of one try. */
export type Attempt =
  | { readonly kind: 'accepted'; readonly rejectedCount: number; readonly message: string }
  | FailedAttempt;

export interface FailedAttempt {
  readonly kind: 'failed';
  readonly reason: string;
  readonly message: string;
  readonly isRetryable: boolean;
  /** What the receiver asks for. */
  readonly retryAfterMs?: number;
}

export interface EncodedRequest {
  readonly bytes: Uint8Array;
  /** Spans of the batch that are in it. */
  readonly spanCount: number;
  /** Called when the receiver has taken it: nobody reads `bytes` any more. */
  readonly onAccepted?: () => void;
}

/** How an exporter's requests are made and sent. */
export interface Transport {
  readonly name: string;
  /** May throw for a batch whose bytes are not valid. */
  encode(batch: SpanBatch): EncodedRequest;
  /** What is sent instead of the request's bytes, made once for all tries. */
  compress?(bytes: Uint8Array): Promise<Uint8Array>;
  /** Never rejects, and settles soon after an abort. */
  send(bytes: Uint8Array, signal: AbortSignal, spanCount: number): Promise<Attempt>;
  /** Called before the first send: none keeps the process alive. Without it, each does. */
  letExit?(): void;
  /** After the last send has settled. */
  close(): void | Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_ATTEMPTS = 5;
const DEFAULT_MAX_REQUEST_BYTES = 64 * 2 ** 20;
const DEFAULT_MAX_CONCURRENCY = 4;
const DEFAULT_MAX_QUEUE_BYTES = 16 * 2 ** 20;

/** Of what a receiver asks for, with one request: a date by a clock that is off must not stop an exporter for days. */
const MAX_PAUSE_MS = 300_000;

/** An exporter over a transport: queue, time limit, retries, splitting, shutdown. */
export function deliveringExporter(transport: Transport, options: DeliveryOptions): BatchExporter {
  const {
    maxAttempts = DEFAULT_MAX_ATTEMPTS,
    maxRequestBytes = DEFAULT_MAX_REQUEST_BYTES,
    clock = systemClock,
  } = options;
  const monotonicMs = (): number => clock.monotonicMs?.() ?? clock.now();
  const timeoutMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) || Number.POSITIVE_INFINITY;
  const slots = sendSlots(
    options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    options.maxQueueBytes ?? DEFAULT_MAX_QUEUE_BYTES,
  );
  const underWay = new Set<Promise<unknown>>();
  /** Aborted by shutdown: nobody waits for another try then. */
  const closing = new AbortController();
  let closed: Promise<void> | undefined;
  let timer: ExportTimer | undefined;
  let holdsProcess = true;
  /** The receiver wants no request before, by the monotonic clock. */
  let pausedUntilMs = 0;

  async function exportBatch(batch: SpanBatch, signal: AbortSignal): Promise<ExportOutcome> {
    if (closed !== undefined) return dropped(batch.spanCount, 'shut_down', `${transport.name} is shut down`);
    const deadline = startDeadline(signal, timeoutMs);
    try {
      const turn = await slots.acquire(batch.byteLength, deadline.signal);
      if (turn === 'full')
        return dropped(batch.spanCount, 'queue_full', `${transport.name}: too many bytes are waiting`);
      if (turn === 'aborted') return ended(batch.spanCount, deadline);
      try {
        return await deliver(batch, deadline, true);
      } finally {
        slots.release();
      }
    } catch (error) {
      return dropped(batch.spanCount, 'failed', `${transport.name}: ${messageOf(error)}`);
    } finally {
      deadline.clear();
    }
  }

  function ended(spanCount: number, deadline: Deadline): ExportOutcome {
    const reason = deadline.reason();
    const what = reason === 'timeout' ? `no answer within ${timeoutMs} ms` : 'the export was aborted';
    return dropped(spanCount, reason, `${transport.name}: ${what}`);
  }

  async function deliver(batch: SpanBatch, deadline: Deadline, maySplit: boolean): Promise<ExportOutcome> {
    let request: EncodedRequest;
    try {
      request = timer === undefined ? transport.encode(batch) : timer.section(() => transport.encode(batch));
    } catch (error) {
      return dropped(batch.spanCount, 'encoding_failed', `${transport.name}: ${messageOf(error)}`);
    }
    const { bytes, spanCount } = request;
    const attempt: Attempt =
      bytes.length > maxRequestBytes
        ? failedAttempt('too_large', `${transport.name}: ${bytes.length} bytes are more than ${maxRequestBytes}`)
        : await sendWithRetries(request, deadline);
    if (attempt.kind === 'failed') {
      const halves = maySplit && attempt.reason === 'too_large' ? splitBatch(batch) : undefined;
      if (halves !== undefined) {
        const [first, second] = halves;
        return sumOf(await deliver(first, deadline, false), await deliver(second, deadline, false));
      }
      return deadline.signal.aborted
        ? ended(batch.spanCount, deadline)
        : dropped(batch.spanCount, attempt.reason, attempt.message);
    }
    request.onAccepted?.();
    const rejectedCount = Math.min(attempt.rejectedCount, spanCount);
    const droppedCount = rejectedCount + batch.spanCount - spanCount;
    return {
      exportedCount: batch.spanCount - droppedCount,
      droppedCount,
      ...(droppedCount === 0 ? {} : { dropReason: rejectedCount > 0 ? 'rejected' : 'invalid_span' }),
      ...(attempt.message === '' ? {} : { message: attempt.message }),
    };
  }

  async function sendWithRetries({ bytes, spanCount }: EncodedRequest, deadline: Deadline): Promise<Attempt> {
    const startMs = monotonicMs();
    const endMs = startMs + timeoutMs;
    let body: Uint8Array | undefined;
    let failure: FailedAttempt | undefined;
    let nextMs = startMs;
    for (let tries = 1; ; tries++) {
      if (failure !== undefined || pausedUntilMs > startMs) {
        if (!(await waitUntil(nextMs, endMs, deadline.signal)))
          return failure ?? failedAttempt('throttled', `${transport.name}: the receiver asked for a pause`);
      }
      const sent = (body ??= (await transport.compress?.(bytes)) ?? bytes);
      const send = (): Promise<Attempt> => transport.send(sent, deadline.signal, spanCount);
      const attempt = await (timer === undefined ? send() : timer.section(send));
      if (attempt.kind === 'accepted') return attempt;
      const nowMs = monotonicMs();
      const { retryAfterMs } = attempt;
      if (retryAfterMs !== undefined)
        pausedUntilMs = Math.max(pausedUntilMs, nowMs + Math.min(retryAfterMs, MAX_PAUSE_MS));
      if (!attempt.isRetryable || tries >= maxAttempts) return attempt;
      failure = attempt;
      nextMs = nowMs + (retryAfterMs ?? backoffMs(tries, clock));
    }
  }

  /** Waits for that time, and for the end of the pause. Whether there may be a try then. */
  async function waitUntil(timeMs: number, endMs: number, signal: AbortSignal): Promise<boolean> {
    for (let untilMs = Math.max(timeMs, pausedUntilMs); ; untilMs = pausedUntilMs) {
      // Waiting for a try that can no longer happen would only hold the spans.
      if (untilMs >= endMs || signal.aborted) return false;
      await delayUnlessClosing(Math.max(0, untilMs - monotonicMs()), signal);
      if (signal.aborted || closing.signal.aborted) return false;
      // Others may have been asked for a longer pause meanwhile.
      if (pausedUntilMs <= untilMs) return true;
    }
  }

  async function delayUnlessClosing(delayMs: number, signal: AbortSignal): Promise<void> {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    signal.addEventListener('abort', stop, { once: true });
    closing.signal.addEventListener('abort', stop, { once: true });
    await clock.delay(delayMs, controller.signal);
    signal.removeEventListener('abort', stop);
    closing.signal.removeEventListener('abort', stop);
  }

  return {
    name: transport.name,
    // Requests hold copies.
    releasesBytes: true,
    releasesSignal: true,
    export: async (batch, signal) => {
      const task = withoutTracing(() => exportBatch(batch, signal));
      underWay.add(task);
      try {
        return await task;
      } finally {
        underWay.delete(task);
      }
    },
    timeWith: (given) => {
      timer = given;
    },
    letExit: () => {
      holdsProcess = false;
      transport.letExit?.();
    },
    forceFlush: (signal) => {
      const flushed = settledOrAborted(underWay, signal);
      return holdsProcess ? holdingProcess(flushed) : flushed;
    },
    shutdown: () => {
      closing.abort();
      closed ??= Promise.allSettled(underWay).then(() => withoutTracing(() => transport.close()));
      return closed;
    },
  };
}

/** Resolves when all that was under way at the call is done, or at the abort. */
async function settledOrAborted(underWay: ReadonlySet<Promise<unknown>>, signal: AbortSignal): Promise<void> {
  if (signal.aborted || underWay.size === 0) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    void Promise.allSettled(underWay).then(done);
  });
}

function sumOf(first: ExportOutcome, second: ExportOutcome): ExportOutcome {
  const dropReason = first.dropReason ?? second.dropReason;
  const message = first.message ?? second.message;
  return {
    exportedCount: first.exportedCount + second.exportedCount,
    droppedCount: first.droppedCount + second.droppedCount,
    ...(dropReason === undefined ? {} : { dropReason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** An outcome of which nothing arrived. */
export function dropped(spanCount: number, dropReason: string, message: string): ExportOutcome {
  return { exportedCount: 0, droppedCount: spanCount, dropReason, message };
}

/** A try that another one would not help. */
export function failedAttempt(reason: string, message: string): FailedAttempt {
  return { kind: 'failed', reason, message, isRetryable: false };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
