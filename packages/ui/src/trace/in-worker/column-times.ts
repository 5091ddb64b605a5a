import type { TraceTimes } from '@throughline/analysis';
import type { TraceColumns } from '@throughline/model';

/** A trace's columns as the analyses take them: no span is decoded. O(n). */
export function timesOfColumns(columns: TraceColumns): TraceTimes {
  const { spanCount, parent, subtreeEnd, startOffsetNano, durationNano, service, kind } = columns;
  const endNano = new Float64Array(spanCount);
  const roots: number[] = [];
  for (let row = 0; row < spanCount; row++) {
    endNano[row] = (startOffsetNano[row] ?? 0) + (durationNano[row] ?? 0);
    if ((parent[row] ?? -1) < 0) roots.push(row);
  }
  return {
    trace: { parent, subtreeEnd, roots },
    spanCount,
    startNano: startOffsetNano,
    endNano,
    totalNano: Number(columns.endTimeUnixNano - columns.startTimeUnixNano),
    service,
    kind,
  };
}
