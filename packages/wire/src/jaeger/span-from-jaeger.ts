import type { AttributeValue, Span, SpanEvent, SpanLink, SpanRejection } from '@throughline/model';
import { emptyAttributes, isSpanId, isTraceId } from '@throughline/model';
import { endOf, validInstant } from '../mapping/instants.ts';
import { readOtelTags, takeCount } from '../mapping/otel-tags.ts';
import type { JaegerLog, JaegerReference, JaegerSpan } from './jaeger-span.ts';

/** The link attribute that says how Jaeger meant the reference, from OpenTracing: `child_of` or `follows_from`. */
export const REF_TYPE = 'opentracing.ref_type';
/** The attribute for Jaeger's flags where they say more than "sampled" (int64). */
export const JAEGER_FLAGS = 'jaeger.flags';

const SAMPLED = 1;

/**
 * A Jaeger span in the model.
 *
 * - The parent is the first CHILD_OF reference within the trace, else the legacy field, else the first FOLLOWS_FROM
 *   within the trace. Every other reference is a link; a CHILD_OF among them has the attribute
 *   `opentracing.ref_type=child_of`. A parent that came as FOLLOWS_FROM has a link too, with `follows_from`.
 * - Tags: see `readOtelTags`; `error=true` is status ERROR. Of repeated keys the last counts.
 * - A log's field `event` (text) is the event's name.
 * - Flags: "sampled" is the W3C flag; anything more stays as the attribute `jaeger.flags`.
 * - What could not be read counts as dropped attributes, events and links.
 */
export function spanFromJaeger(span: JaegerSpan): Span | SpanRejection {
  if (!isTraceId(span.traceId)) return 'invalid_trace_id';
  if (!isSpanId(span.spanId)) return 'invalid_span_id';
  if (validInstant(span.startTimeUnixNano) === undefined) return 'invalid_start_time';
  const fromTags = readOtelTags(span.tags, 'flag');
  const { parentSpanId, links } = splitReferences(span);
  return {
    ...fromTags,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId,
    flags: span.flags & SAMPLED,
    name: span.operationName,
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: endOf(span.startTimeUnixNano, span.durationNano),
    attributes:
      span.flags > SAMPLED
        ? new Map<string, AttributeValue>([...fromTags.attributes, [JAEGER_FLAGS, BigInt(span.flags)]])
        : fromTags.attributes,
    droppedAttributesCount: fromTags.droppedAttributesCount + span.unreadableTagsCount,
    events: span.logs.map(eventFromLog),
    droppedEventsCount: fromTags.droppedEventsCount + span.unreadableLogsCount,
    links,
    droppedLinksCount: fromTags.droppedLinksCount + span.unreadableReferencesCount,
    resource: span.resource,
  };
}

function splitReferences(span: JaegerSpan): { parentSpanId: string; links: readonly SpanLink[] } {
  const local = span.references.filter(({ traceId }) => traceId === span.traceId);
  const childOf = local.find(({ followsFrom }) => !followsFrom);
  const followsFrom = childOf || span.parentSpanId !== '' ? undefined : local[0];
  const links: SpanLink[] = [];
  let parentSpanId = childOf?.spanId ?? span.parentSpanId;
  for (const reference of span.references) {
    if (reference === childOf) continue;
    if (reference === followsFrom) {
      parentSpanId = reference.spanId;
      links.push(linkFromReference(reference, 'follows_from'));
    } else {
      links.push(linkFromReference(reference, reference.followsFrom ? undefined : 'child_of'));
    }
  }
  return { parentSpanId, links };
}

function linkFromReference(reference: JaegerReference, refType: 'child_of' | 'follows_from' | undefined): SpanLink {
  return {
    traceId: reference.traceId,
    spanId: reference.spanId,
    traceState: '',
    flags: 0,
    attributes: refType === undefined ? emptyAttributes : new Map([[REF_TYPE, refType]]),
    droppedAttributesCount: 0,
  };
}

function eventFromLog(log: JaegerLog): SpanEvent {
  const attributes = new Map(log.fields);
  const name = attributes.get('event');
  if (typeof name === 'string') attributes.delete('event');
  const droppedAttributesCount = takeCount(attributes, 'otel.dropped_attributes_count');
  return {
    timeUnixNano: log.timeUnixNano,
    name: typeof name === 'string' ? name : '',
    attributes,
    droppedAttributesCount: droppedAttributesCount + log.unreadableFieldsCount,
  };
}
