import type { Attributes, AttributeValue, Resource, Span } from '@throughline/model';
import { validInstant } from '../mapping/instants.ts';
import type { SpanResults } from '../mapping/span-results.ts';
import { decodeText } from '../otlp/decode-text.ts';
import type { JaegerLog, JaegerReference, JaegerSpan } from './jaeger-span.ts';
import { NO_PROCESS, resourceOfProcess } from './process-resource.ts';
import { spanFromJaeger } from './span-from-jaeger.ts';
import { readStruct, readStructList, type ThriftProtocol, ThriftType } from './thrift-protocol.ts';

/*
 * The structs of Jaeger's Thrift model, over any Thrift encoding. A required field that is missing has its zero value.
 * Source: jaeger-idl `thrift/jaeger.thrift`; the numbers are its field ids.
 */

const { BOOL, DOUBLE, I32, I64, LIST, STRING, STRUCT } = ThriftType;

const SPAN_REQUIRED_FIELDS = 8;
const REFERENCE_REQUIRED_FIELDS = 4;
const LOG_REQUIRED_FIELDS = 2;
const TAG_REQUIRED_FIELDS = 2;

/** Reads a `Batch` and adds its spans to the results. */
export function readThriftBatch(protocol: ThriftProtocol, results: SpanResults): void {
  let resource: Resource | undefined;
  // Writers put the process first; if one does not, the spans wait for it.
  const waiting: Span[] = [];
  readStruct(protocol, (id, type) => {
    if (id === 1 && type === STRUCT) resource = readProcess(protocol);
    else if (id === 2 && type === LIST) {
      readStructList(protocol, SPAN_REQUIRED_FIELDS, () => {
        const span = spanFromJaeger(readSpan(protocol, resource ?? NO_PROCESS));
        if (resource === undefined && typeof span !== 'string') waiting.push(span);
        else results.add(span);
      });
    } else return false;
    return true;
  });
  for (const span of waiting) results.add({ ...span, resource: resource ?? NO_PROCESS });
}

function readProcess(protocol: ThriftProtocol): Resource {
  let serviceName = '';
  let tags: TagList = NO_TAGS;
  readStruct(protocol, (id, type) => {
    if (id === 1 && type === STRING) serviceName = text(protocol);
    else if (id === 2 && type === LIST) tags = readTags(protocol);
    else return false;
    return true;
  });
  return resourceOfProcess(serviceName, tags.tags, tags.unreadableCount);
}

function readSpan(protocol: ThriftProtocol, resource: Resource): JaegerSpan {
  let traceIdLow = 0n;
  let traceIdHigh = 0n;
  let spanId = 0n;
  let parentSpanId = 0n;
  let operationName = '';
  let flags = 0;
  let startMicros = 0n;
  let durationMicros = 0n;
  let tags: TagList = NO_TAGS;
  const references: JaegerReference[] = [];
  const logs: JaegerLog[] = [];
  let unreadableReferencesCount = 0;
  let unreadableLogsCount = 0;
  readStruct(protocol, (id, type) => {
    if (id === 1 && type === I64) traceIdLow = protocol.i64();
    else if (id === 2 && type === I64) traceIdHigh = protocol.i64();
    else if (id === 3 && type === I64) spanId = protocol.i64();
    else if (id === 4 && type === I64) parentSpanId = protocol.i64();
    else if (id === 5 && type === STRING) operationName = text(protocol);
    else if (id === 6 && type === LIST) {
      readStructList(protocol, REFERENCE_REQUIRED_FIELDS, () => {
        const reference = readReference(protocol);
        if (reference === undefined) unreadableReferencesCount++;
        else references.push(reference);
      });
    } else if (id === 7 && type === I32) flags = protocol.i32();
    else if (id === 8 && type === I64) startMicros = protocol.i64();
    else if (id === 9 && type === I64) durationMicros = protocol.i64();
    else if (id === 10 && type === LIST) tags = readTags(protocol);
    else if (id === 11 && type === LIST) {
      readStructList(protocol, LOG_REQUIRED_FIELDS, () => {
        const log = readLog(protocol);
        if (log === undefined) unreadableLogsCount++;
        else logs.push(log);
      });
    } else return false;
    return true;
  });
  return {
    traceId: hex(traceIdHigh) + hex(traceIdLow),
    spanId: hex(spanId),
    parentSpanId: parentSpanId === 0n ? '' : hex(parentSpanId),
    operationName,
    references,
    flags: Math.max(0, flags),
    startTimeUnixNano: startMicros * 1000n,
    durationNano: durationMicros * 1000n,
    tags: tags.tags,
    logs,
    resource,
    unreadableTagsCount: tags.unreadableCount,
    unreadableLogsCount,
    unreadableReferencesCount,
  };
}

