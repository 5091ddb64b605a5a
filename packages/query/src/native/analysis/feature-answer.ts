import type { FeatureLift, TraceFeature } from '@throughline/analysis';
import type { FeatureLiftAnswer } from './sample-answer-types.ts';
import { attributeText, edgeText, operationText } from './trace-queries.ts';

export function featureLiftAnswer(lift: FeatureLift): FeatureLiftAnswer {
  return {
    ...lift.feature,
    before_count: lift.beforeCount,
    after_count: lift.afterCount,
    before_share: lift.beforeShare,
    after_share: lift.afterShare,
    lift: lift.lift,
    effect_size: lift.effectSize,
    adjusted_p_value: lift.adjustedPValue,
    equals: lift.equals,
    equal_count: lift.equalCount,
    query: featureText(lift.feature),
  };
}

function featureText(feature: TraceFeature): string {
  switch (feature.kind) {
    case 'attribute':
      return attributeText(feature);
    case 'operation':
      return operationText(feature);
    case 'error':
      return operationText({ ...feature, error: true });
    case 'edge':
      return edgeText(feature.service, feature.callee);
  }
}
