import { describe, expect, it } from 'vitest';

import { hitCompare, largestDelta, layoutCompare } from '../../src/compare/compare-layout.ts';
import { comparisonOf } from '../../src/compare/comparison.ts';
import { columnsOf } from '../trace/columns-of.ts';

const comparison = comparisonOf(
  columnsOf([
    { name: 'root', startMs: 0, durationMs: 100 },
    { name: 'gone', parent: 0, startMs: 0, durationMs: 50 },
    { name: 'both', parent: 0, startMs: 60, durationMs: 20 },
  ]),
  columnsOf([
    { name: 'root', startMs: 0, durationMs: 200 },
    { name: 'both', parent: 0, startMs: 10, durationMs: 180 },
  ]),
);
const input = {
  comparison,
  nodes: Int32Array.of(0, 1, 2),
  firstPosition: 0,
  lastPosition: 3,
  folded: new Uint8Array(3),
  selectedNode: 2,
  width: 600,
  colours: new Uint8Array(8),
  largestDeltaNano: largestDelta(comparison),
};

describe('the layout of a comparison', () => {
  const layout = layoutCompare(input);
  const [root, gone, both] = layout.rows;

  it('shows both traces on one scale, each from its own start', () => {
    expect(root?.b).toMatchObject({ x: layout.timeX, width: layout.timeWidth });
    expect(root?.a?.width).toBeCloseTo(layout.timeWidth / 2);
    expect(both?.a?.x).toBeCloseTo(layout.timeX + layout.timeWidth * 0.3);
    expect(both?.selected).toBe(true);
  });

  it('has no bar where a trace has no span', () => {
    expect(gone?.a).toBeDefined();
    expect(gone?.b).toBeUndefined();
  });

  it('has differences right of the middle where B spends more, left where it spends less', () => {
    expect(both?.delta?.x).toBe(layout.deltaZeroX);
    expect((gone?.delta?.x ?? 0) + (gone?.delta?.width ?? 0)).toBeCloseTo(layout.deltaZeroX);
    expect(both?.deltaNano).toBe(160e6);
  });

  it('of a folded row has all that is below it', () => {
    const [folded] = layoutCompare({ ...input, nodes: Int32Array.of(0), folded: Uint8Array.of(1, 0, 0) }).rows;
    expect(folded?.deltaNano).toBe(comparison.durationDeltaNano);
  });

  it('knows what is at a point', () => {
    expect(hitCompare(layout, layout.timeX + layout.timeWidth / 2, 30)).toEqual({ node: 1, offsetNano: 100e6 });
    expect(hitCompare(layout, 5, 10)).toEqual({ node: 0, offsetNano: undefined });
    expect(hitCompare(layout, 5, 100)).toBeUndefined();
  });

  it('begins where the band begins', () => {
    const band = layoutCompare({ ...input, firstPosition: 1 });
    expect(band.rows.map(({ node, top }) => [node, top])).toEqual([
      [1, 0],
      [2, 24],
    ]);
  });
});
