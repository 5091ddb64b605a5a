/*
 * The binary form of `TraceColumns`, little-endian:
 *
 *    0  magic "TLTC", version uint32
 *    8  trace id (16 bytes, zero for none), start and end (uint64)
 *   40  uint32: spanCount, copyCount, stringCount, resourceCount, scopeCount, then the bytes of all strings, resources and
 *       scopes, and two 0
 *   80  sections without gaps but for zeros up to the next multiple of 8, so that each can be read in place:
 *       float64 a span: startOffsetNano, durationNano
 *       8 bytes a span: spanId, parentSpanId
 *       int32 a span:   parent
 *       uint32 a span:  depth, subtreeEnd, name, service, eventCount, linkCount, resource, scope
 *       uint8 a span:   kind, statusCode, error, issues
 *       strings, resources, scopes: each the uint32 ends of its items, then their bytes (strings in UTF-8)
 *       blocks of the details of consecutive rows, at most 2,048 each:
 *       uint32: rowCount, bytes of the details, leftOutCount, and a 0
 *       uint32 a row: end of its details within those of the block
 *       the details
 *
 * What the blocks need is not known before them, so they can be sent while they are made, and all else can be shown before
 * they have come.
 */

export const MAGIC: readonly number[] = [0x54, 0x4c, 0x54, 0x43];
export const VERSION = 2;
export const HEADER_BYTES = 80;

/** Byte offsets within the header. */
export const HeaderField = {
  VERSION: 4,
  TRACE_ID: 8,
  START_TIME: 24,
  END_TIME: 32,
  SPAN_COUNT: 40,
  COPY_COUNT: 44,
  STRING_COUNT: 48,
  RESOURCE_COUNT: 52,
  SCOPE_COUNT: 56,
  STRING_BYTES: 60,
  RESOURCE_BYTES: 64,
  SCOPE_BYTES: 68,
} as const;

/** What each block of details begins with. */
export const BLOCK_HEADER_BYTES = 16;
export const BlockField = { ROW_COUNT: 0, DETAIL_BYTES: 4, LEFT_OUT_COUNT: 8 } as const;

/** How many bytes a section of this content takes. Exact far beyond 2^32. */
export function paddedLength(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8;
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Elements of `elementBytes` each from the host's byte order into little-endian or back: the same bytes on nearly every
 * host, a reversed copy on the others.
 */
export function swapToLittleEndian(
  bytes: Uint8Array,
  elementBytes: number,
  hostIsLittleEndian: boolean = HOST_IS_LITTLE_ENDIAN,
): Uint8Array {
  if (hostIsLittleEndian || elementBytes === 1) return bytes;
  const swapped = new Uint8Array(bytes);
  for (let at = 0; at < swapped.length; at += elementBytes) swapped.subarray(at, at + elementBytes).reverse();
  return swapped;
}
