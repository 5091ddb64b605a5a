import { type AttributeValue, isSpanContextValid, type SpanKind, trace } from '@opentelemetry/api';

import { isDebugRequested } from '../propagation/carried-context.ts';
import { alwaysSampler, neverSampler } from './constant-samplers.ts';
import { globMatcher } from './glob.ts';
import { askGuarded } from './guarded-sampler.ts';
import { nameWithPath } from './operation-name.ts';
import { followParent, parentBasedSampler } from './parent-based-sampler.ts';
import { ratioSampler } from './ratio-sampler.ts';
import type { Sampler } from './sampler.ts';

/** All conditions that are given must hold. None may look at the trace's randomness, or weights would be wrong. */
export interface SamplingRule {
  /** The key must be there; with `value`, equal to it; text with `*` for any text. */
  readonly attribute?: { readonly key: string; readonly value?: AttributeValue };
  /** The whole name, `*` for any text; or an expression (without the flags `g` and `y`). */
  readonly spanName?: string | RegExp;
  readonly spanKind?: SpanKind;
  /** `any`: the span has a link; `sampled`: one to a sampled span. */
  readonly link?: 'any' | 'sampled';
  /** The caller asked for a debug trace (B3, Jaeger). */
  readonly debug?: boolean;
  readonly sampler: Sampler;
}

/** The first rule that holds decides, `otherwise` if none does. */
export function ruleSampler(rules: readonly SamplingRule[], otherwise: Sampler): Sampler {
  const compiled = rules.map((rule) => ({
    ...rule,
    matchesName: nameMatcher(rule.spanName),
    matchesValue: valueMatcher(rule.attribute?.value),
  }));
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      for (const rule of compiled) {
        if (!rule.matchesName(spanName)) continue;
        if (rule.spanKind !== undefined && rule.spanKind !== spanKind) continue;
        if (rule.attribute !== undefined) {
          const value = attributes[rule.attribute.key];
          if (value === undefined || !rule.matchesValue(value)) continue;
        }
        if (rule.link === 'any' && links.length === 0) continue;
        if (rule.link === 'sampled' && !links.some((link) => (link.context.traceFlags & 1) === 1)) continue;
        if (rule.debug !== undefined && rule.debug !== isDebugRequested(context)) continue;
        return askGuarded(rule.sampler, context, traceId, spanName, spanKind, attributes, links);
      }
      return askGuarded(otherwise, context, traceId, spanName, spanKind, attributes, links);
    },
    toString: () => `RuleSampler{${rules.length} rules, otherwise=${otherwise.toString()}}`,
  };
}

/**
 * The preset: traces whose first span has the attribute `priority=high` always, the part `otherwiseRatio` (10 %) of the
 * rest. Other spans follow their parent, so that kept traces are whole; one with `priority=high` below a parent that was
 * not sampled is kept with what is below it.
 */
export function prioritySampler(otherwiseRatio = 0.1): Sampler {
  const high = { attribute: { key: 'priority', value: 'high' }, sampler: alwaysSampler() };
  const belowUnsampled = ruleSampler([high], parentBasedSampler({ root: neverSampler() }));
  return parentBasedSampler({
    root: ruleSampler([high], ratioSampler(otherwiseRatio)),
    remoteParentNotSampled: belowUnsampled,
    localParentNotSampled: belowUnsampled,
  });
}

/**
 * A probability for each operation (the name of a trace's first span when it starts; of a request that is served also
 * its method and path, `GET /health`), another for the rest. Other spans follow their parent, so that kept traces are whole.
 */
export function perOperationSampler(operations: Readonly<Record<string, number>>, otherwiseRatio: number): Sampler {
  const samplers = new Map(Object.entries(operations).map(([name, ratio]) => [name, ratioSampler(ratio)]));
  const otherwise = ratioSampler(otherwiseRatio);
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const parent = trace.getSpanContext(context);
      if (parent !== undefined && isSpanContextValid(parent)) return followParent(parent);
      const withPath = nameWithPath(spanName, spanKind, attributes);
      const sampler =
        (withPath === undefined ? undefined : samplers.get(withPath)) ?? samplers.get(spanName) ?? otherwise;
      return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    },
    toString: () => `PerOperationSampler{${samplers.size} operations, otherwise=${otherwise.toString()}}`,
  };
}

function nameMatcher(pattern: string | RegExp | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  return typeof pattern === 'string' ? globMatcher(pattern) : (name) => pattern.test(name);
}

/** Text may have `*` for any text; other values must be the same. */
function valueMatcher(wanted: unknown): (value: unknown) => boolean {
  if (wanted === undefined) return () => true;
  if (typeof wanted !== 'string') return (value) => value === wanted;
  const matches = globMatcher(wanted);
  return (value) => typeof value === 'string' && matches(value);
}
