import { clockHost, clockShiftNano, estimateClockSkew } from '@throughline/analysis';
import type { Trace, TraceColumns } from '@throughline/model';

import { type ClockTimes, type CorrectedHost, rawTimes } from '../clock-times.ts';
import type { DetailsReader } from '../span-details.ts';

/**
 * Begins of the spans with the hosts' clocks put right by the calls between them within this trace. The first span's host
 * keeps its time, and those that calls join to it are held against it. O(n log n).
 */
export function correctedTimes(columns: TraceColumns, trace: Trace, details: DetailsReader): ClockTimes {
  const skew = estimateClockSkew([trace]);
  const hostOfResource = columns.resources.map((_, index) => clockHost(details.resource(index)));
  const home = skew.hosts.get(hostOfResource[columns.resource[0] ?? 0] ?? '');
  const isJoined = (host: string): boolean => skew.hosts.get(host)?.reference === home?.reference;
  const spanCounts = new Map<string, number>();
  const shiftNano = new Float64Array(columns.spanCount);
  const startOffsetNano = new Float64Array(columns.spanCount);
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  for (let row = 0; row < columns.spanCount; row++) {
    const host = hostOfResource[columns.resource[row] ?? 0] ?? '';
    spanCounts.set(host, (spanCounts.get(host) ?? 0) + 1);
    const raw = columns.startOffsetNano[row] ?? 0;
    const instant = columns.startTimeUnixNano + BigInt(Math.round(raw));
    const homeShift = home !== undefined && isJoined(host) ? clockShiftNano(skew, home.host, instant) : 0;
    const shift = clockShiftNano(skew, host, instant) - homeShift;
    shiftNano[row] = shift;
    startOffsetNano[row] = raw + shift;
    earliest = Math.min(earliest, raw + shift);
  }
  if (columns.spanCount === 0) return rawTimes(columns);
  for (let row = 0; row < columns.spanCount; row++) {
    startOffsetNano[row] = (startOffsetNano[row] ?? 0) - earliest;
    latest = Math.max(latest, (startOffsetNano[row] ?? 0) + (columns.durationNano[row] ?? 0));
  }
  const hosts: CorrectedHost[] = [...skew.hosts.values()]
    .map(({ host, reference, offsetNano, errorNano }) => ({
      host,
      reference: home !== undefined && isJoined(host) ? home.host : reference,
      offsetNano: offsetNano - (home !== undefined && isJoined(host) ? home.offsetNano : 0),
      errorNano: errorNano + (home !== undefined && isJoined(host) ? home.errorNano : 0),
      spanCount: spanCounts.get(host) ?? 0,
    }))
    .filter(({ offsetNano }) => offsetNano !== 0)
    .toSorted((a, b) => Math.abs(b.offsetNano) - Math.abs(a.offsetNano));
  return { startOffsetNano, durationNano: latest, correction: { shiftNano, hosts } };
}
