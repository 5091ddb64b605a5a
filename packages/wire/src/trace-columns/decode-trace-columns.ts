import { hexFromBytes, type TraceColumns } from '@throughline/model';

import { DecodeError } from '../decode-error.ts';
import { checkTraceColumns } from './check-trace-columns.ts';
import { HEADER_BYTES, HeaderField, MAGIC, paddedLength, swapToLittleEndian, VERSION } from './layout.ts';

/**
 * What `encodeTraceColumns` wrote. The columns are views of `bytes` (of a copy if these do not start at a multiple of 8
 * in their buffer), so that buffer must not be changed afterwards. Details, resources and scopes are decoded by
 * `decodeSpanDetails`, `decodeResource` and `decodeScope` only.
 *
 * @throws DecodeError `malformed_payload` if the lengths do not fit or a column points to what is not there,
 *   `unsupported_payload` for another version. Nothing is allocated before the lengths are checked.
 */
export function decodeTraceColumns(bytes: Uint8Array): TraceColumns {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw malformed('no header');
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const uint32 = (field: number): number => header.getUint32(field, true);
  const version = uint32(HeaderField.VERSION);
  if (version !== VERSION) {
    throw new DecodeError('unsupported_payload', `trace columns of version ${version}, not ${VERSION}`);
  }
  const spanCount = uint32(HeaderField.SPAN_COUNT);
  const lists = {
    strings: [uint32(HeaderField.STRING_COUNT), uint32(HeaderField.STRING_BYTES)],
    resources: [uint32(HeaderField.RESOURCE_COUNT), uint32(HeaderField.RESOURCE_BYTES)],
    scopes: [uint32(HeaderField.SCOPE_COUNT), uint32(HeaderField.SCOPE_BYTES)],
  } as const;
  const detailBytes = uint32(HeaderField.DETAIL_BYTES);
  if (bytes.length !== totalLength(spanCount, Object.values(lists), detailBytes)) throw malformed('wrong length');

  const section = sectionReader(bytes);
  const startOffsetNano = new Float64Array(...section(8, spanCount));
  const durationNano = new Float64Array(...section(8, spanCount));
  const spanId = new Uint8Array(...section(1, 8 * spanCount));
  const parentSpanId = new Uint8Array(...section(1, 8 * spanCount));
  const parent = new Int32Array(...section(4, spanCount));
  const depth = new Uint32Array(...section(4, spanCount));
  const subtreeEnd = new Uint32Array(...section(4, spanCount));
  const name = new Uint32Array(...section(4, spanCount));
  const service = new Uint32Array(...section(4, spanCount));
  const eventCount = new Uint32Array(...section(4, spanCount));
  const linkCount = new Uint32Array(...section(4, spanCount));
  const resource = new Uint32Array(...section(4, spanCount));
  const scope = new Uint32Array(...section(4, spanCount));
  const detailEnd = new Uint32Array(...section(4, spanCount));
  const kind = new Uint8Array(...section(1, spanCount));
  const statusCode = new Uint8Array(...section(1, spanCount));
  const error = new Uint8Array(...section(1, spanCount));
  const issues = new Uint8Array(...section(1, spanCount));
  const list = ([count, byteLength]: readonly [number, number]): Uint8Array[] => {
    const ends = new Uint32Array(...section(4, count));
    return splitAt(ends, new Uint8Array(...section(1, byteLength)));
  };
  const strings = list(lists.strings).map(decodeUtf8);
  const resources = list(lists.resources);
  const scopes = list(lists.scopes);
  const details = new Uint8Array(...section(1, detailBytes));

  const columns: TraceColumns = {
    traceId: traceIdAt(bytes),
    startTimeUnixNano: header.getBigUint64(HeaderField.START_TIME, true),
    endTimeUnixNano: header.getBigUint64(HeaderField.END_TIME, true),
    spanCount,
    copyCount: uint32(HeaderField.COPY_COUNT),
    strings,
    spanId,
    parentSpanId,
    parent,
    depth,
    subtreeEnd,
    startOffsetNano,
    durationNano,
    name,
    service,
    kind,
    statusCode,
    error,
    eventCount,
    linkCount,
    issues,
    resource,
    scope,
    resources,
    scopes,
    detailEnd,
    details,
  };
  const wrong = checkTraceColumns(columns);
  if (wrong !== undefined) throw malformed(wrong);
  return columns;
}

function malformed(what: string, cause?: unknown): DecodeError {
  return new DecodeError('malformed_payload', `malformed trace columns: ${what}`, { cause });
}

function totalLength(spanCount: number, lists: readonly (readonly [number, number])[], detailBytes: number): number {
  let length = HEADER_BYTES + 4 * 8 * spanCount + 10 * paddedLength(4 * spanCount) + 4 * paddedLength(spanCount);
  for (const [count, byteLength] of lists) length += paddedLength(4 * count) + paddedLength(byteLength);
  return length + paddedLength(detailBytes);
}

/** Gives the sections one after the other, as what a typed array's constructor takes to be a view of it. */
function sectionReader(bytes: Uint8Array): (elementBytes: number, count: number) => [ArrayBufferLike, number, number] {
  // A Node Buffer's `slice` would be another view.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  let offset = HEADER_BYTES;
  return (elementBytes, count) => {
    const content = aligned.subarray(offset, offset + elementBytes * count);
    offset += paddedLength(content.length);
    const inHostOrder = swapToLittleEndian(content, elementBytes);
    return [inHostOrder.buffer, inHostOrder.byteOffset, count];
  };
}

function splitAt(ends: Uint32Array, bytes: Uint8Array): Uint8Array[] {
  const items: Uint8Array[] = [];
  let start = 0;
  for (const end of ends) {
    if (end < start) throw malformed('ends that go back');
    items.push(bytes.subarray(start, end));
    start = end;
  }
  if (start !== bytes.length) throw malformed('ends that do not meet the length');
  return items;
}

// A byte order mark is part of the text.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw malformed('text that is not UTF-8', cause);
  }
}

function traceIdAt(bytes: Uint8Array): string {
  const traceId = hexFromBytes(bytes, HeaderField.TRACE_ID, 16);
  return /[^0]/.test(traceId) ? traceId : '';
}
