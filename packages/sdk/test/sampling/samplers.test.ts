import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { adjustedCount } from '@throughline/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { emptyTraceState } from '../../src/propagation/trace-state.ts';
import { adaptiveSampler } from '../../src/sampling/adaptive-sampler.ts';
import { alwaysSampler } from '../../src/sampling/constant-samplers.ts';
import { parentBasedSampler } from '../../src/sampling/parent-based-sampler.ts';
import { rateLimitingSampler } from '../../src/sampling/rate-limiting-sampler.ts';
import { ratioSampler } from '../../src/sampling/ratio-sampler.ts';
import type { Sampler, SamplingResult } from '../../src/sampling/sampler.ts';
import { samplerOfStrategy } from '../../src/sampling/sampling-strategy.ts';
import { traceIds } from './trace-ids.ts';

function ask(sampler: Sampler, traceId: string, name = 'op', context = ROOT_CONTEXT): SamplingResult {
  return sampler.shouldSample(context, traceId, name, SpanKind.INTERNAL, {}, []);
}

it('writes the threshold of what it keeps, so that the weight is 1 / ratio', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), (ratio) => {
      const { decision, traceState } = ask(ratioSampler(ratio), 'f'.repeat(32));
      expect(decision).toBe(2);
      expect(adjustedCount(traceState?.serialize() ?? '') * ratio).toBeCloseTo(1, 6);
    }),
  );
});

it('decides at the threshold: 8 is kept at one half, 7ff.. is not', () => {
  expect(ask(ratioSampler(0.5), `${'1'.repeat(18)}80000000000000`).decision).toBe(2);
  expect(ask(ratioSampler(0.5), `${'1'.repeat(18)}7fffffffffffff`).decision).toBe(0);
  expect(ask(ratioSampler(0), 'f'.repeat(32)).decision).toBe(0);
});

it.each([true, false])('keeps a tenth of 20,000 traces (first64: %s)', (first64) => {
  const sampler = ratioSampler(0.1, { first64 });
  const kept = traceIds(7, 20_000).filter((id) => ask(sampler, id).decision === 2).length;
  // Five standard deviations of a binomial; the seed is fixed.
  expect(Math.abs(kept - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9));
});

it.each([
  ['th:8', 1, 'f', 'ot=th:8'],
  ['th:8', 1, '1', ''],
  ['th:8;rv:10000000000000', 1, 'f', 'ot=rv:10000000000000'],
])('parent-based, %s with flags %d: passes a threshold on only if it agrees', (ot, traceFlags, digit, expected) => {
  const traceId = digit.repeat(32);
  const traceState = emptyTraceState.set('ot', ot);
  const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '1'.repeat(16), traceFlags, traceState });
  const result = ask(parentBasedSampler({ root: alwaysSampler() }), traceId, 'op', context);
  expect((result.traceState ?? traceState).serialize()).toBe(expected);
});

it('limits the rate, with a burst of max(1, rate)', () => {
  let now = 0;
  const sampler = rateLimitingSampler(2, { nowMs: () => now });
  const take = (): number => ask(sampler, '1'.repeat(32)).decision;
  expect([take(), take(), take()]).toEqual([2, 2, 0]);
  now = 500;
  expect([take(), take()]).toEqual([2, 0]);
});

it('adapts: a rare operation is kept whole, a frequent one gets what is left', () => {
  let now = 0;
  const sampler = adaptiveSampler({ tracesPerSecond: 20, nowMs: () => now });
  const kept = { rare: 0, often: 0 };
  for (const [index, id] of traceIds(3, 22_000).entries()) {
    now += 1000 / 1100;
    const name = index % 220 === 0 ? 'rare' : 'often';
    if (now > 2000 && ask(sampler, id, name).decision === 2) kept[name]++;
    else if (now <= 2000) ask(sampler, id, name);
  }
  expect(kept.rare).toBe(90);
  expect(kept.often / 18).toBeGreaterThan(11);
  expect(kept.often / 18).toBeLessThan(19);
});

/** How many of so many traces in a second are kept, with a name for each. */
function keptOf(
  sampler: Sampler,
  at: (ms: number) => void,
  startMs: number,
  count: number,
  name: (i: number) => string,
) {
  let kept = 0;
  for (const [i, id] of traceIds(startMs + 11, count).entries()) {
    at(startMs + (i / count) * 1000);
    if (ask(sampler, id, name(i)).decision === 2) kept++;
  }
  return kept;
}

it.each<[string, (second: number, i: number) => string]>([
  ['one name', () => 'op'],
  ['few names', (_second, i) => `op ${i % 20}`],
  ['names that are always new', (second, i) => `op ${second} ${i}`],
  ['new names in each second', (second, i) => `op ${second} ${i % 5}`],
])('adapts: %s never keep much more than is aimed at', (_what, name) => {
  let now = 0;
  // No floor, which 10,000 traces a second would lift above the aim.
  const sampler = adaptiveSampler({ tracesPerSecond: 20, minProbability: 0, nowMs: () => now });
  for (let second = 0; second < 20; second++) {
    const kept = keptOf(
      sampler,
      (ms) => (now = ms),
      second * 1000,
      10_000,
      (i) => name(second, i),
    );
    // Twice the aim, and five standard deviations.
    expect(kept).toBeLessThan(40 + 5 * Math.sqrt(40));
  }
});

/** The same numbers on each run, from 0 to 1. */
function draws(seed: number, count: number): number[] {
  return traceIds(seed, count).map((id) => Number.parseInt(id.slice(0, 8), 16) / 2 ** 32);
}

