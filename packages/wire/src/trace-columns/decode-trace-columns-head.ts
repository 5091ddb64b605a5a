import { hexFromBytes } from '@throughline/model';

import { DecodeError } from '../decode-error.ts';
import { checkTraceColumns } from './check-trace-columns.ts';
import type { TraceColumnsHead } from './encode-trace-columns.ts';
import { HEADER_BYTES, HeaderField, MAGIC, paddedLength, swapToLittleEndian, VERSION } from './layout.ts';

/**
 * How long all is that comes before the details, by the first `HEADER_BYTES` bytes.
 *
 * @throws DecodeError `malformed_payload` or `unsupported_payload`
 */
export function headLength(header: Uint8Array<ArrayBuffer>): number {
  if (MAGIC.some((byte, i) => header[i] !== byte)) throw malformed('no header');
  const version = new DataView(header.buffer).getUint32(HeaderField.VERSION, true);
  if (version !== VERSION) {
    throw new DecodeError('unsupported_payload', `trace columns of version ${version}, not ${VERSION}`);
  }
  const { spanCount, lists } = countsOf(header);
  let length = HEADER_BYTES + 4 * 8 * spanCount + 9 * paddedLength(4 * spanCount) + 4 * paddedLength(spanCount);
  for (const [count, byteLength] of Object.values(lists)) length += paddedLength(4 * count) + paddedLength(byteLength);
  return length;
}

/**
 * Reads what comes before the details. The columns are views of the bytes, which must be of {@link headLength}, begin
 * their buffer and not be changed afterwards.
 *
 * @throws DecodeError `malformed_payload`
 */
export function decodeTraceColumnsHead(bytes: Uint8Array<ArrayBuffer>): TraceColumnsHead {
  const header = new DataView(bytes.buffer, 0, HEADER_BYTES);
  const { spanCount, copyCount, lists } = countsOf(bytes);

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

  const columns: TraceColumnsHead = {
    traceId: traceIdAt(bytes),
    startTimeUnixNano: header.getBigUint64(HeaderField.START_TIME, true),
    endTimeUnixNano: header.getBigUint64(HeaderField.END_TIME, true),
    spanCount,
    copyCount,
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
  };
  const wrong = checkTraceColumns(columns);
  if (wrong !== undefined) throw malformed(wrong);
  return columns;
}

export function malformed(what: string, cause?: unknown): DecodeError {
  return new DecodeError('malformed_payload', `malformed trace columns: ${what}`, { cause });
}

interface Counts {
  readonly spanCount: number;
  readonly copyCount: number;
  /** Items, and bytes of all of them. */
  readonly lists: Readonly<Record<'strings' | 'resources' | 'scopes', readonly [number, number]>>;
}

function countsOf(header: Uint8Array<ArrayBuffer>): Counts {
  const view = new DataView(header.buffer);
  const uint32 = (field: number): number => view.getUint32(field, true);
  return {
    spanCount: uint32(HeaderField.SPAN_COUNT),
    copyCount: uint32(HeaderField.COPY_COUNT),
    lists: {
      strings: [uint32(HeaderField.STRING_COUNT), uint32(HeaderField.STRING_BYTES)],
      resources: [uint32(HeaderField.RESOURCE_COUNT), uint32(HeaderField.RESOURCE_BYTES)],
      scopes: [uint32(HeaderField.SCOPE_COUNT), uint32(HeaderField.SCOPE_BYTES)],
    },
  };
}

/** Gives the sections one after the other, as what a typed array's constructor takes to be a view of it. */
function sectionReader(bytes: Uint8Array): (elementBytes: number, count: number) => [ArrayBufferLike, number, number] {
  let offset = HEADER_BYTES;
  return (elementBytes, count) => {
    const content = bytes.subarray(offset, offset + elementBytes * count);
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
