import type { Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';
import type { EncodedScopeSpans, SpanBatch } from './span-exporter.ts';

/*
 * OTLP protobuf around spans that are encoded already: only the lengths and the few bytes of resource and scope are
 * written. Tags are `field number << 3 | 2`. Source: opentelemetry-proto, `trace/v1/trace.proto`.
 */

const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;
const FIELD_3 = 0x1a;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** An OTLP `ExportTraceServiceRequest` of the batch. The spans are copied once, into the result. */
export function requestOfBatch(batch: SpanBatch): Uint8Array {
  return requestOfBatches([batch]);
}

/** An OTLP `ExportTraceServiceRequest` of all batches, in their order, at the start of what `allocate` gives. */
export function requestOfBatches(
  batches: readonly SpanBatch[],
  allocate: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Uint8Array {
  const frames = batches.map(frameOf);
  let length = 0;
  for (const frame of frames) length += fieldLength(frame.length);
  const bytes = allocate(length);
  let offset = 0;
  for (const frame of frames) {
    offset = writeHeader(bytes, offset, FIELD_1, frame.length);
    offset = writeField(bytes, offset, FIELD_1, frame.resource);
    for (const { encoded, scope, schemaUrl, length: scopeLength } of frame.scopes) {
      offset = writeHeader(bytes, offset, FIELD_2, scopeLength);
      offset = writeField(bytes, offset, FIELD_1, scope);
      bytes.set(encoded.spans, offset);
      offset += encoded.spans.length;
      offset = writeField(bytes, offset, FIELD_3, schemaUrl);
    }
    offset = writeField(bytes, offset, FIELD_3, frame.schemaUrl);
  }
  return bytes.length === length ? bytes : bytes.subarray(0, length);
}

/**
 * The batch's spans as the model has them, in the order of the batch. Spans that are not valid (a bug of whoever
 * encoded them) are left out.
 *
 * @throws DecodeError if the batch's bytes are not what they should be
 */
export function spansOfBatch(batch: SpanBatch): readonly Span[] {
  return decodeOtlpProtobuf(requestOfBatch(batch)).spans;
}

interface ScopeFrame {
  readonly encoded: EncodedScopeSpans;
  readonly scope: Uint8Array;
  readonly schemaUrl: Uint8Array;
  /** Of the `ScopeSpans` message. */
  readonly length: number;
}

interface Frame {
  readonly resource: Uint8Array;
  readonly schemaUrl: Uint8Array;
  readonly scopes: readonly ScopeFrame[];
  /** Of the `ResourceSpans` message. */
  readonly length: number;
}

function frameOf(batch: SpanBatch): Frame {
  const schemaUrl = textBytes(batch.resourceSchemaUrl);
  const scopes = batch.scopes.map(scopeFrameOf);
  let length = optionalLength(batch.resource.length) + optionalLength(schemaUrl.length);
  for (const scope of scopes) length += fieldLength(scope.length);
  return { resource: batch.resource, schemaUrl, scopes, length };
}

function scopeFrameOf(encoded: EncodedScopeSpans): ScopeFrame {
  const name = textBytes(encoded.scope.name);
  const version = textBytes(encoded.scope.version);
  const schemaUrl = textBytes(encoded.scope.schemaUrl);
  const { attributes = NOTHING } = encoded.scope;
  const scope = new Uint8Array(optionalLength(name.length) + optionalLength(version.length) + attributes.length);
  scope.set(attributes, writeField(scope, writeField(scope, 0, FIELD_1, name), FIELD_2, version));
  const length = optionalLength(scope.length) + encoded.spans.length + optionalLength(schemaUrl.length);
  return { encoded, scope, schemaUrl, length };
}

function textBytes(text: string): Uint8Array {
  return text === '' ? NOTHING : encoder.encode(text);
}

/** Of a length-delimited field with a one-byte tag. */
function fieldLength(contentLength: number): number {
  return 1 + varintLength(contentLength) + contentLength;
}

/** Empty fields are left out, as proto3 does. */
function optionalLength(contentLength: number): number {
  return contentLength === 0 ? 0 : fieldLength(contentLength);
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length++;
  return length;
}

/** Returns where the content starts. */
function writeHeader(bytes: Uint8Array, offset: number, tag: number, contentLength: number): number {
  bytes[offset++] = tag;
  let rest = contentLength;
  for (; rest >= 0x80; rest >>>= 7) bytes[offset++] = (rest & 0x7f) | 0x80;
  bytes[offset++] = rest;
  return offset;
}

/** Returns where the field ends. */
function writeField(bytes: Uint8Array, offset: number, tag: number, content: Uint8Array): number {
  if (content.length === 0) return offset;
  const start = writeHeader(bytes, offset, tag, content.length);
  bytes.set(content, start);
  return start + content.length;
}
