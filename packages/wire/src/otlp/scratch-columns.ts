import type { InstrumentationScope, Resource, SpanColumns } from '@throughline/model';

/**
 * The columns while they are being written: kept from one batch to the next, so that a batch costs neither growth nor
 * garbage, and copied out at their exact size by {@link packColumns}. Decoding is synchronous, so one set is enough.
 */
export interface ScratchColumns extends Writable<SpanColumns> {
  rowCapacity: number;
  attributeCapacity: number;
  eventCapacity: number;
  linkCapacity: number;
  attributeCount: number;
  eventCount: number;
  linkCount: number;
  /** The same memory as the columns of 64-bit numbers, in halves. */
  startBits: Uint32Array;
  endBits: Uint32Array;
  numberBits: Uint32Array;
  /** How many spans stood before this row's in the message, rejected ones included. */
  ordinal: Uint32Array;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const INITIAL_ROWS = 1024;
const INITIAL_ELEMENTS = 8192;
/** After a batch with more elements than this in one list the memory goes back. */
const MAX_KEPT_ELEMENTS = 1 << 20;

export function newScratchColumns(): ScratchColumns {
  const startBits = new Uint32Array(2 * INITIAL_ROWS);
  const endBits = new Uint32Array(2 * INITIAL_ROWS);
  const numberBits = new Uint32Array(2 * INITIAL_ELEMENTS);
  return {
    source: new Uint8Array(0),
    spanCount: 0,
    rejected: {},
    rowCapacity: INITIAL_ROWS,
    attributeCapacity: INITIAL_ELEMENTS,
    eventCapacity: INITIAL_ROWS,
    linkCapacity: INITIAL_ROWS,
    attributeCount: 0,
    eventCount: 0,
    linkCount: 0,
    startBits,
    endBits,
    numberBits,
    ordinal: new Uint32Array(INITIAL_ROWS),
    traceId: new Uint32Array(INITIAL_ROWS),
    spanId: new Uint32Array(INITIAL_ROWS),
    parentSpanId: new Uint32Array(INITIAL_ROWS),
    startTimeUnixNano: new BigUint64Array(startBits.buffer),
    endTimeUnixNano: new BigUint64Array(endBits.buffer),
    kind: new Uint8Array(INITIAL_ROWS),
    flags: new Uint32Array(INITIAL_ROWS),
    statusCode: new Uint8Array(INITIAL_ROWS),
    nameStart: new Uint32Array(INITIAL_ROWS),
    nameEnd: new Uint32Array(INITIAL_ROWS),
    traceStateStart: new Uint32Array(INITIAL_ROWS),
    traceStateEnd: new Uint32Array(INITIAL_ROWS),
    statusMessageStart: new Uint32Array(INITIAL_ROWS),
    statusMessageEnd: new Uint32Array(INITIAL_ROWS),
    droppedAttributesCount: new Uint32Array(INITIAL_ROWS),
    droppedEventsCount: new Uint32Array(INITIAL_ROWS),
    droppedLinksCount: new Uint32Array(INITIAL_ROWS),
    resource: new Uint32Array(INITIAL_ROWS),
    scope: new Uint32Array(INITIAL_ROWS),
    weight: new Float64Array(INITIAL_ROWS),
    attributeEnd: new Uint32Array(INITIAL_ROWS),
    attributeKeyStart: new Uint32Array(INITIAL_ELEMENTS),
    attributeKeyEnd: new Uint32Array(INITIAL_ELEMENTS),
    attributeType: new Uint8Array(INITIAL_ELEMENTS),
    attributeValueStart: new Uint32Array(INITIAL_ELEMENTS),
    attributeValueEnd: new Uint32Array(INITIAL_ELEMENTS),
    attributeNumber: new BigInt64Array(numberBits.buffer),
    eventEnd: new Uint32Array(INITIAL_ROWS),
    eventMessageStart: new Uint32Array(INITIAL_ROWS),
    eventMessageEnd: new Uint32Array(INITIAL_ROWS),
    linkEnd: new Uint32Array(INITIAL_ROWS),
    linkMessageStart: new Uint32Array(INITIAL_ROWS),
    linkMessageEnd: new Uint32Array(INITIAL_ROWS),
    resources: [],
    scopes: [],
  };
}

/** Whether the columns grew so large that a new set should take their place. */
export function isOversized(s: ScratchColumns): boolean {
  return Math.max(s.rowCapacity, s.attributeCapacity, s.eventCapacity, s.linkCapacity) > MAX_KEPT_ELEMENTS;
}

export function growRows(s: ScratchColumns): void {
  const capacity = s.rowCapacity * 2;
  s.rowCapacity = capacity;
  s.startBits = grown32(s.startBits, 2 * capacity);
  s.endBits = grown32(s.endBits, 2 * capacity);
  s.startTimeUnixNano = new BigUint64Array(s.startBits.buffer);
  s.endTimeUnixNano = new BigUint64Array(s.endBits.buffer);
  s.ordinal = grown32(s.ordinal, capacity);
  s.traceId = grown32(s.traceId, capacity);
  s.spanId = grown32(s.spanId, capacity);
  s.parentSpanId = grown32(s.parentSpanId, capacity);
  s.kind = grown8(s.kind, capacity);
  s.flags = grown32(s.flags, capacity);
  s.statusCode = grown8(s.statusCode, capacity);
  s.nameStart = grown32(s.nameStart, capacity);
  s.nameEnd = grown32(s.nameEnd, capacity);
  s.traceStateStart = grown32(s.traceStateStart, capacity);
  s.traceStateEnd = grown32(s.traceStateEnd, capacity);
  s.statusMessageStart = grown32(s.statusMessageStart, capacity);
  s.statusMessageEnd = grown32(s.statusMessageEnd, capacity);
  s.droppedAttributesCount = grown32(s.droppedAttributesCount, capacity);
  s.droppedEventsCount = grown32(s.droppedEventsCount, capacity);
  s.droppedLinksCount = grown32(s.droppedLinksCount, capacity);
  s.resource = grown32(s.resource, capacity);
  s.scope = grown32(s.scope, capacity);
  const weight = new Float64Array(capacity);
  weight.set(s.weight);
  s.weight = weight;
  s.attributeEnd = grown32(s.attributeEnd, capacity);
  s.eventEnd = grown32(s.eventEnd, capacity);
  s.linkEnd = grown32(s.linkEnd, capacity);
}

export function growAttributes(s: ScratchColumns): void {
  const capacity = s.attributeCapacity * 2;
  s.attributeCapacity = capacity;
  s.attributeKeyStart = grown32(s.attributeKeyStart, capacity);
  s.attributeKeyEnd = grown32(s.attributeKeyEnd, capacity);
  s.attributeType = grown8(s.attributeType, capacity);
  s.attributeValueStart = grown32(s.attributeValueStart, capacity);
  s.attributeValueEnd = grown32(s.attributeValueEnd, capacity);
  s.numberBits = grown32(s.numberBits, 2 * capacity);
  s.attributeNumber = new BigInt64Array(s.numberBits.buffer);
}

export function growEvents(s: ScratchColumns): void {
  s.eventCapacity *= 2;
  s.eventMessageStart = grown32(s.eventMessageStart, s.eventCapacity);
  s.eventMessageEnd = grown32(s.eventMessageEnd, s.eventCapacity);
}

export function growLinks(s: ScratchColumns): void {
  s.linkCapacity *= 2;
  s.linkMessageStart = grown32(s.linkMessageStart, s.linkCapacity);
  s.linkMessageEnd = grown32(s.linkMessageEnd, s.linkCapacity);
}

function grown32(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(length);
  longer.set(array);
  return longer;
}

function grown8(array: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(length);
  longer.set(array);
  return longer;
}

/** 32-bit columns with an element a row. */
const ROW_WORD_COLUMNS = 18;
const ATTRIBUTE_WORD_COLUMNS = 4;

/** A copy at the exact size, all columns in one buffer: one allocation, and one transfer if it moves to a worker. */
export function packColumns(
  s: ScratchColumns,
  resources: readonly Resource[],
  scopes: readonly InstrumentationScope[],
): SpanColumns {
  const { spanCount: rows, attributeCount, eventCount, linkCount } = s;
  const words = ROW_WORD_COLUMNS * rows + ATTRIBUTE_WORD_COLUMNS * attributeCount + 2 * eventCount + 2 * linkCount;
  const buffer = new ArrayBuffer(8 * (3 * rows + attributeCount) + 4 * words + 2 * rows + attributeCount);
  let offset = 0;

  // Widest elements first, so that every column is aligned.
  const doubleWords = (bits: Uint32Array, count: number): number => {
    const at = offset;
    new Uint32Array(buffer, at, 2 * count).set(bits.subarray(0, 2 * count));
    offset += 8 * count;
    return at;
  };
  const words32 = (column: Uint32Array, count: number): Uint32Array => {
    const packed = new Uint32Array(buffer, offset, count);
    packed.set(column.subarray(0, count));
    offset += 4 * count;
    return packed;
  };
  const bytes = (column: Uint8Array, count: number): Uint8Array => {
    const packed = new Uint8Array(buffer, offset, count);
    packed.set(column.subarray(0, count));
    offset += count;
    return packed;
  };

  const startTimeUnixNano = new BigUint64Array(buffer, doubleWords(s.startBits, rows), rows);
  const endTimeUnixNano = new BigUint64Array(buffer, doubleWords(s.endBits, rows), rows);
  const attributeNumber = new BigInt64Array(buffer, doubleWords(s.numberBits, attributeCount), attributeCount);
  const weight = new Float64Array(buffer, offset, rows);
  weight.set(s.weight.subarray(0, rows));
  offset += 8 * rows;

  return {
    source: s.source,
    spanCount: rows,
    rejected: s.rejected,
    startTimeUnixNano,
    endTimeUnixNano,
    attributeNumber,
    weight,
    traceId: words32(s.traceId, rows),
    spanId: words32(s.spanId, rows),
    parentSpanId: words32(s.parentSpanId, rows),
    flags: words32(s.flags, rows),
    nameStart: words32(s.nameStart, rows),
    nameEnd: words32(s.nameEnd, rows),
    traceStateStart: words32(s.traceStateStart, rows),
    traceStateEnd: words32(s.traceStateEnd, rows),
    statusMessageStart: words32(s.statusMessageStart, rows),
    statusMessageEnd: words32(s.statusMessageEnd, rows),
    droppedAttributesCount: words32(s.droppedAttributesCount, rows),
    droppedEventsCount: words32(s.droppedEventsCount, rows),
    droppedLinksCount: words32(s.droppedLinksCount, rows),
    resource: words32(s.resource, rows),
    scope: words32(s.scope, rows),
    attributeEnd: words32(s.attributeEnd, rows),
    eventEnd: words32(s.eventEnd, rows),
    linkEnd: words32(s.linkEnd, rows),
    attributeKeyStart: words32(s.attributeKeyStart, attributeCount),
    attributeKeyEnd: words32(s.attributeKeyEnd, attributeCount),
    attributeValueStart: words32(s.attributeValueStart, attributeCount),
    attributeValueEnd: words32(s.attributeValueEnd, attributeCount),
    eventMessageStart: words32(s.eventMessageStart, eventCount),
    eventMessageEnd: words32(s.eventMessageEnd, eventCount),
    linkMessageStart: words32(s.linkMessageStart, linkCount),
    linkMessageEnd: words32(s.linkMessageEnd, linkCount),
    kind: bytes(s.kind, rows),
    statusCode: bytes(s.statusCode, rows),
    attributeType: bytes(s.attributeType, attributeCount),
    resources,
    scopes,
  };
}
