import {
  adjustedCount,
  type AttributeValue,
  emptyAttributes,
  type InstrumentationScope,
  type Span,
  type SpanRejection,
  type SpanStatus,
} from '@throughline/model';
import { DecodeError } from '../decode-error.ts';
import type { DecodedSpans } from '../decoded-spans.ts';
import { endOf } from '../mapping/instants.ts';
import { isJsonObject, type JsonObject, jsonTypeName, optionalText } from '../mapping/json-object.ts';
import { scopeNamed } from '../mapping/otel-tags.ts';
import { readParentSpanId } from '../mapping/parent-span-id.ts';
import { SpanResults } from '../mapping/span-results.ts';
import { decodeValue } from './attribute-types.ts';
import { readKind, readStatusCode } from './kind-and-status.ts';
import { readEvents, readLinks } from './read-events-and-links.ts';
import {
  readAttributes,
  readInstant,
  readJoinedAttributes,
  readSpanId,
  readTraceId,
  readUint32,
  sum,
} from './read-fields.ts';
import { readResource } from './read-resource.ts';
import { nanoFromSecondsText } from './seconds.ts';

/**
 * The simple span list (DESIGN 4.2), parsed (by `parseJsonExactly`, or integers beyond 2^53 are rounded): an array of
 * objects with the fields `trace_id`, `span_id`, `parent_span_id`, `operation_name` or `name`, `service_name`,
 * `start_time`, `end_time`, `duration`, `kind`, `status`, `status_message`, `attributes` or `tags`,
 * `resource_attributes`, `events` or `logs`, `links`, and those that `encodeSimpleSpan` adds. Throws `DecodeError` if it
 * is not an array; an element without usable ids or start, or with a parent's id that is none, is rejected.
 *
 * - Ids are hex of any case, left-padded; a UUID is a trace id.
 * - Instants are seconds since the epoch (number or decimal string) or ISO 8601 (UTC without an offset), durations are
 *   seconds. Milliseconds and smaller units lie beyond what an instant can hold and are rejected. The end is
 *   `end_time`, else start + `duration`, else the start. `start_time_unix_nano` and `end_time_unix_nano` (decimal
 *   strings) go first.
 * - Integral JSON numbers are int64, others double, null stays an empty value; `attribute_types` says otherwise.
 *   `tags`, `fields` and `attributes` may also be a list of Jaeger's tags.
 * - `status` may be `{code, message}`; `timeout` is ERROR with `error.type=timeout`. A `kind` or `status` that is not
 *   known becomes the attribute `kind` or `status`, unless there is one.
 * - `attributes` and `tags`, `attributes` and `fields` of an event, `events` and `logs` are joined if both are given; of a
 *   key in both that of `attributes` counts. A key of an event that has no meaning of its own is an attribute, after
 *   these. An event without `name` is named by its attribute `event` or `message`.
 * - What cannot be read of attributes, events and links counts as dropped. An event without a time has the span's start.
 */
export function decodeSimpleSpans(json: unknown): DecodedSpans {
  if (!Array.isArray(json)) {
    throw new DecodeError('malformed_payload', `span list: $ must be an array of spans, but is ${jsonTypeName(json)}`);
  }
  const results = new SpanResults();
  const elements: readonly unknown[] = json;
  for (const element of elements) results.add(readSpan(element));
  return results.decoded;
}

