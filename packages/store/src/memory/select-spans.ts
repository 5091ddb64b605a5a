import { durationNano, serviceName, type Span, type Trace } from '@throughline/model';
import { matchSpanPredicate, type SpanPredicate, satisfiesConditions, type TraceCondition } from '@throughline/traceql';
import type { SpanFilter } from '../counting/span-filter.ts';
import type { TimeWindow, TraceSampling, TraceSearch } from '../span-store.ts';

const MINUTE_NANO = 60_000_000_000n;

export function isWithin({ startTimeUnixNano }: Span, { fromUnixNano, toUnixNano }: TimeWindow): boolean {
  return startTimeUnixNano >= fromUnixNano && startTimeUnixNano < toUnixNano;
}

export function isSelected(
  span: Span,
  { window, service, operation }: Pick<TraceSampling, 'window' | 'service' | 'operation'>,
): boolean {
  if (!isWithin(span, window) || (operation !== undefined && span.name !== operation)) return false;
  return service === undefined || serviceName(span.resource) === service;
}

/** Whether the span starts in a minute that the window touches. */
export function startsInMinutesOf({ startTimeUnixNano }: Span, window: TimeWindow | undefined): boolean {
  if (window === undefined) return true;
  if (window.toUnixNano <= window.fromUnixNano) return false;
  const minute = startTimeUnixNano / MINUTE_NANO;
  return minute >= window.fromUnixNano / MINUTE_NANO && minute <= (window.toUnixNano - 1n) / MINUTE_NANO;
}

/** The spans of the traces that satisfy exact conditions; undefined where they are not exact. */
export function exactSpans(traces: Iterable<Trace>, { conditions, window }: SpanFilter): Iterable<Span> | undefined {
  const { condition, exact } = conditions;
  if (!exact || condition.kind !== 'spans') return undefined;
  return matchingSpans(traces, condition.predicate, window);
}

function* matchingSpans(traces: Iterable<Trace>, predicate: SpanPredicate, window: TimeWindow): Generator<Span> {
  for (const trace of traces) {
    for (const [row, span] of trace.spans.entries()) {
      if (isWithin(span, window) && matchSpanPredicate(predicate, trace, row)) yield span;
    }
  }
}

/** Pairs of a parent's service and its child in another one, of the children that started in the window. */
export function* callPairs(
  traces: Iterable<Trace>,
  window: TimeWindow | undefined,
): Generator<readonly [parentService: string, child: Span]> {
  for (const trace of traces) {
    const parents = new Map<string, Span>();
    for (const span of trace.spans) {
      const other = parents.get(span.spanId);
      if (other === undefined || isEarlierParent(span, other)) parents.set(span.spanId, span);
    }
    for (const span of trace.spans) {
      if (window !== undefined && !isWithin(span, window)) continue;
      const parent = span.parentSpanId === '' ? undefined : parents.get(span.parentSpanId);
      const service = parent === undefined ? undefined : serviceName(parent.resource);
      if (service !== undefined && service !== serviceName(span.resource)) yield [service, span];
    }
  }
}

/** Of spans with one id the parent is the earliest, then the longest, then that of the first service by name. */
function isEarlierParent(a: Span, b: Span): boolean {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano < b.startTimeUnixNano;
  const difference = durationNano(a) - durationNano(b);
  if (difference !== 0n) return difference > 0n;
  return serviceName(a.resource) < serviceName(b.resource);
}

/** Satisfies the conditions with one of the spans that may match in the window. */
export function isListed({ conditions, window }: TraceSearch, trace: Trace): boolean {
  const leaves = leafPredicates(conditions.condition);
  const isFound = trace.spans.some(
    (span, row) =>
      (window === undefined || isWithin(span, window)) &&
      leaves.some((predicate) => matchSpanPredicate(predicate, trace, row)),
  );
  return isFound && satisfiesConditions(conditions, trace);
}

function leafPredicates(condition: TraceCondition): readonly SpanPredicate[] {
  return condition.kind === 'spans' ? [condition.predicate] : condition.operands.flatMap(leafPredicates);
}
