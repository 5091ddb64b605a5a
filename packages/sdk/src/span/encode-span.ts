import { type SpanContext, SpanStatusCode } from '@opentelemetry/api';

import type { ByteArena } from './byte-arena.ts';
import { int32OfHex } from './id-source.ts';
import type { RecordingSpan } from './recording-span.ts';

/** Bits of OTLP's `Span.flags` above the W3C ones. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Appends an ended span as a field `ScopeSpans.spans`. Tags are `number << 3 | wire type` of trace.proto. */
export function encodeSpan(arena: ByteArena, span: RecordingSpan): void {
  const { ids, parentSpanContext: parent } = span;
  const content = arena.open(18);
  arena.varint(10);
  arena.varint(16);
  arena.idWord(ids.trace0);
  arena.idWord(ids.trace1);
  arena.idWord(ids.trace2);
  arena.idWord(ids.trace3);
  arena.varint(18);
  arena.varint(8);
  arena.idWord(ids.span0);
  arena.idWord(ids.span1);
  const traceState = ids.traceState?.serialize() ?? '';
  if (traceState !== '') arena.text(26, traceState);
  if (parent !== undefined) hexId(arena, 34, parent.spanId);
  if (span.name !== '') arena.text(42, span.name);
  arena.varint(48);
  // The API counts kinds from 0, OTLP from 1.
  arena.varint(span.kind + 1);
  arena.time(57, span.startTime);
  arena.time(65, span.endTime);
  arena.attributes(74, span.attributeList);
  count(arena, 80, span.droppedAttributesCount);
  for (const event of span.recordedEvents ?? []) {
    const eventContent = arena.open(90);
    arena.time(9, event.time);
    if (event.name !== '') arena.text(18, event.name);
    arena.attributes(26, event.attributes);
    count(arena, 32, event.droppedCount);
    arena.close(eventContent);
  }
  count(arena, 96, span.droppedEventsCount);
  for (const link of span.recordedLinks ?? []) {
    const linkContent = arena.open(106);
    hexId(arena, 10, link.context.traceId);
    hexId(arena, 18, link.context.spanId);
    const linkState = link.context.traceState?.serialize() ?? '';
    if (linkState !== '') arena.text(26, linkState);
    arena.attributes(34, link.attributes);
    count(arena, 40, link.droppedCount);
    arena.varint(53);
    arena.fixed32(flagsOf(link.context.traceFlags, link.context));
    arena.close(linkContent);
  }
  count(arena, 112, span.droppedLinksCount);
  if (span.status.code !== SpanStatusCode.UNSET) {
    const statusContent = arena.open(122);
    if (span.status.message) arena.text(18, span.status.message);
    arena.varint(24);
    arena.varint(span.status.code);
    arena.close(statusContent);
  }
  arena.varint(133);
  arena.fixed32(flagsOf(ids.flags, parent));
  arena.close(content);
}

function flagsOf(traceFlags: number, remoteIf: SpanContext | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (remoteIf?.isRemote === true ? IS_REMOTE : 0);
}

function count(arena: ByteArena, tag: number, value: number): void {
  if (value === 0) return;
  arena.varint(tag);
  arena.varint(value);
}

/** Left out if it is no whole number of words, because a receiver would refuse the request for it. */
function hexId(arena: ByteArena, tag: number, hex: string): void {
  if (hex.length === 0 || hex.length % 8 !== 0) return;
  arena.varint(tag);
  arena.varint(hex.length >> 1);
  for (let i = 0; i < hex.length; i += 8) arena.idWord(int32OfHex(hex, i));
}
