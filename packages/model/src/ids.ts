/**
 * Ids in the model are lower-case hexadecimal strings: 32 digits for a trace, 16 for a span. `''` is "no id".
 * Source: OpenTelemetry specification, Trace API, SpanContext.
 */
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const ZERO_TRACE_ID = '0'.repeat(32);
const ZERO_SPAN_ID = '0'.repeat(16);

/** 32 lower-case hex digits, not all zero. */
export function isTraceId(id: string): boolean {
  return TRACE_ID.test(id) && id !== ZERO_TRACE_ID;
}

/** 16 lower-case hex digits, not all zero. */
export function isSpanId(id: string): boolean {
  return SPAN_ID.test(id) && id !== ZERO_SPAN_ID;
}

const HEX = /^[0-9a-fA-F]+$/;

/** Any hex id of 1 to 32 digits as a trace id (left-padded, lower case), or undefined. */
export function normalizeTraceId(id: string): string | undefined {
  return normalize(id, 32, ZERO_TRACE_ID);
}

/** Any hex id of 1 to 16 digits as a span id (left-padded, lower case), or undefined. */
export function normalizeSpanId(id: string): string | undefined {
  return normalize(id, 16, ZERO_SPAN_ID);
}

function normalize(id: string, length: number, zero: string): string | undefined {
  if (id.length > length || !HEX.test(id)) return undefined;
  const padded = id.toLowerCase().padStart(length, '0');
  return padded === zero ? undefined : padded;
}

const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes `[start, start + length)` as lower-case hex. */
export function hexFromBytes(bytes: Uint8Array, start = 0, length: number = bytes.length - start): string {
  let hex = '';
  for (let i = start; i < start + length; i++) hex += HEX_OF_BYTE[bytes[i] ?? 0] ?? '';
  return hex;
}

/** Hex digits (an even number) as bytes. The caller has checked that they are hex. */
export function bytesFromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
