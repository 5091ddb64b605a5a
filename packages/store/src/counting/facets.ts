import { type AttributeValue, isErrorSpan, type Resource, serviceName, type Span } from '@throughline/model';
import { compareCounts, doubleKey, scalarTypeOf } from '../attributes/attribute-tally.ts';
import type { AttributeValueCount } from '../attributes/attribute-types.ts';
import type { SpanFilter } from './span-filter.ts';

/** What the values of a facet are read from. `status` and `kind` are OTLP's numbers, as ints. */
export type FacetField =
  | { readonly scope: 'span' | 'resource'; readonly name: string }
  | { readonly scope: 'intrinsic'; readonly name: 'name' | 'status' | 'kind' };

export interface FacetScan extends SpanFilter {
  readonly fields: readonly FacetField[];
  /** Values of each field, at most. */
  readonly limit: number;
}

export interface FacetValue extends AttributeValueCount {
  /** The sum of the weights of those of the spans that are error spans. */
  readonly errorCount: number;
}

export interface Facet {
  /** Most frequent first, then by type and value. Of equally frequent ones at the limit some are left out. */
  readonly values: readonly FacetValue[];
  readonly more: boolean;
  /** The sum of the weights of the spans without a scalar value. */
  readonly missingCount: number;
}

export interface Facets {
  /** Sums of weights, of all spans of the filter. */
  readonly count: number;
  readonly errorCount: number;
  /** In the order of the fields. */
  readonly facets: readonly Facet[];
}

/** Weights of spans, and of the error spans among them. */
export interface SpanCounts {
  readonly count: number;
  readonly errorCount: number;
}

/** Adds up the values of one field. */
export class FacetTally {
  readonly #values = new Map<string, { -readonly [Key in keyof FacetValue]: FacetValue[Key] }>();
  #missingCount = 0;

  add(value: AttributeValue | undefined, { count, errorCount }: SpanCounts): void {
    if (value === undefined || value === null || typeof value === 'object') {
      this.#missingCount += count;
      return;
    }
    const key = `${typeof value} ${typeof value === 'number' ? doubleKey(value) : String(value)}`;
    const known = this.#values.get(key);
    if (known === undefined) {
      this.#values.set(key, { type: scalarTypeOf(value), value, count, errorCount });
    } else {
      known.count += count;
      known.errorCount += errorCount;
    }
  }

  facet(limit: number): Facet {
    const values = [...this.#values.values()].sort(compareCounts);
    return { values: values.slice(0, limit), more: values.length > limit, missingCount: this.#missingCount };
  }
}

/** The facets of distinct spans. */
export function facetsOfSpans(spans: Iterable<Span>, { fields, limit }: Pick<FacetScan, 'fields' | 'limit'>): Facets {
  const tallies = fields.map((field) => ({ field, tally: new FacetTally() }));
  let count = 0;
  let errorCount = 0;
  for (const span of spans) {
    const counts = { count: span.weight, errorCount: isErrorSpan(span) ? span.weight : 0 };
    count += counts.count;
    errorCount += counts.errorCount;
    for (const { field, tally } of tallies) tally.add(valueOf(span, field), counts);
  }
  return { count, errorCount, facets: tallies.map(({ tally }) => tally.facet(limit)) };
}

function valueOf(span: Span, field: FacetField): AttributeValue | undefined {
  switch (field.scope) {
    case 'span':
      return span.attributes.get(field.name);
    case 'resource':
      return resourceValueOf(span.resource, field.name);
    case 'intrinsic':
      if (field.name === 'name') return span.name;
      return BigInt(field.name === 'status' ? span.status.code : span.kind);
  }
}

/** A service always has a name. */
export function resourceValueOf(resource: Resource, name: string): AttributeValue | undefined {
  return name === 'service.name' ? serviceName(resource) : resource.attributes.get(name);
}
