import type { CriticalPath, PathSegment } from './critical-path.ts';

/** How many nanoseconds of the critical path between two instants are charged to the row itself. */
export type OwnPathTime = (row: number, fromNano: number, toNano: number) => number;

/** O(segments) once; a question costs O(log n) and what lies between the instants. */
export function ownPathTime({ segments }: CriticalPath): OwnPathTime {
  const byRow = new Map<number, PathSegment[]>();
  for (const segment of segments) {
    if (segment.kind !== 'span') continue;
    const ofRow = byRow.get(segment.row);
    if (ofRow === undefined) byRow.set(segment.row, [segment]);
    else ofRow.push(segment);
  }
  return (row, fromNano, toNano) => {
    const own = byRow.get(row) ?? [];
    let low = 0;
    let high = own.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((own[middle]?.toNano ?? 0) <= fromNano) low = middle + 1;
      else high = middle;
    }
    let nano = 0;
    for (let i = low; i < own.length; i++) {
      const segment = own[i];
      if (segment === undefined || segment.fromNano >= toNano) break;
      nano += Math.min(segment.toNano, toNano) - Math.max(segment.fromNano, fromNano);
    }
    return nano;
  };
}
