import { describe, expect, it } from 'vitest';

import { rawTimes } from '../../src/trace/clock-times.ts';
import { hitMinimap, minimapWindow, rasterMinimap } from '../../src/trace/minimap.ts';
import { columnsOf } from './columns-of.ts';

const GREEN = 0xff00ff00;
const RED = 0xff0000ff;

function raster(spans: Parameters<typeof columnsOf>[0], width: number, height: number) {
  const columns = columnsOf(spans);
  return rasterMinimap(
    {
      columns,
      times: rawTimes(columns),
      marks: new Uint8Array(columns.spanCount),
      markPixels: [GREEN],
      errorPixel: RED,
    },
    width,
    height,
  );
}

describe('rasterMinimap', () => {
  it('draws few spans a row each with a gap', () => {
    const { pixels } = raster(
      [
        { startMs: 0, durationMs: 100 },
        { parent: 0, startMs: 50, durationMs: 25 },
      ],
      8,
      8,
    );
    const line = (y: number): string =>
      [...pixels.subarray(y * 8, y * 8 + 8)].map((p) => (p === 0 ? '.' : '#')).join('');
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(line)).toEqual([
      '########',
      '########',
      '########',
      '........',
      '....##..',
      '....##..',
      '....##..',
      '........',
    ]);
  });

  it('draws errors over what shares their pixels, and at least one pixel for each', () => {
    const spans = Array.from({ length: 5000 }, (_, index) => ({
      ...(index > 0 && { parent: 0 }),
      startMs: index === 0 ? 0 : index / 10,
      durationMs: index === 0 ? 1000 : 0,
      error: index === 2500,
    }));
    const { pixels, width } = raster(spans, 100, 20);
    const red = [...pixels.keys()].filter((at) => pixels[at] === RED);
    expect(red).toHaveLength(1);
    expect((red[0] ?? 0) % width).toBe(25);
  });

  it('has pixels for every part of a trace of one instant', () => {
    expect(raster([{ startMs: 0, durationMs: 0 }], 4, 4).pixels.some((pixel) => pixel === GREEN)).toBe(true);
  });
});

describe('the minimap’s window', () => {
  it('spans the time shown', () => {
    expect(minimapWindow({ startNano: 25, endNano: 75 }, 100, 400)).toEqual({ left: 100, right: 300 });
    expect(minimapWindow({ startNano: 0, endNano: 50 }, 0, 400)).toEqual({ left: 0, right: 400 });
  });

  it('is taken by its handles, its body, or drawn anew', () => {
    const zoomed = { startNano: 25, endNano: 75 };
    expect(hitMinimap(zoomed, 100, 400, 103)).toBe('left-handle');
    expect(hitMinimap(zoomed, 100, 400, 295)).toBe('right-handle');
    expect(hitMinimap(zoomed, 100, 400, 200)).toBe('window');
    expect(hitMinimap(zoomed, 100, 400, 20)).toBe('outside');
    expect(hitMinimap({ startNano: 0, endNano: 100 }, 100, 400, 200)).toBe('outside');
  });
});
