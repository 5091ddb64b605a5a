import { CodedError } from '@throughline/model';

/** The engine's error number, or undefined if the error is not the engine's. */
export function engineErrorNumber(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('clickhouseCode' in error && typeof error.clickhouseCode === 'number') return error.clickhouseCode;
  const match = /Code: (\d+)/.exec(error.message);
  return match === null ? undefined : Number(match[1]);
}

const TIMEOUT_EXCEEDED = 159;
const TOO_SLOW = 160;
const MEMORY_LIMIT_EXCEEDED = 241;
const NOT_ENOUGH_SPACE = 243;
const TOO_MANY_PARTS = 252;
const QUERY_WAS_CANCELLED = 394;

/** The engine's failure in the store's words. Whatever is not the engine's or has no code of its own is `storage_failed`. */
export function codedEngineError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  switch (engineErrorNumber(error)) {
    case TIMEOUT_EXCEEDED:
    case TOO_SLOW:
      return new CodedError('query_timeout', 'the query took longer than the limit allows', { cause: error });
    case MEMORY_LIMIT_EXCEEDED:
      return new CodedError('query_memory_limit', 'the query needs more memory than the limit allows', {
        cause: error,
      });
    case NOT_ENOUGH_SPACE:
      return diskFull(error);
    case TOO_MANY_PARTS:
      return new CodedError('overloaded', 'the store has too many unmerged parts', {
        retryable: true,
        retryAfterMs: 1000,
        cause: error,
      });
    case QUERY_WAS_CANCELLED:
      return new CodedError('query_cancelled', 'the query was cancelled', { cause: error });
    default:
  }
  if (/No space left on device|ENOSPC/.test(message)) return diskFull(error);
  return new CodedError('storage_failed', `the storage engine failed: ${message.slice(0, 2000)}`, {
    retryable: true,
    cause: error,
  });
}

function diskFull(cause: unknown): CodedError {
  return new CodedError('disk_full', 'the disk of the data directory is full; nothing acknowledged was lost', {
    retryable: true,
    retryAfterMs: 10_000,
    cause,
  });
}

/** Whether an insert may be tried again at once: its deduplication token makes a repeat harmless. */
export function isWorthRetrying(error: CodedError): boolean {
  return error.code === 'storage_failed' || error.code === 'query_memory_limit' || error.code === 'query_cancelled';
}
