import { criticalPath, selfTimes } from '@throughline/analysis';
import type { TraceColumns } from '@throughline/model';

import { timesOfColumns } from './column-times.ts';

/**
 * Where the trace's time went, one element a row: what a span did itself, and what of the critical path is charged to
 * it. The path's stretches of row `r` are `[segmentEnd[r - 1] ?? 0, segmentEnd[r])`, in time order. Nanoseconds from the
 * trace's start.
 */
export interface PathColumns {
  readonly selfNano: Float64Array<ArrayBuffer>;
  readonly criticalNano: Float64Array<ArrayBuffer>;
  readonly segmentEnd: Uint32Array<ArrayBuffer>;
  readonly segmentFromNano: Float64Array<ArrayBuffer>;
  readonly segmentToNano: Float64Array<ArrayBuffer>;
  /** Of the critical path: in which nothing of it ran. */
  readonly gapNano: number;
  readonly totalNano: number;
}

export function pathColumns(columns: TraceColumns): PathColumns {
  const times = timesOfColumns(columns);
  const { segments, contributionNano, gapNano, totalNano } = criticalPath(times);
  const segmentEnd = new Uint32Array(columns.spanCount);
  for (const { row, kind } of segments) if (kind === 'span') segmentEnd[row] = (segmentEnd[row] ?? 0) + 1;
  for (let row = 1; row < columns.spanCount; row++)
    segmentEnd[row] = (segmentEnd[row] ?? 0) + (segmentEnd[row - 1] ?? 0);
  const count = segmentEnd[columns.spanCount - 1] ?? 0;
  const segmentFromNano = new Float64Array(count);
  const segmentToNano = new Float64Array(count);
  const filled = new Uint32Array(columns.spanCount);
  for (const { row, kind, fromNano, toNano } of segments) {
    if (kind !== 'span') continue;
    const at = (row === 0 ? 0 : (segmentEnd[row - 1] ?? 0)) + (filled[row] ?? 0);
    filled[row] = (filled[row] ?? 0) + 1;
    segmentFromNano[at] = fromNano;
    segmentToNano[at] = toNano;
  }
  return {
    selfNano: new Float64Array(selfTimes(times)),
    criticalNano: new Float64Array(contributionNano),
    segmentEnd,
    segmentFromNano,
    segmentToNano,
    gapNano,
    totalNano,
  };
}
