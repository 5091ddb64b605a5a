import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fullViewport } from '../../src/trace/time-viewport.ts';
import { errorPrefix } from '../../src/trace/trace-facts.ts';
import { allFolded, unfolded, visibleRows } from '../../src/trace/visible-rows.ts';
import { hitWaterfall } from '../../src/trace/waterfall-hit-test.ts';
import {
  axisTicks,
  joinedLayout,
  layoutWaterfall,
  ROW_HEIGHT,
  type WaterfallInput,
} from '../../src/trace/waterfall-layout.ts';
import type { TraceColumns } from '@throughline/model';
import { arbitraryTrace } from './arbitrary-trace.ts';
import { columnsOf } from './columns-of.ts';

const MS = 1e6;

function inputFor(columns: TraceColumns, more: Partial<WaterfallInput> = {}): WaterfallInput {
  const folded = more.folded ?? unfolded(columns);
  const rows = visibleRows(columns, folded);
  return {
    columns,
    rows,
    folded,
    firstPosition: 0,
    lastPosition: rows.length,
    errorsUpTo: errorPrefix(columns),
    viewport: fullViewport(Number(columns.endTimeUnixNano - columns.startTimeUnixNano)),
    width: 1000,
    startOffsetNano: columns.startOffsetNano,
    marks: new Uint8Array(columns.spanCount),
    selectedRow: -1,
    matches: undefined,
    textWidth: (text) => text.length * 6,
    eventOffsetsNano: () => [],
    ...more,
  };
}

const columns = columnsOf([
  { startMs: 0, durationMs: 100 },
  { parent: 0, startMs: 20, durationMs: 30 },
  { parent: 1, startMs: 25, durationMs: 5, error: true, events: [{ name: 'retry', atMs: 27 }] },
  { parent: 0, startMs: 90, durationMs: 10 },
]);

describe('layoutWaterfall', () => {
  it('places bars by time and rows by position', () => {
    const { bars } = layoutWaterfall(inputFor(columns));
    expect(bars.map(({ row, top, x, width }) => [row, top, Math.round(x), Math.round(width)])).toEqual([
      [0, 0, 0, 1000],
      [1, ROW_HEIGHT, 200, 300],
      [2, 2 * ROW_HEIGHT, 250, 50],
      [3, 3 * ROW_HEIGHT, 900, 100],
    ]);
  });

  it('puts labels behind, before or inside the bar, never over the edge', () => {
    const { bars } = layoutWaterfall(inputFor(columns));
    expect(bars.map((bar) => [bar.label, bar.labelInside])).toEqual([
      ['100 ms', true],
      ['30.0 ms', false],
      ['5.00 ms', false],
      ['10.0 ms', false],
    ]);
    expect(bars[1]?.labelX).toBeGreaterThan(500);
    expect(bars[3]?.labelX).toBeLessThan(900);
  });

  it('marks errors, and folded rows with an error below', () => {
    expect(layoutWaterfall(inputFor(columns)).bars.map((bar) => bar.error)).toEqual([false, false, true, false]);
    const [root] = layoutWaterfall(inputFor(columns, { folded: allFolded(columns) })).bars;
    expect(root).toMatchObject({ error: false, errorBelow: true });
  });

  it('says on which side spans lie that are not in the time shown', () => {
    const { bars } = layoutWaterfall(inputFor(columns, { viewport: { startNano: 60 * MS, endNano: 80 * MS } }));
    expect(bars.map((bar) => bar.outside)).toEqual([undefined, 'left', 'left', 'right']);
  });

  it('places events that are in the time shown', () => {
    const eventOffsetsNano = (row: number): number[] => (row === 2 ? [27 * MS, 500 * MS] : []);
    const { bars } = layoutWaterfall(inputFor(columns, { eventOffsetsNano }));
    expect(bars[2]?.eventXs.map(Math.round)).toEqual([270]);
  });

  it('puts a label within its bar where no event crosses it, if there is such a place', () => {
    const events = Array.from({ length: 12 }, (_, index) => ({ name: 'tick', atMs: index * 3 }));
    const busy = columnsOf([{ startMs: 0, durationMs: 100, events }]);
    const labelWith = (atMs: readonly number[]): unknown => {
      const eventOffsetsNano = (): number[] => atMs.map((ms) => ms * MS);
      const [bar] = layoutWaterfall(inputFor(busy, { eventOffsetsNano })).bars;
      return { x: Math.round(bar?.labelX ?? 0), inside: bar?.labelInside };
    };
    expect(labelWith([])).toEqual({ x: 6, inside: true });
    expect(labelWith([50])).toEqual({ x: 6, inside: true });
    expect(labelWith([3])).toEqual({ x: 36, inside: true });
    expect(labelWith([7, 3])).toEqual({ x: 76, inside: true });
    const each4Ms = (length: number): number[] => Array.from({ length }, (_, index) => 2 + index * 4);
    expect(labelWith(each4Ms(20))).toEqual({ x: 786, inside: true });
    // In so many it stays where labels are.
    expect(labelWith(each4Ms(21))).toEqual({ x: 6, inside: true });
  });

  it('lays out only the rows it is asked for', () => {
    const { bars, height } = layoutWaterfall(inputFor(columns, { firstPosition: 1, lastPosition: 3 }));
    expect(bars.map((bar) => bar.row)).toEqual([1, 2]);
    expect(bars[0]?.top).toBe(0);
    expect(height).toBe(2 * ROW_HEIGHT);
  });

  it('keeps every bar within the area (and its clipped edges), wide enough to see', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.double({ min: 0, max: 1, noNaN: true }), (trace, share) => {
        const total = Math.max(1, Number(trace.endTimeUnixNano - trace.startTimeUnixNano));
        const viewport = { startNano: total * share * 0.9, endNano: total * share * 0.9 + total * 0.1 };
        for (const bar of layoutWaterfall(inputFor(trace, { viewport, width: 640 })).bars) {
          expect(bar.width).toBeGreaterThanOrEqual(2);
          expect(bar.x).toBeGreaterThanOrEqual(-4);
          expect(bar.x + bar.width).toBeLessThanOrEqual(644);
        }
      }),
    );
  });
});

