import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_RETRY_POLICY, retryDelayMs, type RetryPolicy } from '../import/retry.ts';
import type { Body } from './body-template.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { LoadSender } from './load-sender.ts';

/** What a load has done so far. Every span sent is accepted, rejected, failed or under way. */
export class LoadCounts {
  requests = 0;
  spansSent = 0;
  spansAccepted = 0;
  /** By the server, one by one (OTLP's partial success). */
  spansRejected = 0;
  /** Of requests that were refused for good, or whose answer never came. */
  spansFailed = 0;
  /** Requests that were sent again because the server asked for it. */
  retries = 0;
  bytes = 0;
  /** From when a request was due, so that one that had to wait for those before it counts with its wait. */
  readonly latency: LatencyHistogram = new LatencyHistogram();
  /** From when it was sent. */
  readonly serviceTime: LatencyHistogram = new LatencyHistogram();
  readonly reasons: Map<string, number> = new Map();
}

export interface LoadPlan {
  readonly sender: LoadSender;
  /** One for each request that is under way at once; each is changed only between its requests. */
  readonly bodies: readonly Body[];
  /** Undefined: as fast as it is answered. */
  readonly spansPerSecond: number | undefined;
  readonly durationMs: number;
  readonly signal: AbortSignal;
  readonly run: readonly [number, number];
  readonly nowUnixNano: () => bigint;
  readonly nowMs: () => number;
  /** Resolves at that time of `nowMs`, or when the signal is aborted. */
  readonly waitUntil: (dueMs: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly retryPolicy?: RetryPolicy;
}

const MAX_REASONS = 20;

/**
 * Sends requests on a schedule that does not wait for answers: the n-th is due at n intervals, and its latency counts
 * from then, which is what a client that keeps its own pace would see (no coordinated omission). Without a rate a request
 * is due when the one before it has been answered.
 */
export async function generateLoad(plan: LoadPlan, counts: LoadCounts): Promise<void> {
  const { bodies, spansPerSecond, durationMs, signal, nowMs } = plan;
  const spansPerRequest = bodies[0]?.spanCount ?? 1;
  const intervalMs = spansPerSecond === undefined ? 0 : (1_000 * spansPerRequest) / spansPerSecond;
  const startedAtMs = nowMs();
  let next = 0;
  const lane = async (body: Body): Promise<void> => {
    while (!signal.aborted) {
      const request = next++;
      const dueMs = spansPerSecond === undefined ? nowMs() : startedAtMs + request * intervalMs;
      if (dueMs >= startedAtMs + durationMs) return;
      await plan.waitUntil(dueMs, signal);
      if (signal.aborted) return;
      body.patch({ request: (mixed(request) ^ plan.run[0]) >>> 0, run: plan.run, startUnixNano: plan.nowUnixNano() });
      await deliver(plan, counts, body, dueMs);
    }
  };
  await Promise.all(bodies.map(lane));
}

async function deliver(plan: LoadPlan, counts: LoadCounts, body: Body, dueMs: number): Promise<void> {
  const { sender, nowMs, retryPolicy = DEFAULT_RETRY_POLICY, signal } = plan;
  counts.spansSent += body.spanCount;
  for (let attempt = 1; ; attempt++) {
    const sentMs = nowMs();
    counts.requests++;
    counts.bytes += body.bytes.length;
    const answer = await sender.send(body.bytes);
    const answeredMs = nowMs();
    counts.serviceTime.record(answeredMs - sentMs);
    if (answer.kind === 'accepted') {
      counts.spansRejected += answer.rejectedSpans;
      counts.spansAccepted += body.spanCount - answer.rejectedSpans;
      counts.latency.record(answeredMs - dueMs);
      return;
    }
    const known = counts.reasons.has(answer.reason) || counts.reasons.size < MAX_REASONS;
    const reason = known ? answer.reason : 'other';
    counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1);
    if (answer.kind === 'failed' || attempt >= retryPolicy.maxAttempts || signal.aborted) {
      counts.spansFailed += body.spanCount;
      counts.latency.record(answeredMs - dueMs);
      return;
    }
    counts.retries++;
    await plan.waitUntil(nowMs() + retryDelayMs(retryPolicy, attempt, answer.afterMs, plan.random()), signal);
  }
}

/** Timers are exact to a millisecond or so; the rest is spent in turns of the event loop. */
export async function waitUntil(dueMs: number, nowMs: () => number, signal: AbortSignal): Promise<void> {
  for (let leftMs = dueMs - nowMs(); leftMs > 0 && !signal.aborted; leftMs = dueMs - nowMs()) {
    if (leftMs > 2) await delay(leftMs - 1, undefined, { signal }).catch(() => undefined);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A permutation of 32-bit numbers, so that the ids of one request after the other look random. */
export function mixed(value: number): number {
  let word = value >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