function readReference(protocol: ThriftProtocol): JaegerReference | undefined {
  let followsFrom = false;
  let traceIdLow = 0n;
  let traceIdHigh = 0n;
  let spanId = 0n;
  readStruct(protocol, (id, type) => {
    if (id === 1 && type === I32) followsFrom = protocol.i32() === 1;
    else if (id === 2 && type === I64) traceIdLow = protocol.i64();
    else if (id === 3 && type === I64) traceIdHigh = protocol.i64();
    else if (id === 4 && type === I64) spanId = protocol.i64();
    else return false;
    return true;
  });
  if (spanId === 0n || (traceIdLow === 0n && traceIdHigh === 0n)) return undefined;
  return { followsFrom, traceId: hex(traceIdHigh) + hex(traceIdLow), spanId: hex(spanId) };
}

function readLog(protocol: ThriftProtocol): JaegerLog | undefined {
  let micros: bigint | undefined;
  let fields: TagList = NO_TAGS;
  readStruct(protocol, (id, type) => {
    if (id === 1 && type === I64) micros = protocol.i64();
    else if (id === 2 && type === LIST) fields = readTags(protocol);
    else return false;
    return true;
  });
  const timeUnixNano = validInstant(micros === undefined ? undefined : micros * 1000n);
  if (timeUnixNano === undefined) return undefined;
  return { timeUnixNano, fields: fields.tags, unreadableFieldsCount: fields.unreadableCount };
}

interface TagList {
  readonly tags: Attributes;
  readonly unreadableCount: number;
}

const NO_TAGS: TagList = { tags: new Map(), unreadableCount: 0 };

function readTags(protocol: ThriftProtocol): TagList {
  const tags = new Map<string, AttributeValue>();
  let unreadableCount = 0;
  readStructList(protocol, TAG_REQUIRED_FIELDS, () => {
    const tag = readTag(protocol);
    if (tag === undefined) unreadableCount++;
    else tags.set(tag.key, tag.value);
  });
  return { tags, unreadableCount };
}

/** Undefined for a tag without a key or of a type that is not known. */
function readTag(protocol: ThriftProtocol): { readonly key: string; readonly value: AttributeValue } | undefined {
  let key: string | undefined;
  let tagType = 0;
  let asString = '';
  let asDouble = 0;
  let asBool = false;
  let asLong = 0n;
  let asBinary: Uint8Array = new Uint8Array(0);
  readStruct(protocol, (id, type) => {
    if (id === 1 && type === STRING) key = text(protocol);
    else if (id === 2 && type === I32) tagType = protocol.i32();
    else if (id === 3 && type === STRING) asString = text(protocol);
    else if (id === 4 && type === DOUBLE) asDouble = protocol.double();
    else if (id === 5 && type === BOOL) asBool = protocol.bool();
    else if (id === 6 && type === I64) asLong = protocol.i64();
    else if (id === 7 && type === STRING) asBinary = protocol.binary().slice();
    else return false;
    return true;
  });
  // In the order of the enum TagType: STRING, DOUBLE, BOOL, LONG, BINARY.
  const value = [asString, asDouble, asBool, asLong, asBinary][tagType];
  return key === undefined || value === undefined ? undefined : { key, value };
}

function text(protocol: ThriftProtocol): string {
  const bytes = protocol.binary();
  return decodeText(bytes, 0, bytes.length);
}

function hex(int64: bigint): string {
  return BigInt.asUintN(64, int64).toString(16).padStart(16, '0');
}
