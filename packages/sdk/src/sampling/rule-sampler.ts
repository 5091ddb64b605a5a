import { type AttributeValue, isSpanContextValid, type SpanKind, trace } from '@opentelemetry/api';

import { isDebugRequested } from '../propagation/carried-context.ts';
import { alwaysSampler, neverSampler } from './constant-samplers.ts';
import { followParent, parentBasedSampler } from './parent-based-sampler.ts';
import { ratioSampler } from './ratio-sampler.ts';
import type { Sampler } from './sampler.ts';

/** All conditions that are given must hold. None may look at the trace's randomness, or weights would be wrong. */
export interface SamplingRule {
  /** The key must be there; with `value`, equal to it. */
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
  const compiled = rules.map((rule) => ({ ...rule, matchesName: nameMatcher(rule.spanName) }));
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      for (const rule of compiled) {
        if (!rule.matchesName(spanName)) continue;
        if (rule.spanKind !== undefined && rule.spanKind !== spanKind) continue;
        if (rule.attribute !== undefined) {
          const value = attributes[rule.attribute.key];
          if (value === undefined) continue;
          if (rule.attribute.value !== undefined && rule.attribute.value !== value) continue;
        }
        if (rule.link === 'any' && links.length === 0) continue;
        if (rule.link === 'sampled' && !links.some((link) => (link.context.traceFlags & 1) === 1)) continue;
        if (rule.debug !== undefined && rule.debug !== isDebugRequested(context)) continue;
        return rule.sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      }
      return otherwise.shouldSample(context, traceId, spanName, spanKind, attributes, links);
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
 * A probability for each operation (the name of a trace's first span), another for the rest. Other spans follow their
 * parent, so that kept traces are whole.
 */
export function perOperationSampler(operations: Readonly<Record<string, number>>, otherwiseRatio: number): Sampler {
  const samplers = new Map(Object.entries(operations).map(([name, ratio]) => [name, ratioSampler(ratio)]));
  const otherwise = ratioSampler(otherwiseRatio);
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const parent = trace.getSpanContext(context);
      if (parent !== undefined && isSpanContextValid(parent)) return followParent(parent);
      const sampler = samplers.get(spanName) ?? otherwise;
      return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    },
    toString: () => `PerOperationSampler{${samplers.size} operations, otherwise=${otherwise.toString()}}`,
  };
}

/** Globs are matched part by part: no expression, no backtracking on long names. */
function nameMatcher(pattern: string | RegExp | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  if (typeof pattern !== 'string') return (name) => pattern.test(name);
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (name) => name === pattern;
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    let position = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, position);
      if (found === -1) return false;
      position = found + part.length;
    }
    return position <= name.length - last.length;
  };
}
