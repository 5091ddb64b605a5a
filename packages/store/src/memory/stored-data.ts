import type { Span } from '@throughline/model';
import type { StoreStatus } from '../span-store.ts';

/** How many spans there are, and where in time. */
export function storedData(
  traces: Iterable<readonly Span[]>,
): Pick<StoreStatus, 'spanRowCount' | 'diskBytes' | 'dataWindow'> {
  let spanRowCount = 0;
  let first: bigint | undefined;
  let last: bigint | undefined;
  for (const spans of traces) {
    spanRowCount += spans.length;
    for (const { startTimeUnixNano } of spans) {
      if (first === undefined || startTimeUnixNano < first) first = startTimeUnixNano;
      if (last === undefined || startTimeUnixNano > last) last = startTimeUnixNano;
    }
  }
  const dataWindow =
    first === undefined || last === undefined ? undefined : { fromUnixNano: first, toUnixNano: last + 1n };
  return { spanRowCount, diskBytes: 0, dataWindow };
}
