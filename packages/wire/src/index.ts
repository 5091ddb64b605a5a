export { DecodeError, type DecodeErrorCode } from './decode-error.ts';
export type { DecodedSpans } from './decoded-spans.ts';
export { columnsFromSpans } from './columns-from-spans.ts';
export { decodeOtlpColumns } from './otlp/decode-columns.ts';
export { decodeOtlpJson } from './otlp/decode-json.ts';
export {
  decodeEventMessage,
  decodeLinkMessage,
  decodeResourceMessage,
  decodeScopeMessage,
} from './otlp/decode-parts.ts';
export { attributeValueAt, decodeOtlpProtobuf, decodeSpanMessage, spansFromColumns } from './otlp/decode-span.ts';
export { decodeAnyValue, decodeArrayValue, decodeKeyValueList } from './otlp/decode-value.ts';
export { decodeExportResponse, decodeRpcStatus } from './otlp/decode-response.ts';
export { parseJsonExactly } from './otlp/json-reader.ts';
export { encodeOtlpJson } from './otlp/encode-json.ts';
export { encodeOtlpProtobuf } from './otlp/encode-request.ts';
export {
  encodeExportResponse,
  encodeRpcStatus,
  type ExportOutcome,
  type OtlpEncoding,
  type RpcStatus,
} from './otlp/encode-response.ts';
export {
  encodeAnyValue,
  encodeEventMessage,
  encodeLinkMessage,
  encodeResourceMessage,
  encodeScopeMessage,
  encodeSpanMessage,
} from './otlp/encode-span.ts';
export { DEFAULT_OTLP_LIMITS, MAX_VALUE_DEPTH, type OtlpLimits } from './otlp/limits.ts';
export { decodeJaegerJson } from './jaeger/decode-jaeger-json.ts';
export { decodeJaegerThrift, decodeJaegerThriftCompact } from './jaeger/decode-jaeger-thrift.ts';
export { encodeJaegerProtobuf } from './jaeger/encode-jaeger-protobuf.ts';
export { encodeJaegerPackets, encodeJaegerThrift, type JaegerPackets } from './jaeger/encode-jaeger-thrift.ts';
export {
  encodeJaegerTrace,
  type JaegerProcessJson,
  type JaegerReferenceJson,
  type JaegerSpanJson,
  type JaegerTraceJson,
} from './jaeger/encode-jaeger-trace.ts';
export type { JaegerTagJson } from './jaeger/jaeger-tag.ts';
export type { AttributeTypeHint, PlainJson } from './simple/attribute-types.ts';
export { decodeSimpleSpans } from './simple/decode-simple-spans.ts';
export {
  encodeSimpleSpan,
  type SimpleEventJson,
  type SimpleLinkJson,
  type SimpleScopeJson,
  type SimpleSpanJson,
} from './simple/encode-simple-span.ts';
export { type DecodedZipkinSpans, decodeZipkinJson } from './zipkin/decode-zipkin-json.ts';
export { encodeZipkinSpans, type ZipkinEndpointJson, type ZipkinSpanJson } from './zipkin/encode-zipkin-spans.ts';
export { buildTraceColumns } from './trace-columns/build-trace-columns.ts';
export type { ColumnSource } from './trace-columns/column-source.ts';
export {
  attributeKeyField,
  writeBoolAttribute,
  writeDoubleAttribute,
  writeDroppedCounts,
  writeEncodedAttribute,
  writeEncodedEvent,
  writeEncodedLink,
  writeIntAttribute,
  writeSpanFlags,
  writeStatus,
  writeStringAttribute,
  writeTraceState,
} from './trace-columns/detail-fields.ts';
export {
  DEFAULT_MAX_DETAIL_BYTES,
  TraceColumnsBuilder,
  type TraceColumnsOptions,
} from './trace-columns/trace-columns-builder.ts';
export { decodeTraceColumns } from './trace-columns/decode-trace-columns.ts';
export {
  encodeDetailBlock,
  encodeTraceColumns,
  encodeTraceColumnsHead,
  type TraceColumnsHead,
} from './trace-columns/encode-trace-columns.ts';
export { TraceColumnsReader } from './trace-columns/trace-columns-reader.ts';
export { decodeResource, decodeScope, decodeSpanDetails, type SpanDetails } from './trace-columns/span-details.ts';