describe('hitWaterfall', () => {
  const layout = layoutWaterfall(inputFor(columns));

  it('tells row, bar and instant', () => {
    expect(hitWaterfall(layout, 300, ROW_HEIGHT + 5)).toEqual({ row: 1, onBar: true, offsetNano: 30 * MS });
    expect(hitWaterfall(layout, 100, ROW_HEIGHT + 5)).toMatchObject({ row: 1, onBar: false });
    expect(hitWaterfall(layout, 100, 4 * ROW_HEIGHT)).toBeUndefined();
    expect(hitWaterfall(layout, 100, -1)).toBeUndefined();
  });

  it('finds what happens in the very last instant', () => {
    // 214 ms times the pixels a nanosecond are more than 1000 pixels, by a rounding.
    const { bars, ...rest } = layoutWaterfall(
      inputFor(
        columnsOf([
          { startMs: 0, durationMs: 0 },
          { startMs: 214, durationMs: 0 },
        ]),
      ),
    );
    expect(bars[1]?.outside).toBeUndefined();
    expect(hitWaterfall({ bars, ...rest }, 999, ROW_HEIGHT + 5)).toMatchObject({ row: 1, onBar: true });
  });

  it('finds each bar at its own middle', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const drawn = layoutWaterfall(inputFor(trace));
        for (const bar of drawn.bars) {
          const hit = hitWaterfall(drawn, bar.x + bar.width / 2, bar.top + ROW_HEIGHT / 2);
          expect(hit).toMatchObject({ row: bar.row, onBar: true });
        }
      }),
    );
  });
});

describe('axisTicks', () => {
  it('keeps one unit and as many decimals as the step needs', () => {
    expect(axisTicks({ startNano: 0, endNano: 200 * MS }, 550).map((tick) => tick.label)).toEqual([
      '0 ms',
      '50 ms',
      '100 ms',
      '150 ms',
      '200 ms',
    ]);
    expect(axisTicks({ startNano: 1e9, endNano: 1e9 + 1000 }, 400).map((tick) => tick.label)[0]).toBe('1.0000000 s');
  });

  it('has nothing to say without room', () => {
    expect(axisTicks({ startNano: 0, endNano: 100 }, 0)).toEqual([]);
  });
});

it('is in parts what it is as a whole', () => {
  fc.assert(
    fc.property(arbitraryTrace, fc.integer({ min: 1, max: 9 }), (trace, step) => {
      const parts = Array.from({ length: Math.ceil(trace.spanCount / step) }, (_, index) =>
        layoutWaterfall(inputFor(trace, { firstPosition: index * step, lastPosition: (index + 1) * step })),
      );
      expect(joinedLayout(parts)).toEqual(layoutWaterfall(inputFor(trace)));
    }),
  );
});
