import {
  type Attributes,
  type AttributeValue,
  CodedError,
  type InstrumentationScope,
  isAttributes,
  type Resource,
  type Span,
  type SpanEvent,
  type SpanLink,
} from '@throughline/model';

import { base64FromBytes } from '../base64.ts';
import { groupSpans } from './encode-request.ts';
import { MAX_VALUE_DEPTH } from './limits.ts';

/**
 * An OTLP `ExportTraceServiceRequest` in its JSON encoding, grouped by the identity of resource and scope: lowerCamelCase
 * keys, ids as hex, 64-bit integers as decimal strings, enums as numbers; what is zero or empty is left out.
 *
 * @throws CodedError `value_too_deep` for an attribute of more than 128 levels.
 *
 * Source: OTLP 1.11, JSON Protobuf Encoding.
 */
export function encodeOtlpJson(spans: readonly Span[]): string {
  return JSON.stringify({
    resourceSpans: groupSpans(spans).map(({ resource, scopes }) => ({
      resource: resourceJson(resource),
      scopeSpans: scopes.map((group) => ({
        scope: scopeJson(group.scope),
        spans: group.spans.map(spanJson),
        schemaUrl: textJson(group.scope.schemaUrl),
      })),
      schemaUrl: textJson(resource.schemaUrl),
    })),
  });
}

function resourceJson(resource: Resource): object {
  return {
    attributes: attributesJson(resource.attributes),
    droppedAttributesCount: countJson(resource.droppedAttributesCount),
  };
}

function scopeJson(scope: InstrumentationScope): object {
  return {
    name: textJson(scope.name),
    version: textJson(scope.version),
    attributes: attributesJson(scope.attributes),
    droppedAttributesCount: countJson(scope.droppedAttributesCount),
  };
}

// `JSON.stringify` leaves out what is undefined.

function spanJson(span: Span): object {
  const { code, message } = span.status;
  return {
    traceId: textJson(span.traceId),
    spanId: textJson(span.spanId),
    traceState: textJson(span.traceState),
    parentSpanId: textJson(span.parentSpanId),
    flags: countJson(span.flags),
    name: textJson(span.name),
    kind: countJson(span.kind),
    startTimeUnixNano: timeJson(span.startTimeUnixNano),
    endTimeUnixNano: timeJson(span.endTimeUnixNano),
    attributes: attributesJson(span.attributes),
    droppedAttributesCount: countJson(span.droppedAttributesCount),
    events: span.events.length === 0 ? undefined : span.events.map(eventJson),
    droppedEventsCount: countJson(span.droppedEventsCount),
    links: span.links.length === 0 ? undefined : span.links.map(linkJson),
    droppedLinksCount: countJson(span.droppedLinksCount),
    status: code === 0 && message === '' ? undefined : { message: textJson(message), code: countJson(code) },
  };
}

function eventJson(event: SpanEvent): object {
  return {
    timeUnixNano: timeJson(event.timeUnixNano),
    name: textJson(event.name),
    attributes: attributesJson(event.attributes),
    droppedAttributesCount: countJson(event.droppedAttributesCount),
  };
}

function linkJson(link: SpanLink): object {
  return {
    traceId: textJson(link.traceId),
    spanId: textJson(link.spanId),
    traceState: textJson(link.traceState),
    attributes: attributesJson(link.attributes),
    droppedAttributesCount: countJson(link.droppedAttributesCount),
    flags: countJson(link.flags),
  };
}

function attributesJson(attributes: Attributes): object[] | undefined {
  return attributes.size === 0 ? undefined : keyValuesJson(attributes, 1);
}

function keyValuesJson(attributes: Attributes, depth: number): object[] {
  return Array.from(attributes, ([key, value]) => ({ key, value: anyValueJson(value, depth) }));
}

function anyValueJson(value: AttributeValue, depth: number): object {
  if (depth > MAX_VALUE_DEPTH) {
    throw new CodedError('value_too_deep', `attribute value of more than ${MAX_VALUE_DEPTH} levels`);
  }
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'bigint':
      return { intValue: BigInt.asIntN(64, value).toString() };
    case 'number':
      return { doubleValue: doubleJson(value) };
    default:
  }
  if (value === null) return {};
  if (value instanceof Uint8Array) return { bytesValue: base64FromBytes(value) };
  if (isAttributes(value)) return { kvlistValue: { values: keyValuesJson(value, depth + 1) } };
  return { arrayValue: { values: value.map((element) => anyValueJson(element, depth + 1)) } };
}

/** JSON has no number for these; `JSON.stringify` would also lose the sign of zero. */
function doubleJson(value: number): number | string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : value;
  return String(value);
}

function textJson(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function countJson(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

function timeJson(unixNano: bigint): string | undefined {
  return unixNano === 0n ? undefined : BigInt.asUintN(64, unixNano).toString();
}
