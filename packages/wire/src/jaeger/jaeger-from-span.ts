import { type AttributeValue, durationNano, type Span, type SpanEvent, type SpanLink } from '@throughline/model';
import { writeCount, writeOtelTags } from '../mapping/otel-tags.ts';
import type { JaegerLog, JaegerReference, JaegerSpan } from './jaeger-span.ts';
import { JAEGER_FLAGS, REF_TYPE } from './span-from-jaeger.ts';

/**
 * A span in Jaeger's model: the inverse of `spanFromJaeger`. Jaeger has no place for: nanoseconds below the
 * microsecond, an end before the start (duration 0), a link without ids, a link's attributes, trace state and flags, W3C
 * flags but "sampled", attributes and schema of resource and scope beside the tags, the types of arrays, maps and null. A
 * root's link to a span of its own trace looks like a parent to Jaeger, and is one when it comes back.
 */
export function jaegerFromSpan(span: Span): JaegerSpan {
  const tags = writeOtelTags(span, 'flag', false);
  const flags = tags.get(JAEGER_FLAGS);
  const hasJaegerFlags = typeof flags === 'bigint' && flags > 0n && flags < 2n ** 31n;
  if (hasJaegerFlags) tags.delete(JAEGER_FLAGS);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    operationName: span.name,
    references: referencesOf(span),
    flags: hasJaegerFlags ? Number(flags) : span.flags & 1,
    startTimeUnixNano: span.startTimeUnixNano,
    durationNano: durationNano(span),
    tags,
    logs: span.events.map(logFromEvent),
    resource: span.resource,
    unreadableTagsCount: 0,
    unreadableLogsCount: 0,
    unreadableReferencesCount: 0,
  };
}

function referencesOf(span: Span): readonly JaegerReference[] {
  const { traceId, parentSpanId } = span;
  const references: JaegerReference[] = [];
  // A parent that came as FOLLOWS_FROM goes back as that alone.
  const isParentLink = (link: SpanLink): boolean =>
    link.traceId === traceId && link.spanId === parentSpanId && link.attributes.get(REF_TYPE) === 'follows_from';
  if (parentSpanId !== '' && !span.links.some(isParentLink)) {
    references.push({ followsFrom: false, traceId, spanId: parentSpanId });
  }
  for (const link of span.links) {
    if (link.traceId === '' || link.spanId === '') continue;
    const followsFrom = link.attributes.get(REF_TYPE) !== 'child_of';
    references.push({ followsFrom, traceId: link.traceId, spanId: link.spanId });
  }
  return references;
}

function logFromEvent(event: SpanEvent): JaegerLog {
  const fields = new Map<string, AttributeValue>();
  if (event.name !== '' || event.attributes.has('event')) fields.set('event', event.name);
  for (const [key, value] of event.attributes) if (key !== 'event') fields.set(key, value);
  writeCount(fields, 'otel.dropped_attributes_count', event.droppedAttributesCount);
  return { timeUnixNano: event.timeUnixNano, fields, unreadableFieldsCount: 0 };
}
