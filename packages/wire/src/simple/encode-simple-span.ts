import {
  type Attributes,
  durationNano,
  secondsFromNanos,
  serviceName,
  type Span,
  type SpanEvent,
  type SpanLink,
} from '@throughline/model';
import { type AttributeTypeHint, encodeAttributes, type PlainJson } from './attribute-types.ts';
import { kindName, statusName } from './kind-and-status.ts';

interface AttributesJson {
  readonly attributes: { readonly [key: string]: PlainJson };
  /** The types that plain JSON does not tell; absent where it tells all. */
  readonly attribute_types?: { readonly [key: string]: AttributeTypeHint };
  readonly dropped_attributes_count?: number;
}

export interface SimpleEventJson extends AttributesJson {
  readonly name: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly timestamp_unix_nano: string;
}

export interface SimpleLinkJson extends AttributesJson {
  readonly trace_id: string;
  readonly span_id: string;
  readonly trace_state?: string;
  readonly flags?: number;
}

export interface SimpleScopeJson extends AttributesJson {
  readonly name: string;
  readonly version: string;
  readonly schema_url?: string;
}

/** A span of the simple span list (DESIGN 4.2). */
export interface SimpleSpanJson extends AttributesJson {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly operation_name: string;
  readonly service_name: string;
  /** Seconds since the epoch, as the next double: exact to about 0.2 us. */
  readonly start_time: number;
  readonly end_time: number;
  /** Seconds; 0 where the end lies before the start. */
  readonly duration: number;
  /** The exact instants as decimal strings. */
  readonly start_time_unix_nano: string;
  readonly end_time_unix_nano: string;
  readonly kind: string;
  readonly status: string;
  readonly status_message: string;
  readonly resource_attributes: { readonly [key: string]: PlainJson };
  readonly resource_attribute_types?: { readonly [key: string]: AttributeTypeHint };
  readonly resource_dropped_attributes_count?: number;
  readonly resource_schema_url?: string;
  readonly events: readonly SimpleEventJson[];
  readonly links: readonly SimpleLinkJson[];
  readonly dropped_events_count?: number;
  readonly dropped_links_count?: number;
  readonly scope?: SimpleScopeJson;
  readonly trace_state?: string;
  readonly flags?: number;
  readonly weight?: number;
}

/**
 * A span in the form of the simple span list, from which `decodeSimpleSpans` makes an equal one. Kind and status are
 * OpenTelemetry's names. Attribute values are plain JSON: int64 within 2^53 are numbers, beyond it decimal strings,
 * bytes are base64, doubles that are not finite are strings; where the plain value would be read as another type,
 * `attribute_types` says the type (see `AttributeTypeHint`). What has its default (scope, trace state, flags, weight,
 * dropped counts) is left out.
 */
export function encodeSimpleSpan(span: Span): SimpleSpanJson {
  const resource = encodeAttributes(span.resource.attributes);
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId || null,
    operation_name: span.name,
    service_name: serviceName(span.resource),
    start_time: secondsFromNanos(span.startTimeUnixNano),
    end_time: secondsFromNanos(span.endTimeUnixNano),
    duration: secondsFromNanos(durationNano(span)),
    start_time_unix_nano: span.startTimeUnixNano.toString(),
    end_time_unix_nano: span.endTimeUnixNano.toString(),
    kind: kindName(span.kind),
    status: statusName(span.status.code),
    status_message: span.status.message,
    ...attributesJson(span),
    resource_attributes: resource.attributes,
    ...(resource.types === undefined ? {} : { resource_attribute_types: resource.types }),
    ...given('resource_dropped_attributes_count', span.resource.droppedAttributesCount),
    ...given('resource_schema_url', span.resource.schemaUrl),
    events: span.events.map(encodeEvent),
    links: span.links.map(encodeLink),
    ...given('dropped_events_count', span.droppedEventsCount),
    ...given('dropped_links_count', span.droppedLinksCount),
    ...scopeJson(span),
    ...given('trace_state', span.traceState),
    ...given('flags', span.flags),
    ...(span.weight === 1 ? {} : { weight: span.weight }),
  };
}

function encodeEvent(event: SpanEvent): SimpleEventJson {
  return {
    name: event.name,
    timestamp: secondsFromNanos(event.timeUnixNano),
    timestamp_unix_nano: event.timeUnixNano.toString(),
    ...attributesJson(event),
  };
}

function encodeLink(link: SpanLink): SimpleLinkJson {
  return {
    trace_id: link.traceId,
    span_id: link.spanId,
    ...attributesJson(link),
    ...given('trace_state', link.traceState),
    ...given('flags', link.flags),
  };
}

function scopeJson({ scope }: Span): { readonly scope?: SimpleScopeJson } {
  const { name, version, attributes, droppedAttributesCount, schemaUrl } = scope;
  if (name === '' && version === '' && attributes.size === 0 && droppedAttributesCount === 0 && schemaUrl === '') {
    return {};
  }
  return { scope: { name, version, ...attributesJson(scope), ...given('schema_url', schemaUrl) } };
}

function attributesJson(owner: {
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}): AttributesJson {
  const { attributes, types } = encodeAttributes(owner.attributes);
  return {
    attributes,
    ...(types === undefined ? {} : { attribute_types: types }),
    ...given('dropped_attributes_count', owner.droppedAttributesCount),
  };
}

/** The field, unless its value is the default. */
function given<Key extends string, Value extends string | number>(
  key: Key,
  value: Value,
): { readonly [K in Key]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The one key of the literal is `key`.
  return value === 0 || value === '' ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}
