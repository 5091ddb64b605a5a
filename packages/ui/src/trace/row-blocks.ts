import { ROW_HEIGHT } from './waterfall-layout.ts';

/**
 * Rows are put into the page, drawn and taken away by blocks of this many. Of smaller ones more are there, of larger ones
 * more is drawn at a step; both cost time at each frame.
 */
export const BLOCK_ROWS = 4;
/** At least this many rows are there above and below those on screen, for the browser to scroll to at once. */
const OVERSCAN = 6;

/** Numbers `[first, last)` of the blocks that are in the page; block `b` has the rows from `b * BLOCK_ROWS` on. */
export interface BlockBand {
  readonly first: number;
  readonly last: number;
}

/**
 * The blocks for a scroll position; always as many of them, if the rows fill them, so that scrolling neither makes nor
 * drops any. What they show scrolls with the page's own scrolling.
 */
export function blocksAt(scrollTop: number, viewportHeight: number, rowCount: number): BlockBand {
  const count = Math.ceil((viewportHeight / ROW_HEIGHT + 2 * OVERSCAN) / BLOCK_ROWS) + 1;
  const end = Math.ceil(rowCount / BLOCK_ROWS);
  const wanted = Math.floor((scrollTop / ROW_HEIGHT - OVERSCAN) / BLOCK_ROWS);
  const first = Math.max(0, Math.min(wanted, end - count));
  return { first, last: Math.min(end, first + count) };
}
