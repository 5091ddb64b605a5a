import type { Attributes, AttributeValue, Resource, Trace } from '@throughline/model';
import { type Steps, stepping } from '../steps.ts';
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
  /** Tells sets of traces: features that are in the same traces have the same. Of different ones it is most probably not. */
  traceSet: number;
  /** Of an attribute: how many values the service has for it; 0 otherwise. */
  valueCount: number;
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

/** A feature's counts while they are made. */
interface Counted extends FeatureCounts {
  /** The trace that was counted last, so that each counts once. */
  lastTrace: number;
}

/** An attribute of a service; its values are kept until they are too many. */
interface CountedKey {
  readonly service: string;
  readonly key: string;
  readonly values: Map<string, Counted>;
  hasManyValues: boolean;
}

/** What is known of one service, by what spans say: nested maps, as one text for each combination would cost the most. */
interface CountedService {
  readonly operations: Map<string, Counted>;
  readonly errors: Map<string, Counted>;
  /** By callee. */
  readonly edges: Map<string, Counted>;
  readonly attributes: Readonly<Record<'span' | 'resource', Map<string, CountedKey>>>;
}

/** In how many traces of each set every feature is. Linear in spans and attributes. */
export function* countFeatures(
  before: readonly Trace[],
  after: readonly Trace[],
  limits: FeatureLimits,
): Steps<TraceFeatures> {
  const byService = new Map<string, CountedService>();
  const templates = new Map<string, string>();
  const counts: Counted[] = [];
  let limited = false;
  let traceNumber = 0;

  const templateOf = (name: string): string => {
    let template = templates.get(name);
    if (template === undefined) {
      template = textTemplate(name);
      templates.set(name, template);
    }
    return template;
  };
  const countedService = (name: string): CountedService => {
    let known = byService.get(name);
    if (known === undefined) {
      const attributes = { span: new Map(), resource: new Map() };
      known = { operations: new Map(), errors: new Map(), edges: new Map(), attributes };
      byService.set(name, known);
    }
    return known;
  };

  const countTrace = (trace: Trace, side: 'beforeCount' | 'afterCount'): void => {
    const { service, services, error } = traceFacts(trace);
    const counted = services.map(countedService);
    const seenResources = new Set<Resource>();
    traceNumber++;
    const traceMark = scattered(traceNumber);
    const note = (of: Map<string, Counted>, text: string, make: () => TraceFeature): void => {
      let count = of.get(text);
      if (count === undefined) {
        if (counts.length >= limits.maxFeatures) {
          limited = true;
          return;
        }
        count = { feature: make(), beforeCount: 0, afterCount: 0, traceSet: 0, valueCount: 0, lastTrace: 0 };
        of.set(text, count);
        counts.push(count);
      }
      if (count.lastTrace === traceNumber) return;
      count.lastTrace = traceNumber;
      count[side]++;
      count.traceSet ^= traceMark;
    };
    const noteAttributes = (
      { attributes: known }: CountedService,
      of: string,
      scope: 'span' | 'resource',
      attributes: Attributes,
    ): void => {
      for (const [key, value] of attributes) {
        // That is the service itself.
        if (key === 'service.name') continue;
        const text = textOf(value);
        if (text === undefined || text.length > limits.maxValueLength) continue;
        let ofKey = known[scope].get(key);
        if (ofKey === undefined) {
          ofKey = { service: of, key, values: new Map(), hasManyValues: false };
          known[scope].set(key, ofKey);
        }
        if (ofKey.hasManyValues) continue;
        note(ofKey.values, text, () => ({ kind: 'attribute', service: of, scope, key, value: text }));
        ofKey.hasManyValues = ofKey.values.size > limits.maxValuesPerKey;
      }
    };
    for (const [row, span] of trace.spans.entries()) {
      const name = services[service[row] ?? 0] ?? '';
      const of = counted[service[row] ?? 0] ?? countedService(name);
      const operation = templateOf(span.name);
      note(of.operations, operation, () => ({ kind: 'operation', service: name, operation }));
      if (error[row] === 1) note(of.errors, operation, () => ({ kind: 'error', service: name, operation }));
      const parent = trace.parent[row] ?? -1;
      if (parent >= 0 && service[parent] !== service[row]) {
        const caller = services[service[parent] ?? 0] ?? '';
        note(countedService(caller).edges, name, () => ({ kind: 'edge', service: caller, callee: name }));
      }
      noteAttributes(of, name, 'span', span.attributes);
      if (seenResources.has(span.resource)) continue;
      seenResources.add(span.resource);
      noteAttributes(of, name, 'resource', span.resource.attributes);
    }
  };
  yield* stepping(before, (trace) => countTrace(trace, 'beforeCount'));
  yield* stepping(after, (trace) => countTrace(trace, 'afterCount'));

  const tooMany = [...byService.values()]
    .flatMap(({ attributes }) => [...attributes.span.values(), ...attributes.resource.values()])
    .filter(({ hasManyValues }) => hasManyValues);
  for (const { attributes } of byService.values()) {
    for (const { values } of [...attributes.span.values(), ...attributes.resource.values()]) {
      for (const count of values.values()) count.valueCount = values.size;
    }
  }
  const leftOut = new Set<Counted>(tooMany.flatMap(({ values }) => [...values.values()]));
  return {
    features: counts.filter((count) => !leftOut.has(count)),
    highCardinalityKeys: tooMany.map(({ service, key }) => `${service} ${key}`),
    limited,
  };
}

/** 32 bits that differ in about half for numbers that differ in one. Source: the finalizer of MurmurHash3 (Appleby). */
function scattered(number: number): number {
  let mixed = number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Of scalars; undefined of the rest. */
function textOf(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}
