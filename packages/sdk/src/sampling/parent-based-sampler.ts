import { isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';

import { alwaysSampler, decided, neverSampler } from './constant-samplers.ts';
import { askGuarded, decideGuarded } from './guarded-sampler.ts';
import { randomnessOf, readOtFields } from './probability-threshold.ts';
import { type DecidedParent, type Sampler, SamplingDecision, type SamplingResult } from './sampler.ts';

export interface ParentBasedOptions {
  readonly root: Sampler;
  /** Default: as the parent. */
  readonly remoteParentSampled?: Sampler;
  readonly remoteParentNotSampled?: Sampler;
  readonly localParentSampled?: Sampler;
  readonly localParentNotSampled?: Sampler;
}

/** As the parent was decided, unless a delegate decides otherwise; roots by `root`. */
export function parentBasedSampler(options: ParentBasedOptions): Sampler {
  const {
    root,
    remoteParentSampled = alwaysSampler(),
    remoteParentNotSampled = neverSampler(),
    localParentSampled = alwaysSampler(),
    localParentNotSampled = neverSampler(),
  } = options;
  /** Undefined: as the parent was decided. */
  function delegateOf(sampled: boolean, isRemote: boolean): Sampler | undefined {
    let delegate: Sampler;
    if (isRemote) delegate = sampled ? remoteParentSampled : remoteParentNotSampled;
    else delegate = sampled ? localParentSampled : localParentNotSampled;
    return delegate === (sampled ? alwaysSampler() : neverSampler()) ? undefined : delegate;
  }

  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const parent = trace.getSpanContext(context);
      if (parent === undefined || !isSpanContextValid(parent)) {
        return askGuarded(root, context, traceId, spanName, spanKind, attributes, links);
      }
      const delegate = delegateOf((parent.traceFlags & 1) === 1, parent.isRemote === true);
      if (delegate === undefined) return followParent(parent);
      return askGuarded(delegate, context, traceId, spanName, spanKind, attributes, links);
    },
    decide(parent, ids) {
      if (parent === undefined) return decideGuarded(root, parent, ids);
      const delegate = delegateOf((parent.traceFlags & 1) === 1, parent.isRemote === true);
      return delegate === undefined ? followDecided(parent) : decideGuarded(delegate, parent, ids);
    },
    toString: () =>
      `ParentBased{root=${root.toString()}, remoteParentSampled=${remoteParentSampled.toString()}, ` +
      `remoteParentNotSampled=${remoteParentNotSampled.toString()}, ` +
      `localParentSampled=${localParentSampled.toString()}, ` +
      `localParentNotSampled=${localParentNotSampled.toString()}}`,
  };
}

/** As {@link followParent}; undefined if the parent has a trace state, whose threshold must be looked at. */
export function followDecided(parent: DecidedParent): SamplingResult | undefined {
  return parent.traceState === undefined ? decided((parent.traceFlags & 1) === 1, undefined) : undefined;
}

/** The parent's decision. Its threshold is passed on only if it agrees with that decision, otherwise erased. */
export function followParent(parent: SpanContext): SamplingResult {
  const sampled = (parent.traceFlags & 1) === 1;
  const fields = readOtFields(parent.traceState);
  const { threshold } = fields;
  if (threshold !== undefined && randomnessOf(fields, parent.traceId) >= threshold !== sampled) {
    return decided(sampled, parent.traceState);
  }
  return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
}
