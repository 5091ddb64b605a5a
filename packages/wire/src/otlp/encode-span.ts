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

import { MAX_VALUE_DEPTH } from './limits.ts';
import { asBigUint64, asFloat64 } from './number-bits.ts';
import {
  closeField,
  openField,
  start,
  take,
  writeBytesField,
  writeFixed32,
  writeHalves,
  writeHexField,
  writeTextField,
  writeVarint,
  writeVarint64,
} from './protobuf-writer.ts';

/*
 * Canonical proto3: fields in the order of their numbers, those that are zero or empty left out, shortest varints. Tags
 * are `number << 3 | wire type`. Ids that are not full-length hex are left out, too: a receiver would refuse the whole
 * request for half a byte.
 */

/**
 * The OTLP `Span` message of a span; its resource, scope and weight are not part of it.
 *
 * @throws CodedError `value_too_deep` for an attribute of more than 128 levels.
 */
export function encodeSpanMessage(span: Span): Uint8Array<ArrayBuffer> {
  start();
  writeSpan(span);
  return take();
}

/** The OTLP `Span.Event` message of an event. */
export function encodeEventMessage(event: SpanEvent): Uint8Array<ArrayBuffer> {
  start();
  writeEvent(event);
  return take();
}

/** The OTLP `Span.Link` message of a link. */
export function encodeLinkMessage(link: SpanLink): Uint8Array<ArrayBuffer> {
  start();
  writeLink(link);
  return take();
}

/** The OTLP `AnyValue` message of a value. */
export function encodeAnyValue(value: AttributeValue): Uint8Array<ArrayBuffer> {
  start();
  writeAnyValue(value, 1);
  return take();
}

/**
 * A resource with its schema URL, which OTLP's own `Resource` message lacks: a `ResourceSpans` message without spans.
 * `decodeResourceMessage` reads it.
 */
export function encodeResourceMessage(resource: Resource): Uint8Array<ArrayBuffer> {
  start();
  writeResourceField(resource);
  if (resource.schemaUrl !== '') writeTextField(26, resource.schemaUrl);
  return take();
}

/** A scope with its schema URL: a `ScopeSpans` message without spans. `decodeScopeMessage` reads it. */
export function encodeScopeMessage(scope: InstrumentationScope): Uint8Array<ArrayBuffer> {
  start();
  writeScopeField(scope);
  if (scope.schemaUrl !== '') writeTextField(26, scope.schemaUrl);
  return take();
}

/** `ResourceSpans.resource`, left out if it says nothing. */
export function writeResourceField(resource: Resource): void {
  if (resource.attributes.size === 0 && resource.droppedAttributesCount === 0) return;
  const content = openField(10);
  writeAttributes(10, resource.attributes);
  writeCount(16, resource.droppedAttributesCount);
  closeField(content);
}

/** `ScopeSpans.scope`, left out if it says nothing. */
export function writeScopeField(scope: InstrumentationScope): void {
  const { name, version, attributes, droppedAttributesCount } = scope;
  if (name === '' && version === '' && attributes.size === 0 && droppedAttributesCount === 0) return;
  const content = openField(10);
  writeText(10, name);
  writeText(18, version);
  writeAttributes(26, attributes);
  writeCount(32, droppedAttributesCount);
  closeField(content);
}

export function writeSpan(span: Span): void {
  writeId(10, span.traceId, 32);
  writeId(18, span.spanId, 16);
  writeText(26, span.traceState);
  writeId(34, span.parentSpanId, 16);
  writeText(42, span.name);
  writeCount(48, span.kind);
  writeTime(57, span.startTimeUnixNano);
  writeTime(65, span.endTimeUnixNano);
  writeAttributes(74, span.attributes);
  writeCount(80, span.droppedAttributesCount);
  for (const event of span.events) {
    const content = openField(90);
    writeEvent(event);
    closeField(content);
  }
  writeCount(96, span.droppedEventsCount);
  for (const link of span.links) {
    const content = openField(106);
    writeLink(link);
    closeField(content);
  }
  writeCount(112, span.droppedLinksCount);
  const { code, message } = span.status;
  if (code !== 0 || message !== '') {
    const content = openField(122);
    writeText(18, message);
    writeCount(24, code);
    closeField(content);
  }
  writeFlags(133, span.flags);
}

function writeEvent(event: SpanEvent): void {
  writeTime(9, event.timeUnixNano);
  writeText(18, event.name);
  writeAttributes(26, event.attributes);
  writeCount(32, event.droppedAttributesCount);
}

function writeLink(link: SpanLink): void {
  writeId(10, link.traceId, 32);
  writeId(18, link.spanId, 16);
  writeText(26, link.traceState);
  writeAttributes(34, link.attributes);
  writeCount(40, link.droppedAttributesCount);
  writeFlags(53, link.flags);
}

function writeAttributes(tag: number, attributes: Attributes): void {
  for (const [key, value] of attributes) writeKeyValue(tag, key, value, 1);
}

function writeKeyValue(tag: number, key: string, value: AttributeValue, depth: number): void {
  const content = openField(tag);
  writeText(10, key);
  // A message that says nothing, for null, is still there: a key without a value is not the same to every reader.
  const valueContent = openField(18);
  writeAnyValue(value, depth);
  closeField(valueContent);
  closeField(content);
}

function writeAnyValue(value: AttributeValue, depth: number): void {
  if (depth > MAX_VALUE_DEPTH) {
    throw new CodedError('value_too_deep', `attribute value of more than ${MAX_VALUE_DEPTH} levels`);
  }
  // Of a oneof the member that is set is written even if it is zero or empty.
  switch (typeof value) {
    case 'string':
      writeTextField(10, value);
      return;
    case 'boolean':
      writeVarint(16);
      writeVarint(value ? 1 : 0);
      return;
    case 'bigint':
      writeVarint(24);
      writeVarint64(value);
      return;
    case 'number':
      writeVarint(33);
      asFloat64[0] = value;
      writeHalves();
      return;
    default:
  }
  if (value === null) return;
  if (value instanceof Uint8Array) {
    writeBytesField(58, value);
  } else if (isAttributes(value)) {
    const content = openField(50);
    for (const [key, member] of value) writeKeyValue(10, key, member, depth + 1);
    closeField(content);
  } else {
    const content = openField(42);
    for (const element of value) {
      const elementContent = openField(10);
      writeAnyValue(element, depth + 1);
      closeField(elementContent);
    }
    closeField(content);
  }
}

function writeId(tag: number, hex: string, length: 16 | 32): void {
  if (hex.length === length) writeHexField(tag, hex);
}

function writeText(tag: number, text: string): void {
  if (text !== '') writeTextField(tag, text);
}

function writeCount(tag: number, count: number): void {
  if (count === 0) return;
  writeVarint(tag);
  writeVarint(count);
}

function writeTime(tag: number, unixNano: bigint): void {
  if (unixNano === 0n) return;
  writeVarint(tag);
  asBigUint64[0] = unixNano;
  writeHalves();
}

function writeFlags(tag: number, flags: number): void {
  if (flags === 0) return;
  writeVarint(tag);
  writeFixed32(flags);
}
