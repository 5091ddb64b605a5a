import type { Stretches } from './stretches.ts';
import type { PathColumns } from './in-worker/path-columns.ts';

/** The stretches of the critical path that are charged to a row; they come in order and do not overlap. */
export function pathStretches({ segmentEnd, segmentFromNano, segmentToNano }: PathColumns, row: number): Stretches {
  const start = row === 0 ? 0 : (segmentEnd[row - 1] ?? 0);
  const end = segmentEnd[row] ?? start;
  return { fromNano: segmentFromNano.subarray(start, end), reachNano: segmentToNano.subarray(start, end) };
}
