import {
  adjustedCount,
  type Attributes,
  type AttributeValue,
  emptyAttributes,
  type InstrumentationScope,
  isSpanId,
  isTraceId,
  type Resource,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanRejection,
  type SpanStatus,
  StatusCode,
} from '@throughline/model';

import { bytesFromBase64 } from '../base64.ts';
import { DecodeError } from '../decode-error.ts';
import type { DecodedSpans } from '../decoded-spans.ts';
import {
  expected,
  type JsonObject,
  listLength,
  objectFrom,
  parseJsonExactly,
  readEnum,
  readField,
  readingJson,
  readInteger,
  readList,
  readObject,
  readText,
  readUint32,
  readUint64,
} from './json-reader.ts';
import { spanKindFrom, statusCodeFrom } from './enums.ts';
import { DEFAULT_OTLP_LIMITS, MAX_VALUE_DEPTH, type OtlpLimits } from './limits.ts';

const SPAN_KIND_NAMES: readonly string[] = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
const STATUS_CODE_NAMES: readonly string[] = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

const UNSET_STATUS: SpanStatus = { code: StatusCode.UNSET, message: '' };

/** What one request's readers share. */
interface Reading {
  readonly limits: OtlpLimits;
  /** Set when something lies over a limit, until the span it belongs to has been rejected. */
  overLimit: boolean;
}

/**
 * The spans of an OTLP `ExportTraceServiceRequest` in its JSON encoding: ids as hex of any case, 64-bit integers as
 * strings or numbers, enums as numbers (names are read, too), `bytesValue` as base64. Unknown fields are ignored; fields
 * that are missing or null have their default. Spans without valid ids, with a malformed parent id (neither
 * empty nor zero) or over a limit are rejected as in `decodeOtlpColumns`, save that the limits on whole requests are left to the size of the text.
 *
 * @throws DecodeError `malformed_payload` if the text is not JSON, or a value has the wrong type; the message then starts
 *   with its path, `resourceSpans[0].scopeSpans[1].spans[3].name: expected a string`. `unsupported_payload` for an object
 *   that has fields but not `resourceSpans`: it is not empty, and would be lost without a word.
 *
 * Source: OTLP 1.11, JSON Protobuf Encoding; ProtoJSON format.
 */
export function decodeOtlpJson(text: string, limits: Partial<OtlpLimits> = {}): DecodedSpans {
  const root = parseJsonExactly(text);
  const reading: Reading = { limits: { ...DEFAULT_OTLP_LIMITS, ...limits }, overLimit: false };
  const spans: Span[] = [];
  const rejected: Partial<Record<SpanRejection, number>> = {};
  const reject = (reason: SpanRejection, count: number): void => {
    if (count > 0) rejected[reason] = (rejected[reason] ?? 0) + count;
  };

  readingJson(() => {
    const request = objectFrom(root);
    refuseOtherDocuments(request);
    readList(request, 'resourceSpans', (resourceSpans) => {
      reading.overLimit = false;
      const resource = readResource(resourceSpans, reading);
      const isResourceOver = reading.overLimit;
      readList(resourceSpans, 'scopeSpans', (scopeSpans) => {
        reading.overLimit = false;
        const scope = readScope(scopeSpans, reading);
        const isOwnerOver = isResourceOver || reading.overLimit;
        readList(scopeSpans, 'spans', (object) => {
          reading.overLimit = isOwnerOver;
          const span = readSpan(object, resource, scope, reading);
          if (reading.overLimit) reject('limit_exceeded', 1);
          else if (!isTraceId(span.traceId)) reject('invalid_trace_id', 1);
          else if (!isSpanId(span.spanId)) reject('invalid_span_id', 1);
          else if (span.parentSpanId !== '' && !isSpanId(span.parentSpanId)) reject('invalid_parent_span_id', 1);
          else spans.push(span);
        });
      });
    });
  });
  return { spans, rejected };
}

function refuseOtherDocuments(request: JsonObject): void {
  const fields = Object.keys(request);
  if (fields.length === 0 || fields.includes('resourceSpans')) return;
  const hint = fields.includes('resource_spans') ? '; OTLP/JSON spells it in lowerCamelCase' : '';
  throw new DecodeError('unsupported_payload', `the object has no "resourceSpans"${hint}`);
}

function readResource(resourceSpans: JsonObject, reading: Reading): Resource {
  const schemaUrl = readText(resourceSpans, 'schemaUrl');
  return (
    readObject(resourceSpans, 'resource', (object) => ({
      attributes: readAttributes(object, 'attributes', 1, reading),
      droppedAttributesCount: readUint32(object, 'droppedAttributesCount'),
      schemaUrl,
    })) ?? { attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl }
  );
}

function readScope(scopeSpans: JsonObject, reading: Reading): InstrumentationScope {
  const schemaUrl = readText(scopeSpans, 'schemaUrl');
  return (
    readObject(scopeSpans, 'scope', (object) => ({
      name: readText(object, 'name'),
      version: readText(object, 'version'),
      attributes: readAttributes(object, 'attributes', 1, reading),
      droppedAttributesCount: readUint32(object, 'droppedAttributesCount'),
      schemaUrl,
    })) ?? { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl }
  );
}

