import { bytesFromHex, type DetailBlock, type TraceColumns } from '@throughline/model';

import { joinBytes } from './join-bytes.ts';
import {
  BLOCK_HEADER_BYTES,
  BlockField,
  HEADER_BYTES,
  HeaderField,
  MAGIC,
  paddedLength,
  swapToLittleEndian,
  VERSION,
} from './layout.ts';

/** What is written before the details. */
export type TraceColumnsHead = Omit<TraceColumns, 'detailBlocks'>;

/** The binary form that `decodeTraceColumns` reads, see `layout.ts`. */
export function encodeTraceColumns(columns: TraceColumns): Uint8Array {
  return joinBytes([encodeTraceColumnsHead(columns), ...columns.detailBlocks.flatMap(encodeDetailBlock)]);
}

/** A block of details, in pieces that follow each other; the details are not copied. */
export function encodeDetailBlock({ end, bytes, leftOutCount }: DetailBlock): readonly Uint8Array[] {
  const head = new Uint8Array(BLOCK_HEADER_BYTES + paddedLength(end.byteLength));
  const header = new DataView(head.buffer);
  header.setUint32(BlockField.ROW_COUNT, end.length, true);
  header.setUint32(BlockField.DETAIL_BYTES, bytes.length, true);
  header.setUint32(BlockField.LEFT_OUT_COUNT, leftOutCount, true);
  head.set(swapToLittleEndian(bytesOf(end), end.BYTES_PER_ELEMENT), BLOCK_HEADER_BYTES);
  const padding = new Uint8Array(paddedLength(bytes.length) - bytes.length);
  return [head, bytes, padding].filter((piece) => piece.length > 0);
}

/** As {@link encodeTraceColumns}, all that comes before the details. */
export function encodeTraceColumnsHead(columns: TraceColumnsHead): Uint8Array {
  const encoder = new TextEncoder();
  const strings = joined(columns.strings.map((text) => encoder.encode(text)));
  const resources = joined(columns.resources);
  const scopes = joined(columns.scopes);
  const sections: readonly Section[] = [
    columns.startOffsetNano,
    columns.durationNano,
    columns.spanId,
    columns.parentSpanId,
    columns.parent,
    columns.depth,
    columns.subtreeEnd,
    columns.name,
    columns.service,
    columns.eventCount,
    columns.linkCount,
    columns.resource,
    columns.scope,
    columns.kind,
    columns.statusCode,
    columns.error,
    columns.issues,
    strings.ends,
    strings.bytes,
    resources.ends,
    resources.bytes,
    scopes.ends,
    scopes.bytes,
  ];

  const sectionBytes = sections.reduce((sum, section) => sum + paddedLength(section.byteLength), 0);
  const bytes = new Uint8Array(HEADER_BYTES + sectionBytes);
  bytes.set(MAGIC);
  bytes.set(bytesFromHex(columns.traceId), HeaderField.TRACE_ID);
  const header = new DataView(bytes.buffer);
  header.setUint32(HeaderField.VERSION, VERSION, true);
  header.setBigUint64(HeaderField.START_TIME, columns.startTimeUnixNano, true);
  header.setBigUint64(HeaderField.END_TIME, columns.endTimeUnixNano, true);
  header.setUint32(HeaderField.SPAN_COUNT, columns.spanCount, true);
  header.setUint32(HeaderField.COPY_COUNT, columns.copyCount, true);
  header.setUint32(HeaderField.STRING_COUNT, columns.strings.length, true);
  header.setUint32(HeaderField.RESOURCE_COUNT, columns.resources.length, true);
  header.setUint32(HeaderField.SCOPE_COUNT, columns.scopes.length, true);
  header.setUint32(HeaderField.STRING_BYTES, strings.bytes.length, true);
  header.setUint32(HeaderField.RESOURCE_BYTES, resources.bytes.length, true);
  header.setUint32(HeaderField.SCOPE_BYTES, scopes.bytes.length, true);

  let offset = HEADER_BYTES;
  for (const section of sections) {
    bytes.set(swapToLittleEndian(bytesOf(section), section.BYTES_PER_ELEMENT), offset);
    offset += paddedLength(section.byteLength);
  }
  return bytes;
}

type Section = Uint8Array | Uint32Array | Int32Array | Float64Array;

function bytesOf(section: Section): Uint8Array {
  return new Uint8Array(section.buffer, section.byteOffset, section.byteLength);
}

function joined(items: readonly Uint8Array[]): { readonly ends: Uint32Array; readonly bytes: Uint8Array } {
  const ends = new Uint32Array(items.length);
  let end = 0;
  for (const [i, item] of items.entries()) {
    end += item.length;
    ends[i] = end;
  }
  const bytes = new Uint8Array(end);
  for (const [i, item] of items.entries()) bytes.set(item, (ends[i] ?? 0) - item.length);
  return { ends, bytes };
}
