import { decodeExportResponse, decodeRpcStatus, encodeOtlpJson } from '@throughline/wire';
import { SpareBuffers } from '../span/spare-buffers.ts';
import { requestOfBatch, requestOfBatches, spansOfBatch } from './batch-bytes.ts';
import { deliveringExporter, type EncodedRequest } from './delivering-exporter.ts';
import { type HttpExporterOptions, type HttpProtocol, httpTransport } from './http-transport.ts';
import { otlpTracesUrl } from './otlp-endpoint.ts';
import type { BatchExporter, SpanBatch } from './span-exporter.ts';

export interface OtlpHttpExporterOptions extends HttpExporterOptions {
  /** The base URL, to which `/v1/traces` is appended. Default `http://localhost:4318`. */
  readonly endpoint?: string;
  /** The whole URL, taken as it is, instead of `endpoint`. */
  readonly tracesEndpoint?: string;
  /** Default `protobuf`, which costs several times less. */
  readonly encoding?: 'protobuf' | 'json';
}

/** Sends batches by OTLP over HTTP. Protobuf frames the spans as they are; JSON decodes and encodes them again. */
export function otlpHttpExporter(options: OtlpHttpExporterOptions = {}): BatchExporter {
  const url = options.tracesEndpoint ?? otlpTracesUrl(options.endpoint ?? 'http://localhost:4318');
  return deliveringExporter(httpTransport(otlpOverHttp(url, options.encoding), options), options);
}

/** The requests of one transport. */
export function otlpOverHttp(url: string, encoding: 'protobuf' | 'json' = 'protobuf'): HttpProtocol {
  return encoding === 'json'
    ? {
        name: 'otlp-http-json',
        url,
        contentType: 'application/json',
        encode: encodeJson,
        readSuccess: readJsonSuccess,
        readError: readJsonError,
      }
    : {
        name: 'otlp-http-protobuf',
        url,
        contentType: 'application/x-protobuf',
        encode: protobufEncoder(),
        readSuccess: readProtobufSuccess,
        readError: (body) => decodeRpcStatus(body).message,
      };
}

/** As `encodeProtobuf`, in memory that is used again when a request is through. */
function protobufEncoder(): (batch: SpanBatch) => EncodedRequest {
  const spare = new SpareBuffers();
  return (batch) => {
    let memory = new Uint8Array(0);
    const bytes = requestOfBatches([batch], (length) => (memory = spare.take(length)));
    return { bytes, spanCount: batch.spanCount, onAccepted: () => spare.give(memory) };
  };
}

export function encodeProtobuf(batch: SpanBatch): EncodedRequest {
  return { bytes: requestOfBatch(batch), spanCount: batch.spanCount };
}

function encodeJson(batch: SpanBatch): EncodedRequest {
  const spans = spansOfBatch(batch);
  return { bytes: Buffer.from(encodeOtlpJson(spans)), spanCount: spans.length };
}

export function readProtobufSuccess(body: Uint8Array): { readonly rejectedCount: number; readonly message: string } {
  const { rejectedSpans, errorMessage } = decodeExportResponse(body);
  return { rejectedCount: rejectedSpans, message: errorMessage };
}

/** `ExportTraceServiceResponse` in JSON; int64 is a string or a number. */
function readJsonSuccess(body: Buffer): { readonly rejectedCount: number; readonly message: string } {
  if (body.length === 0) return { rejectedCount: 0, message: '' };
  const partial = memberOf(JSON.parse(body.toString()), 'partialSuccess');
  const rejected = Number(memberOf(partial, 'rejectedSpans') ?? 0);
  const message = memberOf(partial, 'errorMessage');
  return {
    rejectedCount: Number.isSafeInteger(rejected) ? Math.max(0, rejected) : 0,
    message: typeof message === 'string' ? message : '',
  };
}

/** `google.rpc.Status` in JSON. */
function readJsonError(body: Buffer): string {
  const message = memberOf(JSON.parse(body.toString()), 'message');
  return typeof message === 'string' ? message : body.toString();
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
