import { type Resource, serviceName, type Span, type Trace, type TraceIssue } from '@throughline/model';
import { microsFromNano } from '../mapping/instants.ts';
import { jaegerFromSpan } from './jaeger-from-span.ts';
import { type JaegerTagJson, tagOf } from './jaeger-tag.ts';

export interface JaegerReferenceJson {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

export interface JaegerSpanJson {
  readonly traceID: string;
  readonly spanID: string;
  readonly flags: number;
  readonly operationName: string;
  readonly references: readonly JaegerReferenceJson[];
  /** Microseconds since the epoch. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  readonly tags: readonly JaegerTagJson[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly JaegerTagJson[] }[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}

export interface JaegerProcessJson {
  readonly serviceName: string;
  readonly tags: readonly JaegerTagJson[];
}

/** A trace of the query API (v1): an element of the envelope's `data`. */
export interface JaegerTraceJson {
  readonly traceID: string;
  readonly spans: readonly JaegerSpanJson[];
  readonly processes: Readonly<Record<string, JaegerProcessJson>>;
  readonly warnings: null;
}

/**
 * One trace as Jaeger's query API (v1) prints it. Trace ids whose high half is zero are printed with 16 digits, as
 * Jaeger does. An assembled trace's issues are warnings of their spans. What Jaeger cannot hold: see `jaegerFromSpan`.
 * @param trace an assembled trace, or spans of one trace id
 */
export function encodeJaegerTrace(trace: Trace | readonly Span[]): JaegerTraceJson {
  const spans = 'spans' in trace ? trace.spans : trace;
  const warnings = 'spans' in trace ? warningsByRow(trace.issues) : undefined;
  const processes = new ProcessTable();
  return {
    traceID: printTraceId(spans[0]?.traceId ?? ''),
    spans: spans.map((span, row) => encodeSpan(span, processes.idOf(span.resource), warnings?.get(row) ?? null)),
    processes: processes.byId,
    warnings: null,
  };
}

function encodeSpan(span: Span, processID: string, warnings: readonly string[] | null): JaegerSpanJson {
  const jaeger = jaegerFromSpan(span);
  return {
    traceID: printTraceId(jaeger.traceId),
    spanID: jaeger.spanId,
    flags: jaeger.flags,
    operationName: jaeger.operationName,
    references: jaeger.references.map(({ followsFrom, traceId, spanId }) => ({
      refType: followsFrom ? 'FOLLOWS_FROM' : 'CHILD_OF',
      traceID: printTraceId(traceId),
      spanID: spanId,
    })),
    startTime: microsFromNano(jaeger.startTimeUnixNano),
    duration: microsFromNano(jaeger.durationNano),
    tags: Array.from(jaeger.tags, ([key, value]) => tagOf(key, value)),
    logs: jaeger.logs.map(({ timeUnixNano, fields }) => ({
      timestamp: microsFromNano(timeUnixNano),
      fields: Array.from(fields, ([key, value]) => tagOf(key, value)),
    })),
    processID,
    warnings,
  };
}

function printTraceId(traceId: string): string {
  return traceId.startsWith('0'.repeat(16)) ? traceId.slice(16) : traceId;
}

/** The processes of a trace, `p1` the first; resources with the same content are one process. */
class ProcessTable {
  readonly byId: Record<string, JaegerProcessJson> = {};
  readonly #idByResource = new Map<Resource, string>();
  readonly #idByContent = new Map<string, string>();

  idOf(resource: Resource): string {
    const known = this.#idByResource.get(resource);
    if (known !== undefined) return known;
    const process: JaegerProcessJson = {
      serviceName: serviceName(resource),
      tags: [...resource.attributes].filter(([key]) => key !== 'service.name').map(([key, value]) => tagOf(key, value)),
    };
    const content = JSON.stringify(process);
    let id = this.#idByContent.get(content);
    if (id === undefined) {
      id = `p${this.#idByContent.size + 1}`;
      this.#idByContent.set(content, id);
      this.byId[id] = process;
    }
    this.#idByResource.set(resource, id);
    return id;
  }
}

function warningsByRow(issues: readonly TraceIssue[]): ReadonlyMap<number, readonly string[]> {
  const warnings = new Map<number, string[]>();
  for (const issue of issues) {
    if (!('row' in issue)) continue;
    const list = warnings.get(issue.row) ?? [];
    list.push(warningOf(issue));
    warnings.set(issue.row, list);
  }
  return warnings;
}

function warningOf(issue: Extract<TraceIssue, { readonly row: number }>): string {
  switch (issue.kind) {
    case 'missing_parent':
      return `the parent span ${issue.parentSpanId} is not in the trace`;
    case 'cycle':
      return 'the parents of this span lead back to itself; the cycle was cut here';
    case 'conflicting_duplicate':
      return `another span of the trace has the id ${issue.spanId} and other content`;
    case 'starts_before_parent':
      return `starts ${issue.byNano} ns before its parent`;
    case 'ends_after_parent':
      return `ends ${issue.byNano} ns after its parent`;
    default:
      return 'ends before it starts';
  }
}
