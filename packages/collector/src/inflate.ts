import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { CodedError } from '@throughline/model';

const gunzip = promisify(zlib.gunzip);
const inflateZlib = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const zstdDecompress = promisify(zlib.zstdDecompress);

/** What `Content-Encoding` may say, as sent in `Accept-Encoding` with a refusal. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, zstd';

/**
 * A body as it was before its `Content-Encoding`. Never grows past `maxBytes`.
 *
 * @throws CodedError `unsupported_encoding`, `body_too_large` (inflated), `malformed_payload`
 */
export async function inflate(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  const options = { maxOutputLength: maxBytes, chunkSize: chunkBytes(body, name, maxBytes) };
  try {
    switch (name) {
      case 'gzip':
      case 'x-gzip':
        return await gunzip(body, options);
      case 'deflate':
        // RFC 9110 means the zlib format; some clients send raw deflate. A zlib header is 0x?8 and divisible by 31.
        return await (isZlib(body) ? inflateZlib(body, options) : inflateRaw(body, options));
      case 'zstd':
        return await zstdDecompress(body, options);
      default:
        throw new CodedError(
          'unsupported_encoding',
          `Content-Encoding ${JSON.stringify(name)} is not supported; use one of ${ACCEPTED_ENCODINGS}`,
        );
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw bodyTooLarge(maxBytes, 'after inflation');
    }
    throw new CodedError('malformed_payload', `The body is not valid ${name} data`, { cause: error });
  }
}

const MIN_CHUNK_BYTES = 16 << 10;
const MAX_CHUNK_BYTES = 4 << 20;
/** What telemetry shrinks by, about, for formats that do not say how long the content is. */
const USUAL_RATIO = 8;

/**
 * How much room to inflate into at a time. Every further chunk is another trip to the thread pool, so the whole content
 * should fit one: a body of 280,000 bytes cost less than half the CPU in one chunk of its size than in chunks of 16 KiB.
 * Gzip ends with the content's length (RFC 1952, ISIZE), which is only a hint: a wrong one costs chunks or room, no more.
 */
function chunkBytes(body: Buffer, name: string, maxBytes: number): number {
  const isGzip = (name === 'gzip' || name === 'x-gzip') && body.length >= 18;
  // One byte more, or a full chunk would be followed by an empty one.
  const expected = (isGzip ? body.readUInt32LE(body.length - 4) : USUAL_RATIO * body.length) + 1;
  return Math.max(MIN_CHUNK_BYTES, Math.min(expected, maxBytes + 1, MAX_CHUNK_BYTES));
}

function isZlib(body: Buffer): boolean {
  if (body.length < 2) return false;
  const header = body.readUInt16BE(0);
  return (header & 0x0f00) === 0x0800 && header % 31 === 0;
}

export function bodyTooLarge(maxBytes: number, when: string): CodedError {
  return new CodedError(
    'body_too_large',
    `The request is larger than ${maxBytes} bytes ${when}; send smaller batches or raise the limit (max_body_bytes)`,
  );
}
