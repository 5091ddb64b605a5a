import type { InstrumentationScope, Resource, SpanColumns, SpanRejection } from '@throughline/model';

import { DecodeError } from '../decode-error.ts';
import { checkOwner, clearOverLimit, overLimit } from './check-parts.ts';
import { decodeResource, decodeScope } from './decode-parts.ts';
import { decodeText } from './decode-text.ts';
import { MAX_VALUE_DEPTH, type OtlpLimits } from './limits.ts';
import { internOwner, newOwnerTable, type OwnerTable } from './owner-table.ts';
import { checkEnd, position, readRange, readVarint, skipField } from './protobuf-reader.ts';
import { growRows, packColumns } from './scratch-columns.ts';
import {
  ACCEPTED,
  beginWalk,
  endWalk,
  INVALID_PARENT_SPAN_ID,
  INVALID_SPAN_ID,
  INVALID_TRACE_ID,
  LIMIT_EXCEEDED,
  limits,
  scratch,
  walkSpan,
} from './walk-span.ts';

let resources: OwnerTable<Resource> = newOwnerTable();
let scopes: OwnerTable<InstrumentationScope> = newOwnerTable();
/** Spans seen so far, rejected ones included. */
let spanOrdinal = 0;
/** By what became of them. */
const outcomeCount: Uint32Array = new Uint32Array(5);

/**
 * Reads an OTLP `ExportTraceServiceRequest` (protobuf) into columns, in one pass over the bytes. Takes any number of
 * spans, none included.
 *
 * What is malformed anywhere makes the whole request a {@link DecodeError} (`malformed_payload`): truncated or
 * overlong fields, a known field with another wire type, a group without end. Unknown fields are skipped. A span
 * without a valid trace and span id, with a malformed parent id, or over a limit, is counted in `rejected` instead, and
 * nothing of the rest is touched. Everything that the columns point to has been checked, so that reading it later does not fail.
 *
 * Of a repeated singular field the last counts; repeated `Status`, `Resource` and `InstrumentationScope` messages merge
 * as protobuf has it. The one deviation: of several array or map values in a single `AnyValue`, which no encoder
 * writes, the last counts and they are not joined. Enum values that the model does not know become 0.
 *
 * Source: opentelemetry-proto 1.11, `trace/v1/trace.proto`; Protocol Buffers, Encoding.
 */
export function decodeOtlpColumns(bytes: Uint8Array, partialLimits: Partial<OtlpLimits> = {}): SpanColumns {
  begin(bytes, partialLimits);
  try {
    walkRequest(scratch.source);
    return packColumns(scratch, resources.values, scopes.values);
  } finally {
    finish();
  }
}

/** As {@link decodeOtlpColumns}, with the place of each row among the message's spans, rejected ones included. */
export function decodeOtlpColumnsWithOrdinals(
  bytes: Uint8Array,
  partialLimits: Partial<OtlpLimits>,
): { readonly columns: SpanColumns; readonly ordinal: Uint32Array } {
  begin(bytes, partialLimits);
  try {
    walkRequest(scratch.source);
    const columns = packColumns(scratch, resources.values, scopes.values);
    return { columns, ordinal: scratch.ordinal.slice(0, scratch.spanCount) };
  } finally {
    finish();
  }
}

/** For what has been stored: it was taken under the limits of its time, and must be readable under any. */
const NO_LIMITS: OtlpLimits = {
  maxAttributes: Infinity,
  maxEventsPerSpan: Infinity,
  maxLinksPerSpan: Infinity,
  maxValueDepth: MAX_VALUE_DEPTH,
  maxElementsPerRequest: Infinity,
  maxResourcesPerRequest: Infinity,
};

/**
 * Walks a single `Span` message and hands its columns (row 0) to `read`, whatever its ids: an id that is missing or
 * invalid has offset 0. The columns are only good until `read` returns.
 */
export function withSpanMessage<T>(
  bytes: Uint8Array,
  resource: Resource,
  scope: InstrumentationScope,
  read: (columns: SpanColumns) => T,
): T {
  begin(bytes, NO_LIMITS);
  try {
    const outcome = walkSpan(scratch.source, 0, bytes.length, 0);
    if (outcome === LIMIT_EXCEEDED) {
      throw new DecodeError('payload_too_deep', `OTLP span with a value of more than ${MAX_VALUE_DEPTH} levels`);
    }
    scratch.spanCount = 1;
    scratch.resource[0] = 0;
    scratch.scope[0] = 0;
    scratch.resources = [resource];
    scratch.scopes = [scope];
    return read(scratch);
  } finally {
    finish();
  }
}

function begin(bytes: Uint8Array, partialLimits: Partial<OtlpLimits>): void {
  beginWalk(bytes, partialLimits);
  spanOrdinal = 0;
  outcomeCount.fill(0);
}

function finish(): void {
  resources = newOwnerTable();
  scopes = newOwnerTable();
  endWalk();
}

