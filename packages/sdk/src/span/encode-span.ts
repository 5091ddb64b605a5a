import { SpanStatusCode, type TraceState } from '@opentelemetry/api';
import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import { traceStateText } from '../propagation/trace-state.ts';
import { hasAttributes } from './attribute-list.ts';
import { AttributeEncoder } from './attribute-encoder.ts';
import { type Block, BLOCK_OVERHANG, blockOf, putBlock } from './block.ts';
import { ByteArena } from './byte-arena.ts';
import { int32OfHex } from './hex.ts';
import type { RecordingSpan } from './recording-span.ts';
import { RepeatedTexts } from './repeated-texts.ts';
import type { UnrecordedSpan } from './unrecorded-span.ts';
import { putVarint } from './varint.ts';

/** Bits of OTLP's `Span.flags` above the W3C ones. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const MAX_KNOWN_NAMES = 512;
/** Of a span's tag, its length and its ids with their tags and lengths. */
const START_LENGTH = 1 + 5 + 28;
const PARENT_ID_LENGTH = 10;
/** A span with more than this is usually longer than 127 bytes, so that its length takes two. */
const SHORT_SPAN_ATTRIBUTES = 2;

/** Encodes spans as OTLP. Tags are `number << 3 | wire type` of trace.proto. Keeps what repeats, bounded in memory. */
export class SpanEncoder {
  private readonly attributes: AttributeEncoder = new AttributeEncoder();
  private readonly names: RepeatedTexts = new RepeatedTexts(MAX_KNOWN_NAMES, nameBlock);

  /** Appends an ended span as a field `ScopeSpans.spans`. */
  encode(arena: ByteArena, span: RecordingSpan): void {
    const { attributeList } = span;
    const lengthLength = hasAttributes(attributeList, SHORT_SPAN_ATTRIBUTES + 1) ? 2 : 1;
    const content = start(arena, span.identity, lengthLength);
    if (span.identity.traceState !== undefined) traceState(arena, span.identity);
    const { parent } = span;
    if (parent !== undefined) parentId(arena, parent);
    if (span.name !== '') this.name(arena, span.name);
    kind(arena, span.kind);
    arena.time(57, span.startSeconds, span.startNano);
    arena.time(65, span.endSeconds, span.endNano);
    this.attributes.write(arena, 74, attributeList);
    count(arena, 80, span.droppedAttributesCount);
    if (span.recordedEvents !== undefined) this.events(arena, span);
    count(arena, 96, span.droppedEventsCount);
    if (span.recordedLinks !== undefined) this.links(arena, span);
    count(arena, 112, span.droppedLinksCount);
    if (span.status.code !== SpanStatusCode.UNSET) {
      const statusContent = arena.open(122);
      if (span.status.message) arena.text(18, span.status.message);
      arena.varint(24);
      arena.varint(span.status.code);
      arena.close(statusContent);
    }
    flags(arena, flagsOf(span.identity.traceFlags, parent !== undefined && parent.isRemote));
    arena.close(content, lengthLength);
  }

  private name(arena: ByteArena, name: string): void {
    const block = this.names.find(name);
    if (block === undefined) {
      arena.text(42, name);
      return;
    }
    arena.ensure(block.length + BLOCK_OVERHANG);
    arena.length = putBlock(arena.view, arena.length, block);
  }

  private events(arena: ByteArena, span: RecordingSpan): void {
    for (const event of span.recordedEvents ?? []) {
      const content = arena.open(90);
      arena.time(9, event.seconds, event.nano);
      if (event.name !== '') arena.text(18, event.name);
      this.attributes.write(arena, 26, event.attributes);
      count(arena, 32, event.droppedCount);
      arena.close(content);
    }
  }

  private links(arena: ByteArena, span: RecordingSpan): void {
    for (const { context, attributes, droppedCount } of span.recordedLinks ?? []) {
      const content = arena.open(106);
      hexId(arena, 10, normalizeTraceId(context.traceId));
      hexId(arena, 18, normalizeSpanId(context.spanId));
      traceState(arena, context);
      this.attributes.write(arena, 34, attributes);
      count(arena, 40, droppedCount);
      arena.varint(53);
      arena.fixed32(flagsOf(context.traceFlags, context.isRemote === true));
      arena.close(content);
    }
  }
}

function nameBlock(name: string): Block {
  const arena = new ByteArena();
  arena.text(42, name);
  return blockOf(arena.bytes.subarray(0, arena.length));
}

/** As `ByteArena.open`, and the ids behind. */
function start(arena: ByteArena, identity: UnrecordedSpan, lengthLength: number): number {
  arena.ensure(START_LENGTH);
  const { bytes, view, length } = arena;
  const at = length + 1 + lengthLength;
  bytes[length] = 18;
  bytes[at] = 10;
  bytes[at + 1] = 16;
  view.setInt32(at + 2, identity.trace0);
  view.setInt32(at + 6, identity.trace1);
  view.setInt32(at + 10, identity.trace2);
  view.setInt32(at + 14, identity.trace3);
  bytes[at + 18] = 18;
  bytes[at + 19] = 8;
  view.setInt32(at + 20, identity.span0);
  view.setInt32(at + 24, identity.span1);
  arena.length = at + 28;
  return at;
}

/** The API counts kinds from 0, OTLP from 1. */
function kind(arena: ByteArena, kindOfApi: number): void {
  arena.ensure(6);
  arena.bytes[arena.length] = 48;
  arena.length = putVarint(arena.bytes, arena.length + 1, kindOfApi + 1);
}

function flags(arena: ByteArena, value: number): void {
  arena.ensure(6);
  const { bytes, length: at } = arena;
  bytes[at] = 0x85;
  bytes[at + 1] = 1;
  arena.view.setInt32(at + 2, value, true);
  arena.length = at + 6;
}

function flagsOf(traceFlags: number, remote: boolean): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (remote ? IS_REMOTE : 0);
}

function traceState(arena: ByteArena, context: { readonly traceState?: TraceState | undefined }): void {
  const text = traceStateText(context);
  if (text !== '') arena.text(26, text);
}

function parentId(arena: ByteArena, parent: UnrecordedSpan): void {
  arena.ensure(PARENT_ID_LENGTH);
  const { bytes, view, length: at } = arena;
  bytes[at] = 34;
  bytes[at + 1] = 8;
  view.setInt32(at + 2, parent.span0);
  view.setInt32(at + 6, parent.span1);
  arena.length = at + 10;
}

function count(arena: ByteArena, tag: number, value: number): void {
  if (value === 0) return;
  arena.varint(tag);
  arena.varint(value);
}

/** Left out if it is none: for one of another length receivers refuse the whole request. */
function hexId(arena: ByteArena, tag: number, hex: string | undefined): void {
  if (hex === undefined) return;
  arena.varint(tag);
  arena.varint(hex.length >> 1);
  for (let i = 0; i < hex.length; i += 8) arena.idWord(int32OfHex(hex, i));
}
