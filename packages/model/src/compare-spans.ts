import type { Attributes } from './attributes.ts';
import { compareAttributeValues, equalAttributeValues } from './compare-attributes.ts';
import type { InstrumentationScope, Resource, Span, SpanEvent, SpanLink } from './span.ts';

/** Whether two spans are exact copies: every field has the same content, whatever the order of attributes. */
export function equalSpans(a: Span, b: Span): boolean {
  return compareSpans(a, b) === 0;
}

/**
 * A total order over the whole content of spans, 0 for exact copies. Cheap fields come first, so spans that differ are
 * mostly told apart without a look at their attributes.
 */
export function compareSpans(a: Span, b: Span): number {
  if (a === b) return 0;
  return (
    compare(a.traceId, b.traceId) ||
    compare(a.spanId, b.spanId) ||
    compare(a.startTimeUnixNano, b.startTimeUnixNano) ||
    compare(a.endTimeUnixNano, b.endTimeUnixNano) ||
    compare(a.parentSpanId, b.parentSpanId) ||
    compare(a.name, b.name) ||
    a.kind - b.kind ||
    a.status.code - b.status.code ||
    compare(a.status.message, b.status.message) ||
    compare(a.traceState, b.traceState) ||
    a.flags - b.flags ||
    compareAttributeValues(a.weight, b.weight) ||
    a.droppedAttributesCount - b.droppedAttributesCount ||
    a.droppedEventsCount - b.droppedEventsCount ||
    a.droppedLinksCount - b.droppedLinksCount ||
    compareAttributes(a.attributes, b.attributes) ||
    compareLists(a.events, b.events, compareEvents) ||
    compareLists(a.links, b.links, compareLinks) ||
    compareScopes(a.scope, b.scope) ||
    compareResources(a.resource, b.resource)
  );
}

function compareEvents(a: SpanEvent, b: SpanEvent): number {
  return (
    compare(a.timeUnixNano, b.timeUnixNano) ||
    compare(a.name, b.name) ||
    a.droppedAttributesCount - b.droppedAttributesCount ||
    compareAttributes(a.attributes, b.attributes)
  );
}

function compareLinks(a: SpanLink, b: SpanLink): number {
  return (
    compare(a.traceId, b.traceId) ||
    compare(a.spanId, b.spanId) ||
    compare(a.traceState, b.traceState) ||
    a.flags - b.flags ||
    a.droppedAttributesCount - b.droppedAttributesCount ||
    compareAttributes(a.attributes, b.attributes)
  );
}

function compareResources(a: Resource, b: Resource): number {
  if (a === b) return 0;
  return (
    compare(a.schemaUrl, b.schemaUrl) ||
    a.droppedAttributesCount - b.droppedAttributesCount ||
    compareAttributes(a.attributes, b.attributes)
  );
}

function compareScopes(a: InstrumentationScope, b: InstrumentationScope): number {
  if (a === b) return 0;
  return (
    compare(a.name, b.name) ||
    compare(a.version, b.version) ||
    compare(a.schemaUrl, b.schemaUrl) ||
    a.droppedAttributesCount - b.droppedAttributesCount ||
    compareAttributes(a.attributes, b.attributes)
  );
}

/** Equality is asked first: it needs no sorted keys, and it is the usual answer by the time attributes are reached. */
function compareAttributes(a: Attributes, b: Attributes): number {
  return equalAttributeValues(a, b) ? 0 : compareAttributeValues(a, b);
}

function compareLists<T>(a: readonly T[], b: readonly T[], compareItems: (a: T, b: T) => number): number {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length - b.length;
  for (const [i, item] of a.entries()) {
    const other = b[i];
    const order = other === undefined ? 0 : compareItems(item, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
