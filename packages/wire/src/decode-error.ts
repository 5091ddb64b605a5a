import { CodedError } from '@throughline/model';

/**
 * Why bytes or text could not be read at all: `malformed_payload` (not what the format allows), `payload_too_deep`
 * (nested beyond the limit), `unsupported_payload` (well-formed, but not of a kind that is read here).
 */
export type DecodeErrorCode = 'malformed_payload' | 'payload_too_deep' | 'unsupported_payload';

/**
 * The input as a whole cannot be read. The one error that decoders throw, and never retryable: the same bytes fail
 * again. Single spans that cannot be kept are not errors but counted, see `DecodedSpans.rejected`.
 */
export class DecodeError extends CodedError {
  constructor(code: DecodeErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, options);
    this.name = 'DecodeError';
  }
}
