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
  const options = { maxOutputLength: maxBytes };
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
