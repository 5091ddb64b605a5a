import { durationNano, isErrorSpan, type Span } from '@throughline/model';
import { type WeightedValue, weightedQuantiles } from '../memory/weighted-quantile.ts';
import { REQUEST_QUANTILES, type RequestStatistics, type ServiceRequests } from '../span-store.ts';

const NONE: RequestStatistics = {
  requestCount: 0,
  errorCount: 0,
  durationSumNano: 0,
  durationMinNano: 0,
  durationMaxNano: 0,
  durationQuantilesNano: REQUEST_QUANTILES.map(() => 0),
};

export function noRequests(): ServiceRequests {
  return { ...NONE, operations: [], points: [], traceCount: 0, errorTraceCount: 0, slowTraceCount: 0 };
}

/** Of distinct spans. */
export function requestStatistics(spans: readonly Span[]): RequestStatistics {
  if (spans.length === 0) return NONE;
  let requestCount = 0;
  let errorCount = 0;
  let durationSumNano = 0;
  let durationMinNano = Number.POSITIVE_INFINITY;
  let durationMaxNano = 0;
  const values: WeightedValue[] = [];
  for (const span of spans) {
    const value = Number(durationNano(span));
    const { weight } = span;
    requestCount += weight;
    if (isErrorSpan(span)) errorCount += weight;
    durationSumNano += weight * value;
    durationMinNano = Math.min(durationMinNano, value);
    durationMaxNano = Math.max(durationMaxNano, value);
    values.push({ value, weight });
  }
  return {
    requestCount,
    errorCount,
    durationSumNano,
    durationMinNano,
    durationMaxNano,
    durationQuantilesNano: weightedQuantiles(values, REQUEST_QUANTILES),
  };
}
