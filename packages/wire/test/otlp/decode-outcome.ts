import { DecodeError } from '../../src/index.ts';

/** What `read` returned, or the code of the DecodeError it threw. Anything else it throws is thrown. */
export function outcomeOf<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}
