import {
  CodedError,
  durationNano,
  type InstrumentationScope,
  isErrorSpan,
  type Resource,
  serviceName,
  type Span,
  SpanIssue,
  type Trace,
  type TraceColumns,
} from '@throughline/model';

import { encodeResourceMessage, encodeScopeMessage, encodeSpanMessage } from '../otlp/encode-span.ts';
import { DistinctItems } from './distinct-items.ts';

/** Details of all spans together; beyond it the trace is refused. Their offsets could count to 4 GiB. */
export const DEFAULT_MAX_DETAIL_BYTES: number = 2 ** 30;

/**
 * An assembled trace as columns.
 *
 * @throws CodedError `trace_too_large` if the spans' details take more than `maxDetailBytes`, `value_too_deep` as
 *   `encodeSpanMessage` does.
 */
export function buildTraceColumns(
  trace: Trace,
  { maxDetailBytes = DEFAULT_MAX_DETAIL_BYTES }: { readonly maxDetailBytes?: number } = {},
): TraceColumns {
  const spanCount = trace.spans.length;
  const strings = new DistinctItems<string, string>((text) => text, String);
  const resources = new DistinctItems<Resource, Uint8Array>(encodeResourceMessage, contentKey);
  const scopes = new DistinctItems<InstrumentationScope, Uint8Array>(encodeScopeMessage, contentKey);
  // The service belongs to the resource, and there are few of them.
  const serviceOfResource: number[] = [];

  const spanId = new Uint8Array(8 * spanCount);
  const parentSpanId = new Uint8Array(8 * spanCount);
  const startOffsetNano = new Float64Array(spanCount);
  const duration = new Float64Array(spanCount);
  const name = new Uint32Array(spanCount);
  const service = new Uint32Array(spanCount);
  const kind = new Uint8Array(spanCount);
  const statusCode = new Uint8Array(spanCount);
  const error = new Uint8Array(spanCount);
  const eventCount = new Uint32Array(spanCount);
  const linkCount = new Uint32Array(spanCount);
  const resource = new Uint32Array(spanCount);
  const scope = new Uint32Array(spanCount);
  const detailEnd = new Uint32Array(spanCount);
  const messages: Uint8Array[] = [];
  let detailBytes = 0;

  for (const [row, span] of trace.spans.entries()) {
    writeId(spanId, row, span.spanId);
    writeId(parentSpanId, row, span.parentSpanId);
    startOffsetNano[row] = Number(span.startTimeUnixNano - trace.startTimeUnixNano);
    duration[row] = Number(durationNano(span));
    name[row] = strings.indexOf(span.name);
    const resourceIndex = resources.indexOf(span.resource);
    resource[row] = resourceIndex;
    service[row] = serviceOfResource[resourceIndex] ??= strings.indexOf(serviceName(span.resource));
    scope[row] = scopes.indexOf(span.scope);
    kind[row] = span.kind;
    statusCode[row] = span.status.code;
    error[row] = isErrorSpan(span) ? 1 : 0;
    eventCount[row] = span.events.length;
    linkCount[row] = span.links.length;
    const message = encodeSpanMessage(withoutColumns(span));
    messages.push(message);
    detailBytes += message.length;
    if (detailBytes > maxDetailBytes) {
      throw new CodedError('trace_too_large', `the spans' details take more than ${maxDetailBytes} bytes`);
    }
    detailEnd[row] = detailBytes;
  }

  const details = new Uint8Array(detailBytes);
  for (const [row, message] of messages.entries()) details.set(message, row === 0 ? 0 : detailEnd[row - 1]);
  const { traceId, startTimeUnixNano, endTimeUnixNano, copyCount, parent, depth, subtreeEnd } = trace;
  return {
    traceId,
    startTimeUnixNano,
    endTimeUnixNano,
    spanCount,
    copyCount,
    strings: strings.items,
    spanId,
    parentSpanId,
    parent,
    depth,
    subtreeEnd,
    startOffsetNano,
    durationNano: duration,
    name,
    service,
    kind,
    statusCode,
    error,
    eventCount,
    linkCount,
    issues: issueBits(trace),
    resource,
    scope,
    resources: resources.items,
    scopes: scopes.items,
    detailEnd,
    details,
  };
}

/** What has a column needs no second place: empty fields take no bytes in protobuf. */
function withoutColumns(span: Span): Span {
  return {
    ...span,
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
  };
}

const ISSUE_BIT = {
  missing_parent: SpanIssue.MISSING_PARENT,
  cycle: SpanIssue.CYCLE,
  conflicting_duplicate: SpanIssue.CONFLICTING_DUPLICATE,
  starts_before_parent: SpanIssue.STARTS_BEFORE_PARENT,
  ends_after_parent: SpanIssue.ENDS_AFTER_PARENT,
  negative_duration: SpanIssue.NEGATIVE_DURATION,
} as const;

function issueBits(trace: Trace): Uint8Array {
  const bits = new Uint8Array(trace.spans.length);
  for (const issue of trace.issues) {
    // Those of the whole trace can be told from the roots.
    if (issue.kind === 'no_root' || issue.kind === 'multiple_roots') continue;
    bits[issue.row] = (bits[issue.row] ?? 0) | ISSUE_BIT[issue.kind];
  }
  return bits;
}

/** An id of 16 hex digits into the row's 8 bytes, which stay zero for `''`. */
function writeId(column: Uint8Array, row: number, hex: string): void {
  for (let i = 0; i + 1 < hex.length; i += 2) {
    column[8 * row + i / 2] = (nibble(hex.charCodeAt(i)) << 4) | nibble(hex.charCodeAt(i + 1));
  }
}

/** Of a lower-case hex digit's character code. */
function nibble(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

function contentKey(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}
