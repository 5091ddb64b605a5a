export { adjustedCount } from './adjusted-count.ts';
export { assembleTrace } from './assemble-trace.ts';
export { assembleTree, type SpanTree } from './assemble-tree.ts';
export { type Attributes, type AttributeValue, emptyAttributes, isAttributes } from './attributes.ts';
export { CodedError } from './coded-error.ts';
export { compareAttributeValues, equalAttributeValues } from './compare-attributes.ts';
export { compareSpans, equalSpans } from './compare-spans.ts';
export { formatDuration, isTooLongDuration, LONGEST_DURATION, parseDuration } from './duration.ts';
export { bytesFromHex, hexFromBytes, isSpanId, isTraceId, normalizeSpanId, normalizeTraceId } from './ids.ts';
export { formatInstant, instantFromSeconds, parseInstant, secondsFromNanos } from './instant.ts';
export { EXACT_NANO, NO_PARENT, offsetsOf, PARENT_MISSING, type SpanOffsets, type SpanTable } from './span-table.ts';
export { AttributeType, type SpanColumns, type SpanRejection } from './span-columns.ts';
export type { SpanBatch, SpanSink } from './span-sink.ts';
export {
  durationNano,
  type InstrumentationScope,
  isErrorSpan,
  type Resource,
  serviceName,
  type Span,
  type SpanEvent,
  SpanKind,
  type SpanLink,
  type SpanStatus,
  StatusCode,
  UNKNOWN_SERVICE,
} from './span.ts';
export type { Trace, TraceIssue } from './trace.ts';
export {
  DETAIL_BLOCK_BYTES,
  type DetailBlock,
  detailBlockOf,
  detailsPresence,
  type DetailsPresence,
  MAX_DETAIL_BLOCK_ROWS,
  SpanIssue,
  type TraceColumns,
} from './trace-columns.ts';
export { DEFAULT_TENANT, parseTenant } from './tenant.ts';
