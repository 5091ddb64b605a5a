import { type Attributes, type AttributeValue, type Resource, serviceName, type Span } from '@throughline/model';
import { attributeText } from '../mapping/attribute-text.ts';
import { jaegerFromSpan } from './jaeger-from-span.ts';
import type { JaegerReference } from './jaeger-span.ts';
import { ThriftType } from './thrift-protocol.ts';
import type { ThriftWriter } from './thrift-writer.ts';

/*
 * The structs of Jaeger's Thrift model, over any Thrift encoding, fields in the order of their ids.
 * Source: jaeger-idl `thrift/jaeger.thrift`; the numbers are its field ids and those of its enum `TagType`.
 */

const { DOUBLE, I32, I64, LIST, STRING, STRUCT } = ThriftType;

/** A `Batch` of a process and spans, each of which {@link writeThriftProcess} and {@link writeThriftSpan} wrote. */
export function writeThriftBatch(writer: ThriftWriter, process: Uint8Array, spans: readonly Uint8Array[]): void {
  writer.structBegin();
  writer.field(1, STRUCT);
  writer.raw(process);
  writer.field(2, LIST);
  writer.listBegin(spans.length);
  for (const span of spans) writer.raw(span);
  writer.structEnd();
}

/** A resource as a `Process`. */
export function writeThriftProcess(writer: ThriftWriter, resource: Resource): void {
  const tags = new Map(resource.attributes);
  tags.delete('service.name');
  writer.structBegin();
  writer.field(1, STRING);
  writer.text(serviceName(resource));
  writeTags(writer, 2, tags);
  writer.structEnd();
}

export function writeThriftSpan(writer: ThriftWriter, span: Span): void {
  const jaeger = jaegerFromSpan(span);
  writer.structBegin();
  writeTraceId(writer, 1, jaeger.traceId);
  writer.field(3, I64);
  writer.i64(int64(jaeger.spanId));
  writer.field(4, I64);
  writer.i64(jaeger.parentSpanId === '' ? 0n : int64(jaeger.parentSpanId));
  writer.field(5, STRING);
  writer.text(jaeger.operationName);
  writer.field(6, LIST);
  writer.listBegin(jaeger.references.length);
  for (const reference of jaeger.references) writeReference(writer, reference);
  writer.field(7, I32);
  writer.i32(jaeger.flags);
  writer.field(8, I64);
  writer.i64(jaeger.startTimeUnixNano / 1000n);
  writer.field(9, I64);
  writer.i64(jaeger.durationNano / 1000n);
  writeTags(writer, 10, jaeger.tags);
  writer.field(11, LIST);
  writer.listBegin(jaeger.logs.length);
  for (const { timeUnixNano, fields } of jaeger.logs) {
    writer.structBegin();
    writer.field(1, I64);
    writer.i64(timeUnixNano / 1000n);
    writeTags(writer, 2, fields);
    writer.structEnd();
  }
  writer.structEnd();
}

function writeReference(writer: ThriftWriter, { followsFrom, traceId, spanId }: JaegerReference): void {
  writer.structBegin();
  writer.field(1, I32);
  writer.i32(followsFrom ? 1 : 0);
  writeTraceId(writer, 2, traceId);
  writer.field(4, I64);
  writer.i64(int64(spanId));
  writer.structEnd();
}

/** Two fields: the low half as `fieldId`, the high one behind it. */
function writeTraceId(writer: ThriftWriter, fieldId: number, traceId: string): void {
  writer.field(fieldId, I64);
  writer.i64(int64(traceId.slice(16)));
  writer.field(fieldId + 1, I64);
  writer.i64(int64(traceId.slice(0, 16)));
}

function writeTags(writer: ThriftWriter, fieldId: number, tags: Attributes): void {
  writer.field(fieldId, LIST);
  writer.listBegin(tags.size);
  for (const [key, value] of tags) {
    writer.structBegin();
    writer.field(1, STRING);
    writer.text(key);
    writer.field(2, I32);
    writeTagValue(writer, value);
    writer.structEnd();
  }
}

function writeTagValue(writer: ThriftWriter, value: AttributeValue): void {
  if (typeof value === 'number') {
    writer.i32(1);
    writer.field(4, DOUBLE);
    writer.double(value);
  } else if (typeof value === 'boolean') {
    writer.i32(2);
    writer.boolField(5, value);
  } else if (typeof value === 'bigint') {
    writer.i32(3);
    writer.field(6, I64);
    writer.i64(value);
  } else if (value instanceof Uint8Array) {
    writer.i32(4);
    writer.field(7, STRING);
    writer.binary(value);
  } else {
    writer.i32(0);
    writer.field(3, STRING);
    writer.text(attributeText(value));
  }
}

/** 16 hex digits. */
function int64(hex: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hex}`));
}
