import { ROW_HEIGHT, type WaterfallBar, type WaterfallLayout } from './waterfall-layout.ts';

export interface WaterfallHit {
  readonly row: number;
  /** On the bar itself (with a few pixels of mercy), not only in its row. */
  readonly onBar: boolean;
  /** The instant under the pointer, from the trace's start. */
  readonly offsetNano: number;
}

const MERCY = 3;

/** What lies at a point, in CSS pixels from the top left corner of the band; undefined below the last row. */
export function hitWaterfall(layout: WaterfallLayout, x: number, y: number): WaterfallHit | undefined {
  const bar: WaterfallBar | undefined = layout.bars[Math.floor(y / ROW_HEIGHT)];
  if (bar === undefined || y < 0) return undefined;
  const onBar = bar.outside === undefined && x >= bar.x - MERCY && x <= bar.x + bar.width + MERCY;
  return { row: bar.row, onBar, offsetNano: offsetAt(layout, x) };
}

/** The instant at a horizontal position. */
export function offsetAt(layout: Pick<WaterfallLayout, 'viewport' | 'width'>, x: number): number {
  const { startNano, endNano } = layout.viewport;
  return startNano + (x / layout.width) * (endNano - startNano);
}
