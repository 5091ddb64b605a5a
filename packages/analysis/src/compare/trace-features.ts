import type { Attributes, AttributeValue, Resource, Trace } from '@throughline/model';
import { textTemplate } from '../text-template.ts';
import { traceFacts } from '../trace/trace-facts.ts';

/** Something that a trace has or has not. */
export type TraceFeature =
  /** A span of the service, or its resource, has the attribute with this value. */
  | {
      readonly kind: 'attribute';
      readonly service: string;
      readonly scope: 'span' | 'resource';
      readonly key: string;
      readonly value: string;
    }
  | { readonly kind: 'operation'; readonly service: string; readonly operation: string }
  /** A span of one service is the parent of a span of the other. */
  | { readonly kind: 'edge'; readonly service: string; readonly callee: string }
  | { readonly kind: 'error'; readonly service: string; readonly operation: string };

export interface FeatureCounts {
  readonly feature: TraceFeature;
  /** Traces that have it. */
  beforeCount: number;
  afterCount: number;
}

export interface FeatureLimits {
  /** Attributes of a service with more values than this are not looked at. Default 200. */
  readonly maxValuesPerKey: number;
  /** Longer values are not looked at. Default 200 characters. */
  readonly maxValueLength: number;
  /** Default 100,000. */
  readonly maxFeatures: number;
}

export const DEFAULT_FEATURE_LIMITS: FeatureLimits = {
  maxValuesPerKey: 200,
  maxValueLength: 200,
  maxFeatures: 100_000,
};

export interface TraceFeatures {
  readonly features: readonly FeatureCounts[];
  /** `service key` of the attributes left out for their many values. */
  readonly highCardinalityKeys: readonly string[];
  /** Whether there were more features than may be. */
  readonly limited: boolean;
}

/** In how many traces of each set every feature is. Linear in spans and attributes. */
export function countFeatures(before: readonly Trace[], after: readonly Trace[], limits: FeatureLimits): TraceFeatures {
  const counts = new Map<string, FeatureCounts>();
  const valuesOf = new Map<string, Set<string>>();
  const templates = new Map<string, string>();
  let limited = false;

  const templateOf = (name: string): string => {
    let template = templates.get(name);
    if (template === undefined) {
      template = textTemplate(name);
      templates.set(name, template);
    }
    return template;
  };

  const countTrace = (trace: Trace, side: 'beforeCount' | 'afterCount'): void => {
    const { service, services, error } = traceFacts(trace);
    const seen = new Set<string>();
    const seenResources = new Set<Resource>();
    const note = (id: string, make: () => TraceFeature): void => {
      if (seen.has(id)) return;
      seen.add(id);
      let count = counts.get(id);
      if (count === undefined) {
        if (counts.size >= limits.maxFeatures) {
          limited = true;
          return;
        }
        count = { feature: make(), beforeCount: 0, afterCount: 0 };
        counts.set(id, count);
      }
      count[side]++;
    };
    const noteAttributes = (of: string, scope: 'span' | 'resource', attributes: Attributes): void => {
      for (const [key, value] of attributes) {
        // That is the service itself.
        if (key === 'service.name') continue;
        const text = textOf(value);
        if (text === undefined || text.length > limits.maxValueLength) continue;
        const keyId = `${of}\n${scope}\n${key}`;
        let values = valuesOf.get(keyId);
        if (values === undefined) {
          values = new Set();
          valuesOf.set(keyId, values);
        }
        if (values.size > limits.maxValuesPerKey) continue;
        values.add(text);
        note(`a\n${keyId}\n${text}`, () => ({ kind: 'attribute', service: of, scope, key, value: text }));
      }
    };
    for (const [row, span] of trace.spans.entries()) {
      const name = services[service[row] ?? 0] ?? '';
      const operation = templateOf(span.name);
      note(`o\n${name}\n${operation}`, () => ({ kind: 'operation', service: name, operation }));
      if (error[row] === 1) note(`f\n${name}\n${operation}`, () => ({ kind: 'error', service: name, operation }));
      const parent = trace.parent[row] ?? -1;
      if (parent >= 0 && service[parent] !== service[row]) {
        const caller = services[service[parent] ?? 0] ?? '';
        note(`e\n${caller}\n${name}`, () => ({ kind: 'edge', service: caller, callee: name }));
      }
      noteAttributes(name, 'span', span.attributes);
      if (seenResources.has(span.resource)) continue;
      seenResources.add(span.resource);
      noteAttributes(name, 'resource', span.resource.attributes);
    }
  };
  for (const trace of before) countTrace(trace, 'beforeCount');
  for (const trace of after) countTrace(trace, 'afterCount');

  const highCardinality = new Set<string>();
  for (const [keyId, values] of valuesOf) if (values.size > limits.maxValuesPerKey) highCardinality.add(keyId);
  const features = [...counts.values()].filter(
    ({ feature }) =>
      feature.kind !== 'attribute' || !highCardinality.has(`${feature.service}\n${feature.scope}\n${feature.key}`),
  );
  const highCardinalityKeys = [...highCardinality].map((keyId) => {
    const [service = '', , key = ''] = keyId.split('\n');
    return `${service} ${key}`;
  });
  return { features, highCardinalityKeys, limited };
}

/** Of scalars; undefined of the rest. */
function textOf(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}
