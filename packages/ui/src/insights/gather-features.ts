import type { FeatureLiftAnswer } from '@throughline/query/client';

/** Features that as many traces have before and after: nearly always the same traces, said in other words. */
export interface FeatureGroup<F extends FeatureLiftAnswer> {
  readonly first: F;
  readonly others: readonly F[];
}

/** In the order of the first of each group. */
export function gatherFeatures<F extends FeatureLiftAnswer>(features: readonly F[]): readonly FeatureGroup<F>[] {
  const groups = new Map<string, { first: F; others: F[] }>();
  for (const feature of features) {
    const key = `${feature.before_count} ${feature.after_count}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: feature, others: [] });
    else group.others.push(feature);
  }
  return [...groups.values()];
}
