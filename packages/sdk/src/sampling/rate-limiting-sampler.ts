import { isSpanContextValid, trace } from '@opentelemetry/api';

import { decided } from './constant-samplers.ts';
import { followDecided, followParent } from './parent-based-sampler.ts';
import type { Sampler } from './sampler.ts';

/** A token bucket: holds at most max(1, rate), starts full. A clock that goes back adds nothing. */
export interface TokenBucket {
  take(): boolean;
}

export function tokenBucket(ratePerSecond: number, nowMs: () => number): TokenBucket {
  const rate = ratePerSecond > 0 ? ratePerSecond : 0;
  const capacity = Math.max(1, rate);
  let tokens = rate === 0 ? 0 : capacity;
  let filledAtMs = nowMs();
  return {
    take() {
      const now = nowMs();
      if (now > filledAtMs) tokens = Math.min(capacity, tokens + ((now - filledAtMs) / 1000) * rate);
      filledAtMs = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}

/**
 * At most so many traces a second. Asked at roots only; other spans follow their parent. The probability is not known,
 * so no threshold is written and what is kept weighs 1.
 */
export function rateLimitingSampler(tracesPerSecond: number, options: { readonly nowMs?: () => number } = {}): Sampler {
  const bucket = tokenBucket(tracesPerSecond, options.nowMs ?? (() => performance.now()));
  return {
    shouldSample(context) {
      const parent = trace.getSpanContext(context);
      if (parent !== undefined && isSpanContextValid(parent)) return followParent(parent);
      return decided(bucket.take(), parent?.traceState);
    },
    decide: (parent) => (parent === undefined ? decided(bucket.take(), undefined) : followDecided(parent)),
    toString: () => `RateLimitingSampler{${tracesPerSecond}}`,
  };
}