it.each<[string, number, (draw: number, i: number) => string]>([
  ['one name', 100, () => 'op'],
  ['500 names', 100, (draw) => `op ${Math.floor(draw * 500)}`],
  ['500 names', 1000, (draw) => `op ${Math.floor(draw * 500)}`],
  ['names that are always new', 100, (_draw, i) => `op ${i}`],
  ['names that are always new', 1000, (_draw, i) => `op ${i}`],
  ['a busy name beside those that are always new', 100, (draw, i) => (draw < 0.9 ? 'busy' : `op ${i}`)],
  ['a busy name beside those that are always new', 1000, (draw, i) => (draw < 0.9 ? 'busy' : `op ${i}`)],
  ['a busy name beside 100 rare ones', 100, (draw) => (draw < 0.5 ? 'busy' : `op ${Math.floor(draw * 200)}`)],
  ['names that come twice, 3 s apart', 100, (draw, i) => `op ${(draw < 0.5 ? i : i - 300) >> 1}`],
  ['names that live for 3 s', 100, (draw, i) => `op ${Math.floor((i + draw * 300) / 30)}`],
])('adapts: %s, %d roots a second: as many are kept as is aimed at', (_what, rate, name) => {
  let now = 0;
  const sampler = adaptiveSampler({ tracesPerSecond: 10, nowMs: () => now });
  const count = rate * 60;
  const nameDraws = draws(5, count);
  const gaps = draws(6, count);
  let kept = 0;
  for (const [i, id] of traceIds(7, count).entries()) {
    // Gaps of chance, as those of requests that know nothing of each other.
    now -= (Math.log(1 - (gaps[i] ?? 0)) * 1000) / rate;
    const { decision } = ask(sampler, id, name(nameDraws[i] ?? 0, i));
    if (decision === 2 && now > 20_000) kept++;
  }
  const keptPerSecond = kept / (now / 1000 - 20);
  expect(keptPerSecond).toBeGreaterThan(7);
  expect(keptPerSecond).toBeLessThan(13);
});

it('adapts: a burst of an operation that was rare is braked', () => {
  let now = 0;
  const sampler = adaptiveSampler({ tracesPerSecond: 20, minProbability: 0, nowMs: () => now });
  const at = (ms: number): void => void (now = ms);
  for (let second = 0; second < 10; second++) keptOf(sampler, at, second * 1000, 2, () => 'job');
  // Twice the aim, and five standard deviations.
  expect(keptOf(sampler, at, 10_000, 10_000, () => 'job')).toBeLessThan(40 + 5 * Math.sqrt(40));
});

it.each([0, 1e-6, 0.1, 1e9])('adapts: aims at %d a second, whatever came before', (tracesPerSecond) => {
  let now = 0;
  const sampler = adaptiveSampler({ tracesPerSecond, minProbability: 0, nowMs: () => now });
  const at = (ms: number): void => void (now = ms);
  const kept = [0, 1, 2, 60, 61].map((second) => keptOf(sampler, at, second * 1000, 500, (i) => `op ${i % 7}`));
  if (tracesPerSecond > 1000) expect(kept).toEqual([500, 500, 500, 500, 500]);
  // Below one in an interval the first is kept, and of those after it a quarter, a sixteenth..
  else expect(Math.max(...kept)).toBeLessThanOrEqual(tracesPerSecond === 0 ? 0 : 2);
});

it('adapts: a new operation among busy ones is seen at once, and braked', () => {
  let now = 0;
  const sampler = adaptiveSampler({ tracesPerSecond: 20, nowMs: () => now });
  for (let second = 0; second < 10; second++)
    keptOf(
      sampler,
      (ms) => (now = ms),
      second * 1000,
      2000,
      () => 'busy',
    );
  now = 10_500;
  expect(ask(sampler, '1'.repeat(32), 'new').decision).toBe(2);
  const kept = keptOf(
    sampler,
    (ms) => (now = ms),
    11_000,
    2000,
    () => 'other',
  );
  expect(kept).toBeGreaterThan(4);
  expect(kept).toBeLessThan(40 + 5 * Math.sqrt(40));
});

it('adapts: what is kept of new operations weighs what was started', () => {
  const sampler = adaptiveSampler({ tracesPerSecond: 500, nowMs: () => 0 });
  let weight = 0;
  for (const id of traceIds(5, 4000)) {
    const { decision, traceState } = ask(sampler, id);
    if (decision === 2) weight += adjustedCount(traceState?.serialize() ?? '');
  }
  // The last stage weighs 64, about 31 of its 2000 are kept: five standard deviations are some 1,800.
  expect(Math.abs(weight - 4000)).toBeLessThan(1800);
});

it('reads strategies: operations first; what is none is refused', () => {
  const nowMs = (): number => 0;
  const sampler = samplerOfStrategy(
    {
      strategyType: 'PROBABILISTIC',
      probabilisticSampling: { samplingRate: 0 },
      operationSampling: {
        defaultSamplingProbability: 0,
        defaultLowerBoundTracesPerSecond: 1,
        perOperationStrategies: [{ operation: 'all', probabilisticSampling: { samplingRate: 1 } }],
      },
    },
    nowMs,
  );
  if (sampler === undefined) throw new Error('no sampler');
  const id = '1'.repeat(32);
  expect(
    [ask(sampler, id, 'all'), ask(sampler, id, 'all'), ask(sampler, id), ask(sampler, id)].map((r) => r.decision),
  ).toEqual([2, 2, 2, 0]);
  for (const answer of [null, 1, {}, { probabilisticSampling: { samplingRate: 2 } }]) {
    expect(samplerOfStrategy(answer, nowMs)).toBeUndefined();
  }
});
