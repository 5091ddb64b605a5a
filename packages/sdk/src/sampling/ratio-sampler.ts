import { type Context, isSpanContextValid, trace, type TraceState } from '@opentelemetry/api';

import { probabilityWithin, randomnessOf, readOtFields, thresholdOf, withThreshold } from './probability-threshold.ts';
import { type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';

export interface RatioSamplerOptions {
  /**
   * Decide by the first 64 bits of the trace id, for id generators whose last bits are not random. The first 56 are then
   * written as `rv` at a root, so that every later decision uses the same ones.
   */
  readonly first64?: boolean;
}

/** A share of all traces, decided by the trace's randomness; `th` tells the weight of what was kept. */
export function ratioSampler(ratio: number, options: RatioSamplerOptions = {}): Sampler {
  const within = probabilityWithin(ratio);
  const threshold = thresholdOf(within);
  const first64 = options.first64 === true;
  // The 56 bits of the threshold in two numbers, as the trace id's randomness comes.
  const upper24 = Number.parseInt(threshold?.slice(0, 6) ?? '', 16);
  const lower32 = Number.parseInt(threshold?.slice(6) ?? '', 16);
  const kept: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED, ...stateOf(rootState(threshold)) };
  const notKept: SamplingResult = { decision: SamplingDecision.NOT_RECORD };
  return {
    shouldSample: (context, traceId) => sampleByThreshold(context, traceId, threshold, first64),
    decide(parent, { trace2, trace3 }) {
      // A trace state may hold another randomness, and its threshold must go.
      if (first64 || parent?.traceState !== undefined) return undefined;
      if (threshold === undefined) return notKept;
      const upper = trace2 & 0xff_ffff;
      return upper > upper24 || (upper === upper24 && trace3 >>> 0 >= lower32) ? kept : notKept;
    },
    toString: () => `TraceIdRatioBased{${within}}`,
  };
}

const rootStates = new Map<string, TraceState | undefined>();
const MAX_ROOT_STATES = 256;

/** Sampled if the trace's randomness is not below the threshold (14 hex digits; undefined: never). */
export function sampleByThreshold(
  context: Context,
  traceId: string,
  threshold: string | undefined,
  first64 = false,
): SamplingResult {
  const parent = trace.getSpanContext(context);
  const traceState = parent?.traceState;
  const fields = readOtFields(traceState);
  const isRoot = parent === undefined || !isSpanContextValid(parent);
  const ownRandomness = first64 && isRoot && fields.randomness === undefined ? traceId.slice(0, 14) : undefined;
  const sampled = threshold !== undefined && (ownRandomness ?? randomnessOf(fields, traceId)) >= threshold;
  const decision = sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
  const written = sampled ? threshold : undefined;
  let state: TraceState | undefined;
  if (traceState === undefined && ownRandomness === undefined) state = rootState(written);
  else state = withThreshold(traceState, fields, written, ownRandomness ?? fields.randomness);
  return { decision, ...stateOf(state) };
}

function stateOf(traceState: TraceState | undefined): { readonly traceState?: TraceState } {
  return traceState === undefined ? {} : { traceState };
}

/** Trace states are immutable: roots of one threshold share one. */
function rootState(threshold: string | undefined): TraceState | undefined {
  if (threshold === undefined) return undefined;
  const known = rootStates.get(threshold);
  if (known !== undefined) return known;
  const state = withThreshold(undefined, readOtFields(undefined), threshold);
  if (rootStates.size >= MAX_ROOT_STATES) rootStates.clear();
  rootStates.set(threshold, state);
  return state;
}
