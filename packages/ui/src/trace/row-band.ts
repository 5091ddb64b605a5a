import { ROW_HEIGHT } from './waterfall-layout.ts';

/** Positions `[first, last)` of the rows that are in the page: those on screen and some around them. */
export interface RowBand {
  readonly first: number;
  readonly last: number;
}

/** Bands begin at multiples of this, so that most scroll events change nothing. */
const STEP = 8;
const OVERSCAN = 8;

/** The band for a scroll position. Rows and canvas share it and scroll together with the page's own scrolling. */
export function bandAt(scrollTop: number, viewportHeight: number, rowCount: number): RowBand {
  const firstVisible = Math.floor(Math.max(0, scrollTop) / ROW_HEIGHT);
  const visibleCount = Math.ceil(viewportHeight / ROW_HEIGHT) + 1;
  const first = Math.max(0, Math.floor((firstVisible - OVERSCAN) / STEP) * STEP);
  // A step more below than above: an anchor stands for all positions up to the next one.
  const last = Math.min(rowCount, Math.ceil((firstVisible + visibleCount + STEP + OVERSCAN) / STEP) * STEP);
  return { first: Math.min(first, last), last };
}

/** The scroll position rounded down so that positions with one and the same band have one and the same anchor. */
export function bandAnchor(scrollTop: number): number {
  const step = STEP * ROW_HEIGHT;
  return Math.max(0, Math.floor(scrollTop / step) * step);
}

/** The scroll position that shows a row with the least movement, with a row of air; the same if it is on screen. */
export function scrollTopFor(position: number, scrollTop: number, viewportHeight: number): number {
  const top = position * ROW_HEIGHT;
  if (top < scrollTop + ROW_HEIGHT) return Math.max(0, top - ROW_HEIGHT);
  if (top + 2 * ROW_HEIGHT > scrollTop + viewportHeight) return top + 2 * ROW_HEIGHT - viewportHeight;
  return scrollTop;
}
