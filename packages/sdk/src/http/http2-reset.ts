import { constants } from 'node:http2';

/** HTTP/2's error code by its name in node:http2, such as `NGHTTP2_CANCEL`. */
export function resetError(code: number | undefined): Error {
  const name = Object.entries(constants).find(([key, value]) => RESET_CODES.has(key) && value === code)?.[0];
  return Object.assign(new Error(`The stream was reset with code ${code}`), { code: name ?? 'ERR_HTTP2_STREAM_ERROR' });
}

/** The constants that are error codes (RFC 9113, section 7); others have the same numbers. */
const RESET_CODES: ReadonlySet<string> = new Set([
  'NGHTTP2_NO_ERROR',
  'NGHTTP2_PROTOCOL_ERROR',
  'NGHTTP2_INTERNAL_ERROR',
  'NGHTTP2_FLOW_CONTROL_ERROR',
  'NGHTTP2_SETTINGS_TIMEOUT',
  'NGHTTP2_STREAM_CLOSED',
  'NGHTTP2_FRAME_SIZE_ERROR',
  'NGHTTP2_REFUSED_STREAM',
  'NGHTTP2_CANCEL',
  'NGHTTP2_COMPRESSION_ERROR',
  'NGHTTP2_CONNECT_ERROR',
  'NGHTTP2_ENHANCE_YOUR_CALM',
  'NGHTTP2_INADEQUATE_SECURITY',
  'NGHTTP2_HTTP_1_1_REQUIRED',
]);
