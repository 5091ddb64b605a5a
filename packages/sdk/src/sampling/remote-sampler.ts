import { diag } from '@opentelemetry/api';

import { askGuarded, decideGuarded } from './guarded-sampler.ts';
import { ratioSampler } from './ratio-sampler.ts';
import type { Sampler } from './sampler.ts';
import { samplerOfStrategy } from './sampling-strategy.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

export interface RemoteSamplerOptions {
  readonly serviceName: string;
  /** Default `http://127.0.0.1:5778/sampling`. */
  readonly endpoint?: string;
  /** Default 60000. Each wait differs from it by up to a tenth. */
  readonly pollingIntervalMs?: number;
  /** After failures the wait doubles up to this, from a second as long as no answer came. Default ten intervals. */
  readonly maxBackoffMs?: number;
  /** Of one request. Default 5000. */
  readonly timeoutMs?: number;
  /** Until the first answer. Default 0.1 % of all traces. */
  readonly initialSampler?: Sampler;
  /** Must send its requests with tracing suppressed if `fetch` is instrumented. */
  readonly fetch?: (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;
  readonly nowMs?: () => number;
  /** Within 0 to 1. */
  readonly random?: () => number;
  /** Calls back once after the wait; answers what cancels it. */
  readonly schedule?: (callback: () => void, waitMs: number) => () => void;
}

export interface RemoteSampler extends Sampler {
  /** Asks once, now. True when a strategy came; never rejects. */
  poll(): Promise<boolean>;
  /** No more requests; the last strategy stays. Idempotent. */
  close(): void;
}

/** An answer is not read past this. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** The first wait after a failure as long as no answer came, for a strategy is missed most then. */
const FIRST_RETRY_MS = 1000;
/** Different failures that are told between two answers. */
const MAX_TOLD_FAILURES = 8;

/**
 * Samples as Jaeger's strategy endpoint says, asked again and again. A failing or malformed answer changes nothing; the
 * first failure of its kind since the last good answer is logged.
 */
export function remoteSampler(options: RemoteSamplerOptions): RemoteSampler {
  const intervalMs = timerMs(options.pollingIntervalMs ?? 60_000);
  const maxBackoffMs = timerMs(options.maxBackoffMs ?? 10 * intervalMs);
  const timeoutMs = timerMs(options.timeoutMs ?? 5000);
  const request = options.fetch ?? ((url, init) => fetch(url, init));
  const nowMs = options.nowMs ?? (() => performance.now());
  const random = options.random ?? Math.random;
  const schedule = options.schedule ?? scheduleTimer;
  const url = new URL(options.endpoint ?? 'http://127.0.0.1:5778/sampling');
  url.searchParams.set('service', options.serviceName);
  const closing = new AbortController();
  let sampler = options.initialSampler ?? ratioSampler(0.001);
  let strategyText: string | undefined;
  let failureCount = 0;
  let toldFailures = new Set<string>();
  let cancel: () => void = () => undefined;

  async function readStrategy(signal: AbortSignal): Promise<string | undefined> {
    const response = await request(url.href, { signal });
    if (!response.ok) {
      await response.body?.cancel();
      return `it answered with HTTP ${response.status}`;
    }
    const text = await boundedText(response);
    if (text === undefined) return `its answer is longer than ${MAX_ANSWER_BYTES} bytes`;
    // The same answer keeps its sampler, and with it the state of its buckets.
    if (text === strategyText) return undefined;
    const next = samplerOfStrategy(parsed(text), nowMs);
    if (next === undefined) return 'its answer is no sampling strategy';
    if (closing.signal.aborted) return undefined;
    sampler = next;
    strategyText = text;
    return undefined;
  }

  async function poll(): Promise<boolean> {
    if (closing.signal.aborted) return false;
    const limit = new AbortController();
    const stop = (): void => limit.abort();
    const timer = setTimeout(stop, timeoutMs);
    timer.unref();
    closing.signal.addEventListener('abort', stop, { once: true });
    let failure: string | undefined;
    try {
      failure = await readStrategy(limit.signal);
    } catch (error) {
      failure = limit.signal.aborted ? `it did not answer within ${timeoutMs} ms` : messageOf(error);
    } finally {
      clearTimeout(timer);
      closing.signal.removeEventListener('abort', stop);
    }
    if (closing.signal.aborted) return false;
    if (failure === undefined) toldFailures = new Set();
    else tellFailure(failure);
    return failure === undefined;
  }

  function tellFailure(failure: string): void {
    if (toldFailures.has(failure) || toldFailures.size >= MAX_TOLD_FAILURES) return;
    toldFailures.add(failure);
    const kept = strategyText === undefined ? 'the initial sampler decides' : 'the last strategy stays';
    diag.warn(`Sampling: no strategy from ${url.origin}${url.pathname}: ${failure}; ${kept}`);
  }

  async function pollAndWait(): Promise<void> {
    failureCount = (await poll()) ? 0 : failureCount + 1;
    if (closing.signal.aborted) return;
    const waitMs =
      strategyText === undefined
        ? Math.min(FIRST_RETRY_MS, intervalMs) * 2 ** Math.min(failureCount - 1, 30)
        : intervalMs * 2 ** Math.min(failureCount, 30);
    cancel = schedule(() => void pollAndWait(), timerMs(Math.min(maxBackoffMs, waitMs) * (0.9 + 0.2 * random())));
  }

  void pollAndWait();
  return {
    shouldSample: (context, traceId, spanName, spanKind, attributes, links) =>
      askGuarded(sampler, context, traceId, spanName, spanKind, attributes, links),
    decide: (parent, ids) => decideGuarded(sampler, parent, ids),
    toString: () => `JaegerRemoteSampler{${sampler.toString()}}`,
    poll,
    close() {
      closing.abort();
      cancel();
    },
  };
}

/** Within what a timer takes; what is no number is the most. */
function timerMs(ms: number): number {
  return ms >= 1 ? Math.min(ms, MAX_TIMER_MS) : ms < 1 ? 1 : MAX_TIMER_MS;
}

/** Undefined: longer than an answer may be; the rest is not read. */
async function boundedText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let byteCount = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of response.body) {
    byteCount += chunk.byteLength;
    if (byteCount > MAX_ANSWER_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch hides what happened in the cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const detail =
    cause instanceof Error ? (cause.message === '' && 'code' in cause ? String(cause.code) : cause.message) : '';
  return detail === '' ? error.message : `${error.message}: ${detail}`;
}

function scheduleTimer(callback: () => void, waitMs: number): () => void {
  const timer = setTimeout(callback, waitMs);
  timer.unref();
  return () => clearTimeout(timer);
}