function readSpan(object: JsonObject, resource: Resource, scope: InstrumentationScope, reading: Reading): Span {
  const { limits } = reading;
  if (listLength(object, 'events') > limits.maxEventsPerSpan) reading.overLimit = true;
  if (listLength(object, 'links') > limits.maxLinksPerSpan) reading.overLimit = true;
  const events: SpanEvent[] = [];
  readList(object, 'events', (event) => events.push(readEvent(event, reading)));
  const links: SpanLink[] = [];
  readList(object, 'links', (link) => links.push(readLink(link, reading)));
  const traceState = readText(object, 'traceState');
  return {
    traceId: readText(object, 'traceId').toLowerCase(),
    spanId: readText(object, 'spanId').toLowerCase(),
    parentSpanId: parentSpanIdFrom(readText(object, 'parentSpanId')),
    traceState,
    flags: readUint32(object, 'flags'),
    name: readText(object, 'name'),
    kind: spanKindFrom(readEnum(object, 'kind', SPAN_KIND_NAMES)),
    startTimeUnixNano: readUint64(object, 'startTimeUnixNano'),
    endTimeUnixNano: readUint64(object, 'endTimeUnixNano'),
    attributes: readAttributes(object, 'attributes', 1, reading),
    droppedAttributesCount: readUint32(object, 'droppedAttributesCount'),
    events,
    droppedEventsCount: readUint32(object, 'droppedEventsCount'),
    links,
    droppedLinksCount: readUint32(object, 'droppedLinksCount'),
    status: readObject(object, 'status', readStatus) ?? UNSET_STATUS,
    resource,
    scope,
    weight: adjustedCount(traceState),
  };
}

function readStatus(object: JsonObject): SpanStatus {
  return { code: statusCodeFrom(readEnum(object, 'code', STATUS_CODE_NAMES)), message: readText(object, 'message') };
}

function readEvent(object: JsonObject, reading: Reading): SpanEvent {
  return {
    timeUnixNano: readUint64(object, 'timeUnixNano'),
    name: readText(object, 'name'),
    attributes: readAttributes(object, 'attributes', 1, reading),
    droppedAttributesCount: readUint32(object, 'droppedAttributesCount'),
  };
}

function readLink(object: JsonObject, reading: Reading): SpanLink {
  const traceId = readText(object, 'traceId').toLowerCase();
  return {
    traceId: isTraceId(traceId) ? traceId : '',
    spanId: spanIdOrNone(readText(object, 'spanId')),
    traceState: readText(object, 'traceState'),
    flags: readUint32(object, 'flags'),
    attributes: readAttributes(object, 'attributes', 1, reading),
    droppedAttributesCount: readUint32(object, 'droppedAttributesCount'),
  };
}

const ZERO_SPAN_ID = '0'.repeat(16);

/** In lower case, `''` for none; what is no id stays what it is, for the caller to reject. */
function parentSpanIdFrom(id: string): string {
  return id === ZERO_SPAN_ID ? '' : id.toLowerCase();
}

function spanIdOrNone(id: string): string {
  const lowerCase = id.toLowerCase();
  return isSpanId(lowerCase) ? lowerCase : '';
}

/** A list of `KeyValue`s whose values stand at level `depth`. */
function readAttributes(object: JsonObject, key: string, depth: number, reading: Reading): Attributes {
  const count = listLength(object, key);
  if (count > reading.limits.maxAttributes) reading.overLimit = true;
  const attributes = new Map<string, AttributeValue>();
  readList(object, key, (keyValue) => {
    const value = readObject(keyValue, 'value', (anyValue) => readAnyValue(anyValue, depth, reading));
    attributes.set(readText(keyValue, 'key'), value ?? null);
  });
  return attributes;
}

function readAnyValue(object: JsonObject, depth: number, reading: Reading): AttributeValue {
  if (depth > Math.min(reading.limits.maxValueDepth, MAX_VALUE_DEPTH)) {
    reading.overLimit = true;
    return null;
  }
  let value: AttributeValue = null;
  let memberCount = 0;
  const has = (key: string): boolean => {
    if (object[key] === undefined || object[key] === null) return false;
    memberCount++;
    return true;
  };
  if (has('stringValue')) value = readText(object, 'stringValue');
  if (has('boolValue')) value = readField(object, 'boolValue', boolFrom);
  if (has('intValue')) value = readInteger(object, 'intValue', -(2n ** 63n), 2n ** 63n - 1n, 'a 64-bit integer');
  if (has('doubleValue')) value = readField(object, 'doubleValue', doubleFrom);
  if (has('bytesValue')) value = readField(object, 'bytesValue', bytesFrom);
  if (has('arrayValue')) {
    value = readObject(object, 'arrayValue', (array) => readArray(array, depth + 1, reading)) ?? null;
  }
  if (has('kvlistValue')) {
    value = readObject(object, 'kvlistValue', (list) => readAttributes(list, 'values', depth + 1, reading)) ?? null;
  }
  if (memberCount > 1) throw expected('one value, not several');
  return value;
}

function readArray(object: JsonObject, depth: number, reading: Reading): AttributeValue[] {
  const values: AttributeValue[] = [];
  readList(object, 'values', (anyValue) => values.push(readAnyValue(anyValue, depth, reading)));
  return values;
}

function boolFrom(value: unknown): boolean {
  if (typeof value !== 'boolean') throw expected('true or false');
  return value;
}

const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

function doubleFrom(value: unknown): number {
  if (typeof value === 'number') return value;
  // An integer beyond 2^53 that was kept exactly.
  if (typeof value === 'bigint') return Number(value);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && DECIMAL.test(value)) return Number(value);
  throw expected('a number, "NaN", "Infinity" or "-Infinity"');
}

function bytesFrom(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? bytesFromBase64(value) : undefined;
  if (bytes === undefined) throw expected('base64');
  return bytes;
}
