import { isSpanContextValid, trace } from '@opentelemetry/api';

import { followParent } from './parent-based-sampler.ts';
import { probabilityWithin, thresholdOf } from './probability-threshold.ts';
import { sampleByThreshold } from './ratio-sampler.ts';
import type { Sampler } from './sampler.ts';

export interface AdaptiveSamplerOptions {
  readonly tracesPerSecond: number;
  /** No operation is sampled with less. Default 0.001. */
  readonly minProbability?: number;
  /** At most, until the first interval is over and for operations not seen before. Default 1. */
  readonly initialProbability?: number;
  /** How often probabilities are worked out anew. Default 1000. */
  readonly intervalMs?: number;
  /** Share of the newest interval in the smoothed rate, above 0 to 1. Default 0.3. */
  readonly smoothing?: number;
  /** Operations with a probability of their own; the others share one. Default 256. */
  readonly maxOperations?: number;
  readonly nowMs?: () => number;
}

interface Operation {
  startedCount: number;
  /** Smoothed traces a second; undefined before the first full interval. */
  rate: number | undefined;
  threshold: string | undefined;
}

/** Below so many traces a second an operation is forgotten. */
const FORGOTTEN_RATE = 0.001;

/**
 * Steers each operation's probability so that about `tracesPerSecond` roots are kept in all. Every operation has an
 * equal share; what the rare ones do not use is shared by the others. New ones have one share together until their rate is
 * known. Each decision is one of a known probability, so
 * `th` is written. Asked at roots only; other spans follow their parent. Operations are names of
 * spans when they start: of a request that is served that is its method, for the route is not known yet.
 */
export function adaptiveSampler(options: AdaptiveSamplerOptions): Sampler {
  const target = Math.max(0, options.tracesPerSecond);
  const minProbability = probabilityWithin(options.minProbability ?? 0.001);
  const initialProbability = probabilityWithin(options.initialProbability ?? 1);
  const intervalMs = options.intervalMs ?? 1000;
  const smoothing = options.smoothing ?? 0.3;
  const maxOperations = options.maxOperations ?? 256;
  const nowMs = options.nowMs ?? (() => performance.now());
  const operations = new Map<string, Operation>();
  const others: Operation = { startedCount: 0, rate: undefined, threshold: undefined };
  const newcomers = newcomersOf(initialProbability, (target * intervalMs) / 1000);
  let newcomerRate: number | undefined;
  let intervalStartMs = nowMs();

  function operationOf(name: string): Operation {
    const known = operations.get(name);
    if (known !== undefined) return known;
    if (operations.size >= maxOperations) return others;
    const operation: Operation = { startedCount: 0, rate: undefined, threshold: undefined };
    operations.set(name, operation);
    return operation;
  }

  function adapt(elapsedMs: number): void {
    // A pause of several intervals weighs as much as they would have one by one.
    const weight = 1 - (1 - smoothing) ** (elapsedMs / intervalMs);
    for (const [name, operation] of operations) {
      updateRate(operation, elapsedMs, weight);
      if ((operation.rate ?? 0) < FORGOTTEN_RATE) operations.delete(name);
    }
    if (others.rate !== undefined || others.startedCount > 0) updateRate(others, elapsedMs, weight);
    // In the first interval all are new, which says nothing of the next ones.
    const newRate = newcomers.startedCount / (elapsedMs / 1000);
    newcomerRate = newcomerRate === undefined ? 0 : newcomerRate + weight * (newRate - newcomerRate);
    const active = [...operations.values()];
    if ((others.rate ?? 0) >= FORGOTTEN_RATE) active.push(others);
    active.sort((a, b) => (a.rate ?? 0) - (b.rate ?? 0));
    let left = target;
    for (const [index, operation] of active.entries()) {
      const rate = operation.rate ?? 0;
      const share = left / (active.length - index);
      const probability = Math.max(minProbability, Math.min(1, share / rate));
      operation.threshold = thresholdOf(probability);
      left = Math.max(0, left - rate * probability);
    }
    const newcomerShare = Math.max(left, target / (active.length + 1));
    const newcomerProbability = Math.max(minProbability, newcomerShare / newcomerRate);
    newcomers.begin(Math.min(initialProbability, newcomerProbability), (newcomerShare * intervalMs) / 1000);
  }

  return {
    shouldSample(context, traceId, spanName) {
      const parent = trace.getSpanContext(context);
      if (parent !== undefined && isSpanContextValid(parent)) return followParent(parent);
      const now = nowMs();
      if (now < intervalStartMs) intervalStartMs = now;
      if (now - intervalStartMs >= intervalMs) {
        adapt(now - intervalStartMs);
        intervalStartMs = now;
      }
      const operation = operationOf(spanName);
      operation.startedCount++;
      const isNew = operation.rate === undefined;
      return sampleByThreshold(context, traceId, isNew ? newcomers.threshold(minProbability) : operation.threshold);
    },
    toString: () => `AdaptiveSampler{${target}}`,
  };
}

/** Operations whose rate is not known yet, together. */
interface Newcomers {
  /** In this interval. */
  readonly startedCount: number;
  /** Of the next of them. */
  threshold(minProbability: number): string | undefined;
  /** A new interval, in which about `budget` of them are to be kept, twice as many at most. */
  begin(probability: number, budget: number): void;
}

/**
 * Each time that as many have started as before, a quarter of the probability is left: whatever comes, what is kept stays
 * below twice the budget, and each decision is still one of a known probability.
 */
function newcomersOf(initialProbability: number, initialBudget: number): Newcomers {
  let startedCount = 0;
  let probability = 0;
  let threshold: string | undefined;
  let brakeAtCount = 0;
  function begin(nextProbability: number, budget: number): void {
    startedCount = 0;
    probability = nextProbability;
    threshold = thresholdOf(probability);
    brakeAtCount = probability === 0 ? Infinity : Math.max(1, budget / probability);
  }
  begin(initialProbability, initialBudget);
  return {
    get startedCount() {
      return startedCount;
    },
    begin,
    threshold(minProbability) {
      if (startedCount >= brakeAtCount) {
        probability = Math.min(probability, Math.max(minProbability, probability / 4));
        threshold = thresholdOf(probability);
        brakeAtCount *= 2;
      }
      startedCount++;
      return threshold;
    },
  };
}

function updateRate(operation: Operation, elapsedMs: number, weight: number): void {
  const current = operation.startedCount / (elapsedMs / 1000);
  operation.rate = operation.rate === undefined ? current : operation.rate + weight * (current - operation.rate);
  operation.startedCount = 0;
}
