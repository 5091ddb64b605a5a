import { type Attributes, type AttributeValue, type Resource, serviceName, type Span } from '@throughline/model';

import { attributeText } from '../mapping/attribute-text.ts';
import { asFloat64 } from '../otlp/number-bits.ts';
import {
  closeField,
  openField,
  start,
  take,
  writeBytesField,
  writeHalves,
  writeHexField,
  writeTextField,
  writeVarint,
  writeVarint64,
} from '../otlp/protobuf-writer.ts';
import { jaegerFromSpan } from './jaeger-from-span.ts';
import type { JaegerLog, JaegerReference } from './jaeger-span.ts';
import { spansByResource } from './spans-by-resource.ts';

/*
 * Canonical proto3 of Jaeger's own model, fields in the order of their numbers, what is zero or empty left out. Tags are
 * `number << 3 | wire type`. Source: jaeger-idl `proto/api_v2/model.proto` and `collector.proto`.
 */

const NANOS_PER_SECOND = 1_000_000_000n;
/** Of the enum `ValueType`. */
const BOOL = 1;
const INT64 = 2;
const FLOAT64 = 3;
const BINARY = 4;

/**
 * `PostSpansRequest` messages of `jaeger.api_v2.CollectorService`: one for each resource, told apart by identity, in the
 * order in which their first spans come. Unlike Thrift it keeps nanoseconds; what else Jaeger cannot hold: see
 * `jaegerFromSpan`.
 */
export function encodeJaegerProtobuf(spans: readonly Span[]): readonly Uint8Array<ArrayBuffer>[] {
  return Array.from(spansByResource(spans), ([resource, group]) => {
    start();
    const batch = openField(10);
    for (const span of group) {
      const content = openField(10);
      writeSpan(span);
      closeField(content);
    }
    writeProcess(18, resource);
    closeField(batch);
    return take();
  });
}

function writeProcess(tag: number, resource: Resource): void {
  const content = openField(tag);
  writeTextField(10, serviceName(resource));
  for (const [key, value] of resource.attributes) if (key !== 'service.name') writeKeyValue(18, key, value);
  closeField(content);
}

function writeSpan(span: Span): void {
  const jaeger = jaegerFromSpan(span);
  writeHexField(10, jaeger.traceId);
  writeHexField(18, jaeger.spanId);
  if (jaeger.operationName !== '') writeTextField(26, jaeger.operationName);
  for (const reference of jaeger.references) writeReference(reference);
  if (jaeger.flags !== 0) {
    writeVarint(40);
    writeVarint(jaeger.flags);
  }
  writeSecondsAndNanos(50, jaeger.startTimeUnixNano);
  writeSecondsAndNanos(58, jaeger.durationNano);
  writeKeyValues(66, jaeger.tags);
  for (const log of jaeger.logs) writeLog(log);
}

function writeReference({ traceId, spanId, followsFrom }: JaegerReference): void {
  const content = openField(34);
  writeHexField(10, traceId);
  writeHexField(18, spanId);
  if (followsFrom) {
    writeVarint(24);
    writeVarint(1);
  }
  closeField(content);
}

function writeLog({ timeUnixNano, fields }: JaegerLog): void {
  const content = openField(74);
  writeSecondsAndNanos(10, timeUnixNano);
  writeKeyValues(18, fields);
  closeField(content);
}

/** `google.protobuf.Timestamp` and `Duration` have the same fields. */
function writeSecondsAndNanos(tag: number, nano: bigint): void {
  const content = openField(tag);
  const seconds = nano / NANOS_PER_SECOND;
  const nanos = Number(nano % NANOS_PER_SECOND);
  if (seconds !== 0n) {
    writeVarint(8);
    writeVarint64(seconds);
  }
  if (nanos !== 0) {
    writeVarint(16);
    writeVarint(nanos);
  }
  closeField(content);
}

function writeKeyValues(tag: number, attributes: Attributes): void {
  for (const [key, value] of attributes) writeKeyValue(tag, key, value);
}

/** Arrays and maps become JSON text, null becomes an empty one. */
function writeKeyValue(tag: number, key: string, value: AttributeValue): void {
  const content = openField(tag);
  if (key !== '') writeTextField(10, key);
  if (typeof value === 'boolean') {
    writeType(BOOL);
    if (value) {
      writeVarint(32);
      writeVarint(1);
    }
  } else if (typeof value === 'bigint') {
    writeType(INT64);
    if (value !== 0n) {
      writeVarint(40);
      writeVarint64(value);
    }
  } else if (typeof value === 'number') {
    writeType(FLOAT64);
    if (!Object.is(value, 0)) {
      writeVarint(49);
      asFloat64[0] = value;
      writeHalves();
    }
  } else if (value instanceof Uint8Array) {
    writeType(BINARY);
    if (value.length > 0) writeBytesField(58, value);
  } else {
    const text = attributeText(value);
    if (text !== '') writeTextField(26, text);
  }
  closeField(content);
}

function writeType(type: number): void {
  writeVarint(16);
  writeVarint(type);
}
