import { crc32 } from 'node:zlib';
import { within } from '../search/read-trace-sample.ts';
import type { TraceSample, TraceSampling } from '../span-store.ts';

/** Those with the smallest hashes, as the engine orders them; `sizes`: stored spans by trace. */
export function sampleTraceIds(
  sizes: ReadonlyMap<string, number>,
  { maxTraceCount, maxSpanCount }: Pick<TraceSampling, 'maxTraceCount' | 'maxSpanCount'>,
): TraceSample {
  const hashed = Array.from(sizes.keys(), (traceId) => ({ traceId, hash: crc32(Buffer.from(traceId, 'hex')) }));
  hashed.sort((a, b) => a.hash - b.hash || (a.traceId < b.traceId ? -1 : 1));
  const first = hashed.slice(0, maxTraceCount).map(({ traceId }) => traceId);
  return {
    traceIds: maxSpanCount === undefined ? first : within(maxSpanCount, first, sizes),
    traceCount: hashed.length,
  };
}
