import { isSpanContextValid, trace } from '@opentelemetry/api';

import { decided } from './constant-samplers.ts';
import { nameWithPath } from './operation-name.ts';
import { followParent } from './parent-based-sampler.ts';
import { rateLimitingSampler, type TokenBucket, tokenBucket } from './rate-limiting-sampler.ts';
import { ratioSampler } from './ratio-sampler.ts';
import { type Sampler, SamplingDecision } from './sampler.ts';

/** Operations with a strategy of their own, at most. */
const MAX_OPERATIONS = 2000;

/**
 * The sampler of an answer of Jaeger's `GET /sampling`: `operationSampling` first, then the others, whatever
 * `strategyType` says. Undefined: the answer is not one.
 */
export function samplerOfStrategy(answer: unknown, nowMs: () => number): Sampler | undefined {
  if (!isObject(answer)) return undefined;
  const { operationSampling, probabilisticSampling, rateLimitingSampling } = answer;
  if (isObject(operationSampling)) return operationsSampler(operationSampling, nowMs);
  if (isObject(probabilisticSampling)) {
    const { samplingRate = 0 } = probabilisticSampling;
    return isRate(samplingRate) && samplingRate <= 1 ? ratioSampler(samplingRate) : undefined;
  }
  if (isObject(rateLimitingSampling)) {
    const { maxTracesPerSecond = 0 } = rateLimitingSampling;
    return isRate(maxTracesPerSecond) ? rateLimitingSampler(maxTracesPerSecond, { nowMs }) : undefined;
  }
  return undefined;
}

/**
 * A probability for each operation, and a floor: what the probability leaves out is still kept up to so many traces a
 * second for each operation. Traces kept by the floor carry no threshold and weigh 1.
 */
function operationsSampler(strategy: Readonly<Record<string, unknown>>, nowMs: () => number): Sampler | undefined {
  const { defaultSamplingProbability = 0, defaultLowerBoundTracesPerSecond = 0, perOperationStrategies } = strategy;
  if (!isRate(defaultSamplingProbability) || !isRate(defaultLowerBoundTracesPerSecond)) return undefined;
  const samplers = new Map<string, Sampler>();
  for (const item of Array.isArray(perOperationStrategies) ? perOperationStrategies.slice(0, MAX_OPERATIONS) : []) {
    const entry: unknown = item;
    if (!isObject(entry)) continue;
    const { operation } = entry;
    if (typeof operation !== 'string') continue;
    const probabilistic = entry['probabilisticSampling'];
    const rate: unknown = isObject(probabilistic) ? (probabilistic['samplingRate'] ?? 0) : undefined;
    if (isRate(rate)) samplers.set(operation, ratioSampler(rate));
  }
  const floorRate: number = defaultLowerBoundTracesPerSecond;
  const otherwise = ratioSampler(defaultSamplingProbability);
  const floors = new Map<string, TokenBucket>();
  const floorOfOthers = tokenBucket(floorRate, nowMs);

  function floorOf(name: string): TokenBucket {
    const known = floors.get(name);
    if (known !== undefined) return known;
    if (floors.size >= MAX_OPERATIONS) return floorOfOthers;
    const floor = tokenBucket(floorRate, nowMs);
    floors.set(name, floor);
    return floor;
  }

  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const parent = trace.getSpanContext(context);
      if (parent !== undefined && isSpanContextValid(parent)) return followParent(parent);
      const withPath = nameWithPath(spanName, spanKind, attributes);
      const name = withPath !== undefined && samplers.has(withPath) ? withPath : spanName;
      const sampler = samplers.get(name) ?? otherwise;
      const result = sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      // What the probability keeps counts against the floor too.
      const withinFloor = floorOf(name).take();
      if (result.decision === SamplingDecision.RECORD_AND_SAMPLED || !withinFloor) return result;
      return decided(true, parent?.traceState);
    },
    toString: () => `OperationsSampler{${samplers.size} operations, otherwise=${otherwise.toString()}}`,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
