import {
  type Attributes,
  type AttributeValue,
  durationNano,
  isErrorSpan,
  serviceName,
  type Span,
  type SpanEvent,
  type SpanLink,
  type Trace,
} from '@throughline/model';

import type { AttributeScope } from './conditions.ts';
import type { Intrinsic } from './intrinsics.ts';

/** A span in its trace, and the event and link of it that are looked at, if any. */
export interface SpanContext {
  readonly trace: Trace;
  readonly row: number;
  readonly span: Span;
  readonly event?: SpanEvent;
  readonly link?: SpanLink;
}

export function spanContext(trace: Trace, row: number): SpanContext | undefined {
  const span = trace.spans[row];
  return span === undefined ? undefined : { trace, row, span };
}

/** The attribute's value; undefined if there is none or it is null. */
export function readAttribute(context: SpanContext, scope: AttributeScope, name: string): AttributeValue | undefined {
  const { span } = context;
  switch (scope) {
    case 'any':
      return valueOf(span.attributes, name) ?? valueOf(span.resource.attributes, name);
    case 'span':
      return valueOf(span.attributes, name);
    case 'resource':
      // The service as it is shown everywhere, also where the resource does not name it.
      return name === 'service.name' ? serviceName(span.resource) : valueOf(span.resource.attributes, name);
    case 'instrumentation':
      return valueOf(span.scope.attributes, name);
    case 'event':
      return context.event === undefined ? undefined : valueOf(context.event.attributes, name);
    case 'link':
      return context.link === undefined ? undefined : valueOf(context.link.attributes, name);
  }
}

function valueOf(attributes: Attributes, name: string): AttributeValue | undefined {
  return attributes.get(name) ?? undefined;
}

/** The parent span in the trace; undefined for a root and where the parent is missing. */
export function parentContext({ trace, row }: SpanContext): SpanContext | undefined {
  return spanContext(trace, trace.parent[row] ?? -1);
}

/** The intrinsic's value; undefined for what belongs to an event or link where none is looked at. */
export function readIntrinsic(context: SpanContext, name: Intrinsic): AttributeValue | undefined {
  const { trace, row, span, event, link } = context;
  switch (name) {
    case 'name':
      return span.name;
    case 'duration':
      return durationNano(span);
    case 'status':
      return BigInt(span.status.code);
    case 'statusMessage':
      return span.status.message;
    case 'kind':
      return BigInt(span.kind);
    case 'error':
      return isErrorSpan(span);
    case 'spanId':
      return span.spanId;
    case 'parentSpanId':
      return span.parentSpanId;
    case 'childCount':
      return childCount(trace, row);
    case 'nestedSetLeft':
      return nestedSetLeft(trace, row);
    case 'nestedSetRight':
      return nestedSetLeft(trace, row) + BigInt(2 * ((trace.subtreeEnd[row] ?? row + 1) - row) - 1);
    case 'nestedSetParent':
      return nestedSetParent(trace, row, span);
    case 'traceId':
      return trace.traceId;
    case 'traceDuration':
      return traceDurationNano(trace);
    case 'rootName':
      return rootSpan(trace)?.name;
    case 'rootService': {
      const root = rootSpan(trace);
      return root === undefined ? undefined : serviceName(root.resource);
    }
    case 'eventName':
      return event?.name;
    case 'eventTimeSinceStart':
      return event === undefined ? undefined : event.timeUnixNano - span.startTimeUnixNano;
    case 'linkTraceId':
      return link?.traceId;
    case 'linkSpanId':
      return link?.spanId;
    case 'scopeName':
      return span.scope.name;
    case 'scopeVersion':
      return span.scope.version;
  }
}

function childCount(trace: Trace, row: number): bigint {
  const end = trace.subtreeEnd[row] ?? row + 1;
  let count = 0n;
  for (let child = row + 1; child < end; child = Math.max(child + 1, trace.subtreeEnd[child] ?? end)) count++;
  return count;
}

/** Rows are depth-first, so the steps into spans before this row's, and out of those that are closed, are known. */
function nestedSetLeft(trace: Trace, row: number): bigint {
  return BigInt(2 * row - (trace.depth[row] ?? 0) + 1);
}

/** The parent's left number, -1 for a root, 0 where the parent is missing (as Tempo has it). */
function nestedSetParent(trace: Trace, row: number, span: Span): bigint {
  const parent = trace.parent[row] ?? -1;
  if (parent >= 0) return nestedSetLeft(trace, parent);
  return span.parentSpanId === '' ? -1n : 0n;
}

function traceDurationNano(trace: Trace): bigint {
  const duration = trace.endTimeUnixNano - trace.startTimeUnixNano;
  return duration > 0n ? duration : 0n;
}

/** Of traces without a root, so that not every span looks for it again. */
const earliestSpans = new WeakMap<Trace, Span>();

/** The earliest span without a parent id, else the earliest span: what a trace is called after. */
function rootSpan(trace: Trace): Span | undefined {
  const first = trace.spans[trace.roots[0] ?? 0];
  if (first === undefined || first.parentSpanId === '') return first;
  let earliest = earliestSpans.get(trace);
  if (earliest === undefined) {
    earliest = trace.spans.reduce(
      (root, span) => (span.startTimeUnixNano < root.startTimeUnixNano ? span : root),
      first,
    );
    earliestSpans.set(trace, earliest);
  }
  return earliest;
}
