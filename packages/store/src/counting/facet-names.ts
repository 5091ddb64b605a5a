import type { AttributeValue, Span } from '@throughline/model';
import type { SpanFilter } from './span-filter.ts';

export interface FacetNameScan extends SpanFilter {
  /** Spans that are looked at, at most. */
  readonly maxSpanCount: number;
  /** Names in the answer, at most. */
  readonly limit: number;
}

/** An attribute with what tells whether its values are worth counting. */
export interface FacetName {
  readonly scope: 'span' | 'resource';
  readonly name: string;
  /** Spans that have it, of those looked at, and how many values they have. */
  readonly spanCount: number;
  readonly valueCount: number;
}

/** What has more values than this, and a value of its own on every few spans, is an id or a text. */
const MANY_VALUES = 100;
const SPANS_PER_VALUE = 5;

/** Those that tell spans apart, the most frequent first: of more than one value, and no ids. */
export function tellingNames(names: readonly FacetName[], limit: number): readonly FacetName[] {
  return names
    .filter(({ spanCount, valueCount }) => {
      if (valueCount < 2) return false;
      return valueCount <= Math.max(MANY_VALUES, spanCount / SPANS_PER_VALUE) && valueCount < Math.max(spanCount, 3);
    })
    .toSorted((a, b) => b.spanCount - a.spanCount || a.valueCount - b.valueCount || (a.name < b.name ? -1 : 1))
    .slice(0, limit);
}

/** Counts the spans and values of attributes. */
export class FacetNameTally {
  readonly #names = new Map<string, { scope: 'span' | 'resource'; name: string; spans: number; values: Set<string> }>();

  add(span: Pick<Span, 'attributes' | 'resource'>): void {
    for (const [name, value] of span.attributes) this.addValue('span', name, value, 1);
    for (const [name, value] of span.resource.attributes) this.addValue('resource', name, value, 1);
  }

  addValue(scope: 'span' | 'resource', name: string, value: AttributeValue, spanCount: number): void {
    if (value === null || typeof value === 'object') return;
    const key = `${scope} ${name}`;
    let known = this.#names.get(key);
    if (known === undefined) this.#names.set(key, (known = { scope, name, spans: 0, values: new Set() }));
    known.spans += spanCount;
    known.values.add(`${typeof value} ${String(value)}`);
  }

  names(): readonly FacetName[] {
    return [...this.#names.values()].map(({ scope, name, spans, values }) => ({
      scope,
      name,
      spanCount: spans,
      valueCount: values.size,
    }));
  }
}
