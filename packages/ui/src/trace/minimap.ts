import type { TraceColumns } from '@throughline/model';

import type { ClockTimes } from './clock-times.ts';
import type { TimeViewport } from './time-viewport.ts';

/** A picture of the whole trace: one 32-bit RGBA pixel (little-endian) each, row by row; 0 is empty. */
export interface MinimapRaster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** The least number of pixel rows a span gets as long as there is room. */
const MAX_SPAN_HEIGHT = 4;

/** What the minimap shows of the trace. */
export interface MinimapInput {
  readonly columns: TraceColumns;
  readonly times: ClockTimes;
  /** A mark a row, and the pixel of each mark. */
  readonly marks: Uint8Array;
  readonly markPixels: readonly number[];
  readonly errorPixel: number;
}

/**
 * Draws every span of the trace, whatever their number: spans that share a pixel row lie on top of each other, errors
 * on top of all. Time is one memory fill a span.
 */
export function rasterMinimap(
  { columns, times, marks, markPixels, errorPixel }: MinimapInput,
  width: number,
  height: number,
): MinimapRaster {
  const pixels = new Uint32Array(width * height);
  const raster = { width, height, pixels };
  const { startOffsetNano, durationNano: traceNano } = times;
  const pixelsPerNano = traceNano > 0 ? width / traceNano : 0;
  const pixelsPerRow = Math.min(MAX_SPAN_HEIGHT, height / Math.max(1, columns.spanCount));
  const drawSpan = (row: number, pixel: number): void => {
    const x = Math.min(width - 1, Math.max(0, Math.floor((startOffsetNano[row] ?? 0) * pixelsPerNano)));
    const spanEnd = (startOffsetNano[row] ?? 0) + (columns.durationNano[row] ?? 0);
    const end = Math.min(width, Math.max(x + 1, Math.ceil(spanEnd * pixelsPerNano)));
    const top = Math.floor(row * pixelsPerRow);
    // A gap of a pixel between rows as soon as they are three pixels high.
    const thickness = Math.max(1, Math.floor(pixelsPerRow) - (pixelsPerRow >= 3 ? 1 : 0));
    const bottom = Math.min(height, top + thickness);
    for (let y = top; y < bottom; y++) {
      // Most spans of a large trace are a pixel or two, for which the call alone takes longer.
      if (end - x > 8) pixels.fill(pixel, y * width + x, y * width + end);
      else for (let at = y * width + x; at < y * width + end; at++) pixels[at] = pixel;
    }
  };
  for (let row = 0; row < columns.spanCount; row++) drawSpan(row, markPixels[marks[row] ?? 0] ?? 0);
  for (let row = 0; row < columns.spanCount; row++) if (columns.error[row] === 1) drawSpan(row, errorPixel);
  return raster;
}

export type MinimapPart = 'left-handle' | 'right-handle' | 'window' | 'outside';

const HANDLE_MERCY = 6;

/** What a pointer at `x` takes hold of. The whole trace has no window to move: there one drags a new one. */
export function hitMinimap(viewport: TimeViewport, traceDurationNano: number, width: number, x: number): MinimapPart {
  const { left, right } = minimapWindow(viewport, traceDurationNano, width);
  if (Math.abs(x - left) <= HANDLE_MERCY) return 'left-handle';
  if (Math.abs(x - right) <= HANDLE_MERCY) return 'right-handle';
  const isWhole = left <= 0.5 && right >= width - 0.5;
  return x > left && x < right && !isWhole ? 'window' : 'outside';
}

/** Where the time shown begins and ends on the minimap, in CSS pixels. */
export function minimapWindow(
  viewport: TimeViewport,
  traceDurationNano: number,
  width: number,
): { readonly left: number; readonly right: number } {
  if (traceDurationNano <= 0) return { left: 0, right: width };
  return {
    left: Math.max(0, (viewport.startNano / traceDurationNano) * width),
    right: Math.min(width, (viewport.endNano / traceDurationNano) * width),
  };
}
