import type { TimeViewport } from './time-viewport.ts';

/**
 * Stretches of time in the order of their begins, nanoseconds from the trace's start. `reachNano[i]` is the latest end of
 * the stretches up to `i`.
 */
export interface Stretches {
  readonly fromNano: Float64Array;
  readonly reachNano: Float64Array;
}

/** A stretch of a row, in CSS pixels. */
export interface XRange {
  readonly x: number;
  readonly width: number;
}

/** Ranges are cut this far outside the area, so that what is cut does not look as if it ended there. */
const EDGE = 4;

/** O(n log n), or O(n) where they come in order. */
export function stretchesOf(fromNano: Float64Array, toNano: Float64Array): Stretches {
  const order = Uint32Array.from(fromNano.keys());
  if (!isSorted(fromNano)) order.sort((a, b) => (fromNano[a] ?? 0) - (fromNano[b] ?? 0));
  const begins = new Float64Array(order.length);
  const reachNano = new Float64Array(order.length);
  let reach = Number.NEGATIVE_INFINITY;
  for (const [place, index] of order.entries()) {
    begins[place] = fromNano[index] ?? 0;
    reach = Math.max(reach, toNano[index] ?? 0);
    reachNano[place] = reach;
  }
  return { fromNano: begins, reachNano };
}

function isSorted(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index++) if ((values[index] ?? 0) < (values[index - 1] ?? 0)) return false;
  return true;
}

/**
 * The pixels in which at least one stretch lies, at least one pixel for each; those that touch are one range. All that
 * begins within a range is passed over by binary search, so that the work depends on the pixels and not on the
 * stretches. `shiftNano` is added to all of them.
 */
export function xRanges(
  { viewport, width }: { readonly viewport: TimeViewport; readonly width: number },
  { fromNano, reachNano }: Stretches,
  shiftNano = 0,
): readonly XRange[] {
  const pixelsPerNano = width / (viewport.endNano - viewport.startNano);
  const nanoPerPixel = 1 / pixelsPerNano;
  const endNano = viewport.endNano - shiftNano;
  const ranges: XRange[] = [];
  // The first that reaches the viewport: reaches never fall.
  let index = firstAbove(reachNano, 0, viewport.startNano - shiftNano, true);
  while (index < fromNano.length && (fromNano[index] ?? 0) <= endNano) {
    const begin = fromNano[index] ?? 0;
    let reach = Math.max(reachNano[index] ?? 0, begin + nanoPerPixel);
    for (;;) {
      const next = firstAbove(fromNano, index + 1, reach + nanoPerPixel / 2, false);
      if (next === index + 1) {
        index = next;
        break;
      }
      index = next - 1;
      reach = Math.max(reach, reachNano[index] ?? 0, (fromNano[index] ?? 0) + nanoPerPixel);
      if (reach >= endNano) {
        index = fromNano.length;
        break;
      }
    }
    const x = Math.max(-EDGE, (begin + shiftNano - viewport.startNano) * pixelsPerNano);
    const right = Math.min(width + EDGE, (reach + shiftNano - viewport.startNano) * pixelsPerNano);
    if (right > x) ranges.push({ x, width: right - x });
  }
  return ranges;
}

/** The first index from `start` on whose value is above the bound (`orAt`: or at it). */
function firstAbove(values: Float64Array, start: number, bound: number, orAt: boolean): number {
  let low = start;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle] ?? 0;
    if (value > bound || (orAt && value === bound)) high = middle;
    else low = middle + 1;
  }
  return low;
}
