import { isErrorSpan, type Resource, serviceName, type Trace } from '@throughline/model';

/**
 * When and where a trace's spans ran, as typed arrays, one element a row; what needs no more can be asked of a trace of
 * which only columns are at hand. Offsets are nanoseconds from the trace's start; a span that ends before its start ends
 * at its start. Exact for traces below 104 days (2^53 ns).
 */
export interface TraceTimes {
  readonly trace: Pick<Trace, 'parent' | 'subtreeEnd' | 'roots'>;
  readonly spanCount: number;
  readonly startNano: Float64Array;
  readonly endNano: Float64Array;
  /** From the earliest start to the latest end. */
  readonly totalNano: number;
  /** The same number is the same service. */
  readonly service: Uint32Array;
  /** `SpanKind`. */
  readonly kind: Uint8Array;
}

/** A trace's times, services and errors; `service` is an index into {@link services}. */
export interface TraceFacts extends TraceTimes {
  readonly trace: Trace;
  /** In the order of their first span. */
  readonly services: readonly string[];
  /** 1 where `isErrorSpan`. */
  readonly error: Uint8Array;
}

/** O(n). */
export function traceFacts(trace: Trace): TraceFacts {
  const error = new Uint8Array(trace.spans.length);
  for (const [row, span] of trace.spans.entries()) if (isErrorSpan(span)) error[row] = 1;
  return { ...traceTimes(trace), trace, error };
}

/** What {@link traceFacts} has without reading an attribute of a span. O(n). */
export function traceTimes(trace: Trace): TraceTimes & Pick<TraceFacts, 'services'> {
  const spanCount = trace.spans.length;
  const origin = trace.startTimeUnixNano;
  const startNano = new Float64Array(spanCount);
  const endNano = new Float64Array(spanCount);
  const service = new Uint32Array(spanCount);
  const kind = new Uint8Array(spanCount);
  const services: string[] = [];
  const indexOfService = new Map<string, number>();
  const indexOfResource = new Map<Resource, number>();
  for (let row = 0; row < spanCount; row++) {
    const span = trace.spans[row];
    if (span === undefined) break;
    const start = Number(span.startTimeUnixNano - origin);
    startNano[row] = start;
    endNano[row] = Math.max(start, Number(span.endTimeUnixNano - origin));
    kind[row] = span.kind;
    let index = indexOfResource.get(span.resource);
    if (index === undefined) {
      const name = serviceName(span.resource);
      index = indexOfService.get(name);
      if (index === undefined) {
        index = services.length;
        services.push(name);
        indexOfService.set(name, index);
      }
      indexOfResource.set(span.resource, index);
    }
    service[row] = index;
  }
  const totalNano = Number(trace.endTimeUnixNano - origin);
  return { trace, spanCount, startNano, endNano, totalNano, service, services, kind };
}

/** The rows of a row's children, by start; those of the roots for -1. */
export function childrenOf({ trace }: Pick<TraceTimes, 'trace'>, row: number): number[] {
  if (row < 0) return [...trace.roots];
  const children: number[] = [];
  const end = trace.subtreeEnd[row] ?? 0;
  for (let child = row + 1; child < end; child = trace.subtreeEnd[child] ?? end) children.push(child);
  return children;
}

/** The first child in another service, by which a call is known; -1 where there is none. O(children). */
export function remoteChildOf(facts: TraceTimes, row: number): number {
  const { trace, service } = facts;
  const end = trace.subtreeEnd[row] ?? 0;
  for (let child = row + 1; child < end; child = trace.subtreeEnd[child] ?? end) {
    if (service[child] !== service[row]) return child;
  }
  return -1;
}

/** 0 for a row that does not exist. */
export function durationOf(facts: TraceTimes, row: number): number {
  return (facts.endNano[row] ?? 0) - (facts.startNano[row] ?? 0);
}
