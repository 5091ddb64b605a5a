import type { TraceColumns } from '@throughline/model';

import type { TimeViewport } from './time-viewport.ts';
import type { PathColumns } from './work/path-columns.ts';

/** A stretch of a row, in CSS pixels. */
export interface XRange {
  readonly x: number;
  readonly width: number;
}

/** Ranges are cut this far outside the area, so that what is cut does not look as if it ended there. */
const EDGE = 4;

/** Stretches of time as pixels, those that touch or overlap put together; `stretches` come by their start. */
export function xRanges(
  { viewport, width }: { readonly viewport: TimeViewport; readonly width: number },
  stretches: Iterable<readonly [fromNano: number, toNano: number]>,
): readonly XRange[] {
  const pixelsPerNano = width / (viewport.endNano - viewport.startNano);
  const found: { x: number; width: number }[] = [];
  let last: { x: number; width: number } | undefined;
  for (const [fromNano, toNano] of stretches) {
    if (toNano < viewport.startNano || fromNano > viewport.endNano) continue;
    const x = Math.max(-EDGE, (fromNano - viewport.startNano) * pixelsPerNano);
    // At least a pixel: nothing is too short to be seen.
    const end = Math.min(width + EDGE, Math.max(x + 1, (toNano - viewport.startNano) * pixelsPerNano));
    if (last !== undefined && x <= last.x + last.width + 0.5) last.width = Math.max(last.width, end - last.x);
    else found.push((last = { x, width: end - x }));
  }
  return found;
}

/** Where the rows are on the critical path. */
export function pathRanges(
  area: {
    readonly columns: Pick<TraceColumns, 'startOffsetNano'>;
    readonly startOffsetNano: Float64Array;
    readonly viewport: TimeViewport;
    readonly width: number;
  },
  paths: PathColumns,
  rows: Iterable<number>,
): readonly XRange[] {
  const { columns, startOffsetNano } = area;
  function* stretches(): Generator<readonly [number, number]> {
    for (const row of rows) {
      // The path is that of the spans' own clocks; with corrected ones it moves along with its span.
      const shift = (startOffsetNano[row] ?? 0) - (columns.startOffsetNano[row] ?? 0);
      const end = paths.segmentEnd[row] ?? 0;
      for (let at = row === 0 ? 0 : (paths.segmentEnd[row - 1] ?? 0); at < end; at++) {
        yield [(paths.segmentFromNano[at] ?? 0) + shift, (paths.segmentToNano[at] ?? 0) + shift];
      }
    }
  }
  return xRanges(area, stretches());
}
