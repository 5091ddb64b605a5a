import { bytesFromHex, type TraceColumns } from '@throughline/model';

import { joinBytes } from './join-bytes.ts';
import { HEADER_BYTES, HeaderField, MAGIC, paddedLength, swapToLittleEndian, VERSION } from './layout.ts';
import type { ChunkedTraceColumns } from './trace-columns-builder.ts';

/** The binary form that `decodeTraceColumns` reads, see `layout.ts`. */
export function encodeTraceColumns(columns: TraceColumns): Uint8Array {
  return joinBytes(encodeTraceColumnChunks({ ...columns, detailChunks: [columns.details] }));
}

/** As {@link encodeTraceColumns}, in pieces that follow each other; the details are not copied. */
export function encodeTraceColumnChunks(columns: ChunkedTraceColumns): readonly Uint8Array[] {
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
    columns.detailEnd,
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
  const detailBytes = columns.detailChunks.reduce((sum, chunk) => sum + chunk.length, 0);

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
  header.setUint32(HeaderField.DETAIL_BYTES, detailBytes, true);

  let offset = HEADER_BYTES;
  for (const section of sections) {
    const content = new Uint8Array(section.buffer, section.byteOffset, section.byteLength);
    bytes.set(swapToLittleEndian(content, section.BYTES_PER_ELEMENT), offset);
    offset += paddedLength(section.byteLength);
  }
  const padding = new Uint8Array(paddedLength(detailBytes) - detailBytes);
  return [bytes, ...columns.detailChunks, padding].filter((chunk) => chunk.length > 0);
}

type Section = Uint8Array | Uint32Array | Int32Array | Float64Array;

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
