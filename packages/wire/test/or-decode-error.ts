import { DecodeError } from '../src/decode-error.ts';

/** What the decoder makes of malformed input, undefined where it throws the one error that it may throw. */
export function orDecodeError<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
