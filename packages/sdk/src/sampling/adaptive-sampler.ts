import { isSpanContextValid, trace } from '@opentelemetry/api';

import { followParent } from './parent-based-sampler.ts';
import { probabilityWithin, thresholdOf } from './probability-threshold.ts';
import { sampleByThreshold } from './ratio-sampler.ts';
import type { Sampler } from './sampler.ts';
import { trafficByRate } from './traffic-by-rate.ts';

export interface AdaptiveSamplerOptions {
  readonly tracesPerSecond: number;
  /** No operation is sampled with less. Default 0.001. */
  readonly minProbability?: number;
  /** At most, until the first interval is over and for operations not seen before. Default 1. */
  readonly initialProbability?: number;
  /** How often probabilities are worked out anew. Default 1000. */
  readonly intervalMs?: number;
  /** Share of the newest interval in the smoothed rates, above 0 to 1. Default 0.3. */
  readonly smoothing?: number;
  /** Operations with a probability of their own; the others share one. Default 256. */
  readonly maxOperations?: number;
  readonly nowMs?: () => number;
}

interface Operation {
  /** In this interval. */
  startedCount: number;
  /** Smoothed traces a second; undefined before the first full interval. */
  rate: number | undefined;
  probability: number;
  threshold: string | undefined;
}

/** Below so many traces a second an operation is forgotten. */
const FORGOTTEN_RATE = 0.001;
/** After ten times nothing is left to brake but what `minProbability` keeps. */
const LEAST_BRAKE = 4 ** -9;

/**
 * Steers each operation's probability so that about `tracesPerSecond` roots are kept in all. Every operation has an
 * equal share; what the rare ones do not use is shared by the others. Those whose rate is not known, as they are new or too
 * many, have one share together. Whatever comes, in an interval at most about twice the target is kept, unless
 * `minProbability` keeps more. Each decision is one of a known probability, so `th` is written. Asked at roots only; other
 * spans follow their parent. Operations are names of spans when they start: of a request that is served that is its method,
 * for the route is not known yet.
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
  /** All that have no share of their own. */
  const newcomers = newOperation();
  const traffic = trafficByRate(2 * target, smoothing);
  const budget = (target * intervalMs) / 1000;
  /** Traces a second that each operation may use. */
  let share = target;
  /** What is left of the planned probabilities in this interval, as more came than was foreseen. */
  let brake = 1;
  let expectedCount = 0;
  let brakeAtCount = 0;
  let intervalStartMs = nowMs();
  begin();

  /** Undefined where there are too many. */
  function operationOf(name: string): Operation | undefined {
    const known = operations.get(name);
    if (known !== undefined || operations.size >= maxOperations) return known;
    const operation = newOperation();
    operations.set(name, operation);
    return operation;
  }

  function begin(): void {
    expectedCount = 0;
    // Below one trace an interval the first one is no excess.
    brakeAtCount = Math.max(1, 1.5 * budget);
    setProbabilities(1);
  }

  function setProbabilities(nextBrake: number): void {
    brake = nextBrake;
    for (const operation of operations.values()) setProbability(operation, 1);
    setProbability(newcomers, initialProbability);
  }

  function setProbability(operation: Operation, most: number): void {
    const planned = Math.min(most, share / Math.max(operation.rate ?? 0, Number.MIN_VALUE));
    operation.probability = Math.min(most, Math.max(minProbability, planned * brake));
    operation.threshold = thresholdOf(operation.probability);
  }

  /** A quarter of the probability is left each time that half the way to two budgets is used. */
  function spend(probability: number): void {
    expectedCount += probability;
    if (expectedCount < brakeAtCount || brake < LEAST_BRAKE) return;
    brakeAtCount += Math.max(0, 2 * budget - brakeAtCount) / 2;
    setProbabilities(brake / 4);
  }

  function adapt(elapsedMs: number): void {
    // A pause of several intervals weighs as much as they would have one by one.
    const weight = 1 - (1 - smoothing) ** (elapsedMs / intervalMs);
    const isFirst = newcomers.rate === undefined;
    for (const [name, operation] of operations) {
      const { rate } = operation;
      const startedRate = updateRate(operation, elapsedMs, weight);
      if (rate !== undefined) traffic.add(rate, startedRate);
      // In the first interval all are new: the best guess is that they come again.
      else if (isFirst) traffic.add(startedRate, startedRate);
      if ((operation.rate ?? 0) < FORGOTTEN_RATE) operations.delete(name);
    }
    const rate = newcomers.rate ?? 0;
    const startedRate = updateRate(newcomers, elapsedMs, weight);
    if (isFirst) newcomers.rate = 0;
    else traffic.add(rate, startedRate);
    share = traffic.shareOf(target, isFirst ? 1 : weight);
    begin();
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
      if (operation !== undefined) operation.startedCount++;
      const isNew = operation?.rate === undefined;
      if (isNew) newcomers.startedCount++;
      const { probability, threshold } = isNew ? newcomers : operation;
      spend(probability);
      return sampleByThreshold(context, traceId, threshold);
    },
    toString: () => `AdaptiveSampler{${target}}`,
  };
}

function newOperation(): Operation {
  return { startedCount: 0, rate: undefined, probability: 0, threshold: undefined };
}

/** The traces a second that started, which are smoothed into the operation's rate. */
function updateRate(operation: Operation, elapsedMs: number, weight: number): number {
  const startedRate = operation.startedCount / (elapsedMs / 1000);
  operation.rate =
    operation.rate === undefined ? startedRate : operation.rate + weight * (startedRate - operation.rate);
  operation.startedCount = 0;
  return startedRate;
}