function readSpan(json: unknown): Span | SpanRejection {
  if (!isJsonObject(json)) return 'invalid_span';
  const traceId = readTraceId(json['trace_id']);
  if (traceId === undefined) return 'invalid_trace_id';
  const spanId = readSpanId(json['span_id']);
  if (spanId === undefined) return 'invalid_span_id';
  const parentSpanId = readParentSpanId(json['parent_span_id']);
  if (parentSpanId === undefined) return 'invalid_parent_span_id';
  const startTimeUnixNano = readInstant(json['start_time_unix_nano'], json['start_time']);
  if (startTimeUnixNano === undefined) return 'invalid_start_time';
  const endTimeUnixNano = readEnd(json, startTimeUnixNano);
  const name = optionalText(json['operation_name'] ?? json['name']);
  const serviceName = optionalText(json['service_name']);
  if (endTimeUnixNano === undefined || name === undefined || serviceName === undefined) return 'invalid_span';

  const own = readJoinedAttributes([json['attributes'], json['tags']], json['attribute_types']);
  const attributes = own.attributes;
  const kind = readKind(json['kind']);
  if (kind === undefined) keepUnknown(attributes, 'kind', json['kind']);
  const { status, isTimeout } = readStatus(json, attributes);
  if (isTimeout && !attributes.has('error.type')) attributes.set('error.type', 'timeout');
  const events = readEvents(json, startTimeUnixNano);
  const links = readLinks(json['links']);
  const traceState = optionalText(json['trace_state']) ?? '';
  // One of 2^53 or more may come as a bigint.
  const weight = typeof json['weight'] === 'bigint' ? Number(json['weight']) : json['weight'];
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState,
    flags: readUint32(json['flags']),
    name,
    kind: kind ?? 0,
    startTimeUnixNano,
    endTimeUnixNano,
    attributes,
    droppedAttributesCount: sum(readUint32(json['dropped_attributes_count']), own.unreadableCount),
    events: events.read,
    droppedEventsCount: sum(readUint32(json['dropped_events_count']), events.unreadableCount),
    links: links.read,
    droppedLinksCount: sum(readUint32(json['dropped_links_count']), links.unreadableCount),
    status,
    resource: readResource(json, serviceName),
    scope: readScope(json['scope']),
    weight: typeof weight === 'number' && Number.isFinite(weight) && weight > 0 ? weight : adjustedCount(traceState),
  };
}

/** Undefined where an end or a duration is given, but is none. */
function readEnd(json: JsonObject, startTimeUnixNano: bigint): bigint | undefined {
  const unixNano = json['end_time_unix_nano'] ?? undefined;
  const end = json['end_time'] ?? undefined;
  if (unixNano !== undefined || end !== undefined) return readInstant(unixNano, end);
  const duration = json['duration'] ?? 0;
  const isNumeric = typeof duration === 'number' || typeof duration === 'bigint' || typeof duration === 'string';
  const durationNano = isNumeric ? nanoFromSecondsText(String(duration)) : undefined;
  return durationNano === undefined ? undefined : endOf(startTimeUnixNano, durationNano);
}

function keepUnknown(attributes: Map<string, AttributeValue>, key: string, json: unknown): void {
  const value = decodeValue(json, undefined);
  if (value !== undefined && !attributes.has(key)) attributes.set(key, value);
}

function readStatus(
  json: JsonObject,
  attributes: Map<string, AttributeValue>,
): { readonly status: SpanStatus; readonly isTimeout: boolean } {
  const given = json['status'];
  const code = readStatusCode(isJsonObject(given) ? given['code'] : given);
  if (code === undefined) keepUnknown(attributes, 'status', given);
  const message = json['status_message'] ?? (isJsonObject(given) ? given['message'] : '');
  return {
    status: { code: code?.code ?? 0, message: optionalText(message) ?? '' },
    isTimeout: code?.isTimeout ?? false,
  };
}

const NO_SCOPE: InstrumentationScope = scopeNamed('', '');

function readScope(json: unknown): InstrumentationScope {
  if (!isJsonObject(json)) return NO_SCOPE;
  const { attributes, unreadableCount } = readAttributes(json['attributes'], json['attribute_types']);
  return {
    name: optionalText(json['name']) ?? '',
    version: optionalText(json['version']) ?? '',
    attributes: attributes.size === 0 ? emptyAttributes : attributes,
    droppedAttributesCount: sum(readUint32(json['dropped_attributes_count']), unreadableCount),
    schemaUrl: optionalText(json['schema_url']) ?? '',
  };
}
