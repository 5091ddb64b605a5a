import { ratioSampler } from './ratio-sampler.ts';
import type { Sampler } from './sampler.ts';
import { samplerOfStrategy } from './sampling-strategy.ts';

export interface RemoteSamplerOptions {
  readonly serviceName: string;
  /** Default `http://127.0.0.1:5778/sampling`. */
  readonly endpoint?: string;
  /** Default 60000. Each wait differs from it by up to a tenth. */
  readonly pollingIntervalMs?: number;
  /** After failures the wait doubles up to this. Default ten intervals. */
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
const MAX_ANSWER_CHARACTERS = 4 * 1024 * 1024;

/** Samples as Jaeger's strategy endpoint says, asked again and again. A failing or malformed answer changes nothing. */
export function remoteSampler(options: RemoteSamplerOptions): RemoteSampler {
  const intervalMs = options.pollingIntervalMs ?? 60_000;
  const maxBackoffMs = options.maxBackoffMs ?? 10 * intervalMs;
  const timeoutMs = options.timeoutMs ?? 5000;
  const request = options.fetch ?? ((url, init) => fetch(url, init));
  const nowMs = options.nowMs ?? (() => performance.now());
  const random = options.random ?? Math.random;
  const schedule = options.schedule ?? scheduleTimer;
  const url = new URL(options.endpoint ?? 'http://127.0.0.1:5778/sampling');
  url.searchParams.set('service', options.serviceName);
  const closing = new AbortController();
  let sampler = options.initialSampler ?? ratioSampler(0.001);
  let strategyText = '';
  let failureCount = 0;
  let cancel: () => void = () => undefined;

  async function poll(): Promise<boolean> {
    if (closing.signal.aborted) return false;
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
      const response = await request(url.href, { signal });
      const text = await response.text();
      if (!response.ok || text.length > MAX_ANSWER_CHARACTERS) return false;
      // The same answer keeps its sampler, and with it the state of its buckets.
      if (text === strategyText) return true;
      const answer: unknown = JSON.parse(text);
      const next = samplerOfStrategy(answer, nowMs);
      if (next === undefined || closing.signal.aborted) return false;
      sampler = next;
      strategyText = text;
      return true;
    } catch {
      return false;
    }
  }

  async function pollAndWait(): Promise<void> {
    failureCount = (await poll()) ? 0 : failureCount + 1;
    if (closing.signal.aborted) return;
    const waitMs = Math.min(maxBackoffMs, intervalMs * 2 ** Math.min(failureCount, 30));
    cancel = schedule(() => void pollAndWait(), waitMs * (0.9 + 0.2 * random()));
  }

  void pollAndWait();
  return {
    shouldSample: (context, traceId, spanName, spanKind, attributes, links) =>
      sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links),
    decide: (parent, ids) => sampler.decide?.(parent, ids),
    toString: () => `JaegerRemoteSampler{${sampler.toString()}}`,
    poll,
    close() {
      closing.abort();
      cancel();
    },
  };
}

function scheduleTimer(callback: () => void, waitMs: number): () => void {
  const timer = setTimeout(callback, waitMs);
  timer.unref();
  return () => clearTimeout(timer);
}
