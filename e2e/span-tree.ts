import { serviceName, type Span, SpanKind } from '@throughline/model';

/** A span as `service: name KIND`, and after it its children. */
export type Tree = readonly (string | Tree)[];

/** Children are in the order of `compare`; default: oldest first. */
export function treeOf(span: Span, trace: readonly Span[], compare = byStart): Tree {
  const children = trace.filter(({ parentSpanId }) => parentSpanId === span.spanId).toSorted(compare);
  return [labelOf(span), ...children.map((child) => treeOf(child, trace, compare))];
}

export function labelOf(span: Span): string {
  const kind = Object.entries(SpanKind).find(([, value]) => value === span.kind)?.[0];
  return `${serviceName(span.resource)}: ${span.name} ${kind}`;
}

/** For children that run at the same time. */
export function byLabel(a: Span, b: Span): number {
  return labelOf(a).localeCompare(labelOf(b), 'en') || byStart(a, b);
}

function byStart(a: Span, b: Span): number {
  return Number(a.startTimeUnixNano - b.startTimeUnixNano);
}
