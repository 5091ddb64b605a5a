import { describe, expect, test } from 'vitest';
import type { Body } from '../../../src/cli/load/body-template.ts';
import { generateLoad, LoadCounts, type LoadPlan } from '../../../src/cli/load/generate-load.ts';
import { LatencyHistogram } from '../../../src/cli/load/latency-histogram.ts';
import type { LoadAnswer } from '../../../src/cli/load/load-sender.ts';

/** A clock that goes on by what is waited for, and by what an answer takes. */
function plan(
  answer: (request: number) => { readonly takesMs: number; readonly answer: LoadAnswer },
  change: Partial<LoadPlan> = {},
): { readonly plan: LoadPlan; readonly sent: number[] } {
  let nowMs = 0;
  const sent: number[] = [];
  const body: Body = { bytes: Buffer.from('body'), spanCount: 10, patch: () => {} };
  return {
    sent,
    plan: {
      bodies: [body],
      sender: {
        send: () => {
          sent.push(nowMs);
          const { takesMs, answer: given } = answer(sent.length - 1);
          nowMs += takesMs;
          return Promise.resolve(given);
        },
        close: () => {},
      },
      spansPerSecond: 100,
      durationMs: 1_000,
      signal: new AbortController().signal,
      run: [1, 2],
      nowUnixNano: () => 0n,
      nowMs: () => nowMs,
      waitUntil: (dueMs) => {
        nowMs = Math.max(nowMs, dueMs);
        return Promise.resolve();
      },
      random: () => 0,
      retryPolicy: { maxAttempts: 3, baseDelayMs: 0, maxDelayMs: 0, maxRetryAfterMs: 0 },
      ...change,
    },
  };
}
const ACCEPTED: LoadAnswer = { kind: 'accepted', rejectedSpans: 0 };

describe('the generator', () => {
  test('a stalled answer makes all that were due meanwhile late', async () => {
    const counts = new LoadCounts();
    // Ten requests, one each 100 ms; the third takes half a second.
    const { plan: load } = plan((request) => ({ takesMs: request === 2 ? 500 : 1, answer: ACCEPTED }));
    await generateLoad(load, counts);
    expect(counts).toMatchObject({ requests: 10, spansSent: 100, spansAccepted: 100, spansFailed: 0, retries: 0 });
    // Sent late: 300, 400, 500 and 600 ms waited 400, 300, 200 and 100 ms.
    expect(counts.latency.quantileMs(1)).toBe(500);
    expect(counts.latency.quantileMs(0.9)).toBeGreaterThan(395);
    expect(counts.latency.quantileMs(0.8)).toBeGreaterThan(295);
    expect(counts.latency.quantileMs(0.5)).toBeLessThan(10);
    // From when they were sent, one was slow.
    expect(counts.serviceTime.quantileMs(0.9)).toBeLessThan(10);
  });

  test('every span is accepted, rejected or failed', async () => {
    const counts = new LoadCounts();
    const answers: readonly LoadAnswer[] = [
      { kind: 'accepted', rejectedSpans: 4 },
      { kind: 'retry', reason: 'status 503', afterMs: 0 },
      ACCEPTED,
      { kind: 'failed', reason: 'status 400' },
      { kind: 'retry', reason: 'status 503', afterMs: undefined },
      { kind: 'retry', reason: 'status 503', afterMs: undefined },
      { kind: 'retry', reason: 'status 503', afterMs: undefined },
    ];
    const { plan: load } = plan((request) => ({ takesMs: 1, answer: answers[request] ?? ACCEPTED }), {
      durationMs: 500,
    });
    await generateLoad(load, counts);
    expect(counts).toMatchObject({
      requests: 8,
      spansSent: 50,
      spansAccepted: 26,
      spansRejected: 4,
      spansFailed: 20,
      retries: 3,
    });
    expect(Object.fromEntries(counts.reasons)).toEqual({ 'status 503': 4, 'status 400': 1 });
  });

  test('without a rate the next follows the answer, until the time is over', async () => {
    const counts = new LoadCounts();
    const { plan: load, sent } = plan(() => ({ takesMs: 90, answer: ACCEPTED }), { spansPerSecond: undefined });
    await generateLoad(load, counts);
    expect(sent).toHaveLength(12);
    expect(counts.spansAccepted).toBe(120);
  });

  test('an abort ends it', async () => {
    const controller = new AbortController();
    const counts = new LoadCounts();
    const { plan: load } = plan(
      (request) => {
        if (request === 3) controller.abort();
        return { takesMs: 1, answer: ACCEPTED };
      },
      { signal: controller.signal },
    );
    await generateLoad(load, counts);
    expect(counts.requests).toBe(4);
  });
});

describe('the histogram', () => {
  test('quantiles are at most 1/64 too high', () => {
    const histogram = new LatencyHistogram();
    for (let i = 1; i <= 10_000; i++) histogram.record(i / 10);
    for (const q of [0.01, 0.5, 0.95, 0.99, 0.999]) {
      const exact = q * 1_000;
      expect(histogram.quantileMs(q)).toBeGreaterThanOrEqual(exact);
      expect(histogram.quantileMs(q)).toBeLessThanOrEqual(exact * (1 + 1 / 64) + 1e-9);
    }
    expect([histogram.maxMs, histogram.quantileMs(1), histogram.count]).toEqual([1_000, 1_000, 10_000]);
  });

  test('none, zero, and more than it has room for', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.quantileMs(0.5)).toBe(0);
    histogram.record(0);
    expect(histogram.quantileMs(0.5)).toBe(0);
    histogram.record(1e12);
    expect(histogram.quantileMs(1)).toBeGreaterThan(1e8);
  });
});
