import { crc32 } from 'node:zlib';
import type { TraceSample } from '../span-store.ts';

/** Those with the smallest hashes, as the engine orders them. */
export function sampleTraceIds(traceIds: Iterable<string>, maxTraceCount: number): TraceSample {
  const hashed = Array.from(traceIds, (traceId) => ({ traceId, hash: crc32(Buffer.from(traceId, 'hex')) }));
  hashed.sort((a, b) => a.hash - b.hash || (a.traceId < b.traceId ? -1 : 1));
  return { traceIds: hashed.slice(0, maxTraceCount).map(({ traceId }) => traceId), traceCount: hashed.length };
}
