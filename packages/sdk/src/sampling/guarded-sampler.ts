import { type Attributes, type Context, type Link, type SpanKind, trace } from '@opentelemetry/api';

import { tellOnce } from '../helpers/tell-once.ts';
import { decided } from './constant-samplers.ts';
import type { DecidedParent, Sampler, SamplingResult, TraceRandomness } from './sampler.ts';

/** Asks a sampler that may be the application's. What it throws, or no decision, is told once and counts as "not sampled". */
export function askGuarded(
  sampler: Sampler,
  context: Context,
  traceId: string,
  spanName: string,
  spanKind: SpanKind,
  attributes: Attributes,
  links: Link[],
): SamplingResult {
  try {
    const result: unknown = sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    if (isDecision(result)) return result;
    ignoreRejection(result);
    tellOnce(sampler, `Sampling: a sampler gave no decision, which counts as "not sampled": ${nameOf(sampler)}`);
  } catch (error) {
    tellOnce(sampler, `Sampling: a sampler failed, which counts as "not sampled": ${nameOf(sampler)}`, error);
  }
  return decided(false, trace.getSpanContext(context)?.traceState);
}

/** As {@link askGuarded} for `decide`; a failure leaves the decision to `shouldSample`. */
export function decideGuarded(
  sampler: Sampler,
  parent: DecidedParent | undefined,
  ids: TraceRandomness,
): SamplingResult | undefined {
  if (sampler.decide === undefined) return undefined;
  try {
    return sampler.decide(parent, ids);
  } catch (error) {
    tellOnce(sampler, `Sampling: "decide" of a sampler failed: ${nameOf(sampler)}`, error);
    return undefined;
  }
}

/** Of an asynchronous sampler, whose answer is none: when it rejects it must not end the process. */
export function ignoreRejection(answer: unknown): void {
  if (answer instanceof Promise) answer.catch(() => {});
}

function isDecision(result: unknown): result is SamplingResult {
  return typeof result === 'object' && result !== null && 'decision' in result && typeof result.decision === 'number';
}

function nameOf(sampler: Sampler): string {
  try {
    return sampler.toString();
  } catch {
    return 'without a name';
  }
}
