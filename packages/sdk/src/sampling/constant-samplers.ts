import { type Context, trace, type TraceState } from '@opentelemetry/api';

import { tellOnce } from '../helpers/tell-once.ts';
import { readOtFields, withThreshold } from './probability-threshold.ts';
import { type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';

const SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const NOT_SAMPLED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** What a decision says whose probability is not known from the trace's randomness: a threshold above it is erased. */
export function decided(sampled: boolean, traceState: TraceState | undefined): SamplingResult {
  const result = sampled ? SAMPLED : NOT_SAMPLED;
  if (traceState === undefined) return result;
  const fields = readOtFields(traceState);
  if (fields.threshold === undefined) return result;
  const erased = withThreshold(traceState, fields, undefined);
  return erased === undefined ? result : { ...result, traceState: erased };
}

function constantSampler(sampled: boolean, name: string): Sampler {
  return {
    shouldSample: (context: Context) => decided(sampled, trace.getSpanContext(context)?.traceState),
    decide: (parent) => decided(sampled, parent?.traceState),
    toString: () => name,
  };
}

const ALWAYS: Sampler = constantSampler(true, 'AlwaysOnSampler');
const NEVER: Sampler = constantSampler(false, 'AlwaysOffSampler');

/** Every span, whatever its parent; the threshold of a parent is erased, for it is not this decision's. */
export function alwaysSampler(): Sampler {
  return ALWAYS;
}

/** No span. */
export function neverSampler(): Sampler {
  return NEVER;
}

/** Decides by a function. What the function throws is logged once and counts as "not sampled". */
export function customSampler(decide: Sampler['shouldSample'], description = 'CustomSampler'): Sampler {
  const sampler: Sampler = {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      try {
        return decide(context, traceId, spanName, spanKind, attributes, links);
      } catch (error) {
        tellOnce(sampler, `Sampling: a sampler failed, which counts as "not sampled": ${description}`, error);
        return decided(false, trace.getSpanContext(context)?.traceState);
      }
    },
    toString: () => description,
  };
  return sampler;
}
