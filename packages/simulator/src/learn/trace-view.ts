import { isErrorSpan, serviceName, type Span, SpanKind, type Trace } from '@throughline/model';
import { parseOperationName } from '../spans/operation-name.ts';

/** How a span failed, as far as it can be said in a scenario. */
export interface LearntFailure {
  readonly type: string;
  /** HTTP's. */
  readonly status: number;
}

/** A trace as learning sees it; columns by row of {@link Trace}. */
export interface TraceView {
  readonly trace: Trace;
  readonly services: readonly string[];
  /** Of spans, and so of operations: never empty. */
  readonly names: readonly string[];
  readonly children: readonly (readonly number[])[];
  /** Since the start of the trace; an end is never before its start. */
  readonly startNano: Float64Array;
  readonly endNano: Float64Array;
  /** Whether a request (or a message) enters a service here. */
  readonly isEntry: readonly boolean[];
  readonly failures: readonly (LearntFailure | undefined)[];
}

/** Gives the name under which a span is learnt. */
export type Naming = (service: string, name: string) => string;

/** A span's name; those that have none share one, because a scenario needs one. */
export function learntName(name: string): string {
  return name === '' ? 'unnamed' : name;
}

export function viewTrace(trace: Trace, naming: Naming = (_service, name) => name): TraceView {
  const { spans, parent, startTimeUnixNano } = trace;
  const services = spans.map(({ resource }) => serviceName(resource));
  const names = spans.map(({ name }, row) => naming(services[row] ?? '', learntName(name)));
  const children: number[][] = spans.map(() => []);
  const startNano = new Float64Array(spans.length);
  const endNano = new Float64Array(spans.length);
  const isEntry: boolean[] = [];
  for (const [row, span] of spans.entries()) {
    const above = parent[row] ?? -1;
    children[above]?.push(row);
    const start = Number(span.startTimeUnixNano - startTimeUnixNano);
    startNano[row] = start;
    endNano[row] = Math.max(start, Number(span.endTimeUnixNano - startTimeUnixNano));
    isEntry.push(above < 0 || services[above] !== services[row] || isRequestToItself(spans[above], span));
  }
  const failures = spans.map((span, row) => failureOf(span, names[row] ?? '', isEntry[row] ?? false));
  return { trace, services, names, children, startNano, endNano, isEntry, failures };
}

/** A service that calls itself: the kinds say that there are two sides. */
function isRequestToItself(parent: Span | undefined, { kind }: Span): boolean {
  if (parent === undefined) return false;
  return (
    (kind === SpanKind.SERVER && parent.kind === SpanKind.CLIENT) ||
    (kind === SpanKind.CONSUMER && parent.kind === SpanKind.PRODUCER)
  );
}

/** A status of 400 and more is a failure for the caller, even where the server does not count it as its error. */
function failureOf(span: Span, name: string, isEntry: boolean): LearntFailure | undefined {
  const code = span.attributes.get('http.response.status_code') ?? span.attributes.get('http.status_code');
  const status = Number(code ?? 0);
  const isRefusal = isEntry && status >= 400 && parseOperationName(name).protocol === 'http';
  if (!isRefusal && !isErrorSpan(span)) return undefined;
  const isTold = status >= 400 && status <= 599;
  const type = span.attributes.get('error.type');
  return {
    type: typeof type === 'string' && type !== '' ? type : isTold ? String(status) : 'error',
    status: isTold ? status : 500,
  };
}

/** The nearest row at or above this one where a request enters a service. */
export function entryAbove({ isEntry, trace: { parent } }: TraceView, row: number): number {
  let at = row;
  while (at >= 0 && isEntry[at] !== true) at = parent[at] ?? -1;
  return at;
}