function walkRequest(bytes: Uint8Array): void {
  const end = bytes.length;
  let offset = 0;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      // resource_spans
      const to = readRange(bytes, offset, end);
      walkResourceSpans(bytes, position, to);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 1);
    }
  }
  checkEnd(offset, end);
  scratch.rejected = rejectedSpans();
}

function rejectedSpans(): SpanColumns['rejected'] {
  const rejected: Partial<Record<SpanRejection, number>> = {};
  const invalidTraceIds = outcomeCount[INVALID_TRACE_ID] ?? 0;
  const invalidSpanIds = outcomeCount[INVALID_SPAN_ID] ?? 0;
  const invalidParentSpanIds = outcomeCount[INVALID_PARENT_SPAN_ID] ?? 0;
  const overLimits = outcomeCount[LIMIT_EXCEEDED] ?? 0;
  if (invalidTraceIds > 0) rejected.invalid_trace_id = invalidTraceIds;
  if (invalidSpanIds > 0) rejected.invalid_span_id = invalidSpanIds;
  if (invalidParentSpanIds > 0) rejected.invalid_parent_span_id = invalidParentSpanIds;
  if (overLimits > 0) rejected.limit_exceeded = overLimits;
  return rejected;
}

/** The resource may stand behind the spans, so their rows get it when all of the message has been read. */
function walkResourceSpans(bytes: Uint8Array, start: number, end: number): void {
  const firstRow = scratch.spanCount;
  const ranges: number[] = [];
  let schemaUrl = '';
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10 || tag === 18 || tag === 26) {
      const to = readRange(bytes, offset, end);
      if (tag === 10) addRange(ranges, position, to);
      else if (tag === 18) walkScopeSpans(bytes, position, to);
      else schemaUrl = decodeText(bytes, position, to);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 3);
    }
  }
  checkEnd(offset, end);
  const message = merged(bytes, ranges);
  clearOverLimit();
  checkOwner(message, 0, message.length, 10, limits);
  if (scratch.spanCount === firstRow) return;
  const index = overLimit
    ? -1
    : internOwner(resources, message, schemaUrl, limits.maxResourcesPerRequest, decodeResource);
  if (index === -1) dropRows(firstRow);
  else scratch.resource.fill(index, firstRow, scratch.spanCount);
}

function walkScopeSpans(bytes: Uint8Array, start: number, end: number): void {
  const firstRow = scratch.spanCount;
  const ranges: number[] = [];
  let schemaUrl = '';
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 18) {
      const to = readRange(bytes, offset, end);
      const row = scratch.spanCount;
      if (row === scratch.rowCapacity) growRows(scratch);
      const outcome = walkSpan(bytes, position, to, row);
      if (outcome === ACCEPTED) {
        scratch.ordinal[row] = spanOrdinal;
        scratch.spanCount = row + 1;
      }
      outcomeCount[outcome] = (outcomeCount[outcome] ?? 0) + 1;
      spanOrdinal++;
      offset = to;
    } else if (tag === 10 || tag === 26) {
      const to = readRange(bytes, offset, end);
      if (tag === 10) addRange(ranges, position, to);
      else schemaUrl = decodeText(bytes, position, to);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 3);
    }
  }
  checkEnd(offset, end);
  const message = merged(bytes, ranges);
  clearOverLimit();
  checkOwner(message, 0, message.length, 26, limits);
  if (scratch.spanCount === firstRow) return;
  const index = overLimit ? -1 : internOwner(scopes, message, schemaUrl, limits.maxResourcesPerRequest, decodeScope);
  if (index === -1) dropRows(firstRow);
  else scratch.scope.fill(index, firstRow, scratch.spanCount);
}

/** Empty messages are left out: there could be very many. */
function addRange(ranges: number[], start: number, end: number): void {
  if (end > start) ranges.push(start, end);
}

/** The message at these ranges. Several are one message: protobuf merges by joining the bytes. */
function merged(bytes: Uint8Array, ranges: readonly number[]): Uint8Array {
  if (ranges.length === 2) return bytes.subarray(ranges[0], ranges[1]);
  let length = 0;
  for (let i = 0; i < ranges.length; i += 2) length += (ranges[i + 1] ?? 0) - (ranges[i] ?? 0);
  const message = new Uint8Array(length);
  let offset = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const part = bytes.subarray(ranges[i], ranges[i + 1]);
    message.set(part, offset);
    offset += part.length;
  }
  return message;
}

/** Rejects the rows from `firstRow` on, whose resource or scope cannot be kept. */
function dropRows(firstRow: number): void {
  outcomeCount[LIMIT_EXCEEDED] = (outcomeCount[LIMIT_EXCEEDED] ?? 0) + scratch.spanCount - firstRow;
  scratch.spanCount = firstRow;
  scratch.attributeCount = firstRow === 0 ? 0 : (scratch.attributeEnd[firstRow - 1] ?? 0);
  scratch.eventCount = firstRow === 0 ? 0 : (scratch.eventEnd[firstRow - 1] ?? 0);
  scratch.linkCount = firstRow === 0 ? 0 : (scratch.linkEnd[firstRow - 1] ?? 0);
}
