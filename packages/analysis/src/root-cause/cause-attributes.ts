import { serviceName, type Trace } from '@throughline/model';
import { type FeatureLift, featureLiftsInSteps } from '../compare/compare-sets.ts';
import type { Steps } from '../steps.ts';
import type { TraceFeature } from '../compare/trace-features.ts';

/** An attribute value that goes with the trouble. */
export interface CauseAttribute extends FeatureLift {
  readonly feature: Extract<TraceFeature, { readonly kind: 'attribute' }>;
  /** Troubled traces that have it. */
  readonly sampleTraceIds: readonly string[];
}

const MAX_ATTRIBUTES = 20;
const MAX_SAMPLES = 5;

/**
 * The attribute values that the affected traces have more often than the others of the window, the largest effects first:
 * the version, pod, customer or parameter that the trouble is about. None where all traces are affected, or none.
 */
export function* causeAttributes(
  window: readonly Trace[],
  isAffected: (trace: Trace) => boolean,
): Steps<readonly CauseAttribute[]> {
  const affected = window.filter(isAffected);
  const others = window.filter((trace) => !isAffected(trace));
  if (affected.length === 0 || others.length === 0) return [];
  const found: CauseAttribute[] = [];
  for (const lift of (yield* featureLiftsInSteps(others, affected)).lifts) {
    const { feature } = lift;
    if (feature.kind !== 'attribute' || lift.lift <= 0) continue;
    const sampleTraceIds: string[] = [];
    for (const trace of affected) {
      if (sampleTraceIds.length === MAX_SAMPLES) break;
      if (hasAttribute(trace, feature)) sampleTraceIds.push(trace.traceId);
    }
    found.push({ ...lift, feature, sampleTraceIds });
    if (found.length === MAX_ATTRIBUTES) break;
  }
  return found;
}

function hasAttribute(trace: Trace, { service, scope, key, value }: CauseAttribute['feature']): boolean {
  return trace.spans.some(({ resource, attributes }) => {
    const found = (scope === 'resource' ? resource.attributes : attributes).get(key);
    // Scalars only, written as they were counted.
    return (
      found !== undefined &&
      found !== null &&
      typeof found !== 'object' &&
      String(found) === value &&
      serviceName(resource) === service
    );
  });
}
