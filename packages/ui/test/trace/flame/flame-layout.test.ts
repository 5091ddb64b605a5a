import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { flameStep, hitFlame, laneOf } from '../../../src/trace/flame/flame-hit-test.ts';
import { type FlameInput, LANE_HEIGHT, laneStart, layoutFlame } from '../../../src/trace/flame/flame-layout.ts';
import { type FlameModel, mergedFlame, timeFlame } from '../../../src/trace/in-worker/flame-model.ts';
import { pathColumns } from '../../../src/trace/in-worker/path-columns.ts';
import { wholeTrace } from '../../../src/trace/in-worker/row-scope.ts';
import type { TraceColumns } from '@throughline/model';
import { arbitraryTrace } from '../arbitrary-trace.ts';
import { columnsOf } from '../columns-of.ts';

function inputFor(columns: TraceColumns, model: FlameModel, more: Partial<FlameInput> = {}): FlameInput {
  return {
    columns,
    model,
    viewport: { startNano: model.startNano, endNano: Math.max(model.endNano, model.startNano + 1) },
    scrollTop: 0,
    width: 1000,
    height: 400,
    marks: new Uint8Array(columns.spanCount),
    selectedBox: -1,
    focusedBox: -1,
    matches: undefined,
    startOffsetNano: columns.startOffsetNano,
    textWidth: (text) => text.length * 6,
    ...more,
  };
}

const parallel = columnsOf([
  { startMs: 0, durationMs: 100, name: 'root' },
  { parent: 0, startMs: 10, durationMs: 40, name: 'a' },
  { parent: 0, startMs: 30, durationMs: 40, name: 'b', error: true },
  { parent: 2, startMs: 35, durationMs: 10, name: 'b child' },
  { parent: 0, startMs: 70, durationMs: 20, name: 'a' },
]);
const byName = (model: FlameModel, name: string): number =>
  [...model.row].findIndex((row) => parallel.strings[parallel.name[row] ?? 0] === name);

describe('the flame by time', () => {
  const model = timeFlame(parallel, wholeTrace(parallel));

  it('puts what runs at the same time into the next free lane, and later work back', () => {
    const lanes = Array.from(model.row, (row, box) => [parallel.strings[parallel.name[row] ?? 0], laneOf(model, box)]);
    expect(lanes).toEqual([
      ['root', 0],
      ['a', 1],
      ['a', 1],
      ['b', 2],
      ['b child', 3],
    ]);
  });

  it('has every span once, below its parent, and no two at one place', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const flame = timeFlame(columns, wholeTrace(columns));
        expect([...flame.row].toSorted((a, b) => a - b)).toEqual(Array.from(flame.row, (_, row) => row));
        const boxOf = new Map(Array.from(flame.row, (row, box) => [row, box]));
        for (const [row, box] of boxOf) {
          expect(flame.from[box]).toBe(columns.startOffsetNano[row]);
          const above = boxOf.get(columns.parent[row] ?? -1);
          if (above !== undefined) expect(laneOf(flame, box)).toBeGreaterThan(laneOf(flame, above));
        }
        for (let lane = 0; lane < flame.laneEnd.length; lane++) {
          for (let box = laneStart(flame, lane) + 1; box < (flame.laneEnd[lane] ?? 0); box++) {
            expect(flame.from[box]).toBeGreaterThanOrEqual(flame.to[box - 1] ?? 0);
          }
        }
      }),
    );
  });

  it('is walked by arrows: to the parent, the first child, the neighbours', () => {
    const [root, b, child] = [byName(model, 'root'), byName(model, 'b'), byName(model, 'b child')];
    expect(flameStep(model, parallel.parent, root, 'ArrowDown')).toBe(byName(model, 'a'));
    expect(flameStep(model, parallel.parent, b, 'ArrowDown')).toBe(child);
    expect(flameStep(model, parallel.parent, child, 'ArrowUp')).toBe(b);
    expect(flameStep(model, parallel.parent, b, 'ArrowUp')).toBe(root);
    expect(flameStep(model, parallel.parent, byName(model, 'a'), 'ArrowRight')).toBe(byName(model, 'a') + 1);
    expect(flameStep(model, parallel.parent, child, 'ArrowDown')).toBe(child);
  });
});

describe('the flame merged by path', () => {
  it('adds self times up, children within their parents, counts each span once', () => {
    const paths = pathColumns(parallel);
    const model = mergedFlame(parallel, paths, wholeTrace(parallel));
    expect(model.merged?.count[byName(model, 'a')]).toBe(2);
    expect(model.endNano).toBe(paths.selfNano.reduce((sum, self) => sum + self, 0));
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const flame = mergedFlame(columns, pathColumns(columns), wholeTrace(columns));
        expect(flame.merged?.count.reduce((sum, count) => sum + count, 0)).toBe(columns.spanCount);
        for (let lane = 1; lane < flame.laneEnd.length; lane++) {
          for (let box = laneStart(flame, lane); box < (flame.laneEnd[lane] ?? 0); box++) {
            const above = Array.from(
              { length: laneStart(flame, lane) - laneStart(flame, lane - 1) },
              (_, i) => laneStart(flame, lane - 1) + i,
            );
            const isInside = (each: number): boolean =>
              (flame.from[each] ?? 0) <= (flame.from[box] ?? 0) && (flame.to[each] ?? 0) >= (flame.to[box] ?? 0) - 1;
            expect(above.some(isInside)).toBe(true);
          }
        }
      }),
    );
  });
});

describe('the layout of the flame', () => {
  it('stands for every box on screen: alone, or in a block of those too narrow', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.integer({ min: 1, max: 300 }), (columns, width) => {
        const model = timeFlame(columns, wholeTrace(columns));
        const { boxes } = layoutFlame(inputFor(columns, model, { width, height: 10_000 }));
        expect(boxes.reduce((sum, { boxCount }) => sum + boxCount, 0)).toBe(columns.spanCount);
        expect(boxes.filter(({ error }) => error).length > 0).toBe(columns.error.some((error) => error === 1));
      }),
    );
  });

  it('lays out as many blocks as there are pixels, however many spans', () => {
    const many = columnsOf([
      { startMs: 0, durationMs: 6000, name: 'root' },
      ...Array.from({ length: 3000 }, (_, index) => ({ parent: 0, startMs: 2 * index, durationMs: 1, name: 'x' })),
    ]);
    const model = timeFlame(many, wholeTrace(many));
    const { boxes } = layoutFlame(inputFor(many, model, { width: 100, paths: pathColumns(many) }));
    expect(boxes.length).toBeLessThanOrEqual(1 + 51);
    expect(boxes.reduce((sum, { boxCount }) => sum + boxCount, 0)).toBe(3001);
  });

  it('marks errors, matches and the critical path', () => {
    const model = timeFlame(parallel, wholeTrace(parallel));
    const matches = Uint8Array.from(parallel.name, (name) => (parallel.strings[name] === 'a' ? 1 : 0));
    const { boxes } = layoutFlame(inputFor(parallel, model, { matches, paths: pathColumns(parallel) }));
    const b = boxes.find(({ box }) => box === byName(model, 'b'));
    expect(b).toMatchObject({ error: true, match: false, label: 'b' });
    expect([b?.x, b?.width].map((pixels) => Math.round(pixels ?? 0))).toEqual([300, 400]);
    expect(boxes.filter(({ match }) => match)).toHaveLength(2);
    expect(b?.path.map(({ x, width }) => [Math.round(x), Math.round(width)])).toEqual([
      [300, 50],
      [450, 250],
    ]);
  });

  it('is hit where its boxes are drawn', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const model = timeFlame(columns, wholeTrace(columns));
        const layout = layoutFlame(inputFor(columns, model, { scrollTop: 10, height: 10_000 }));
        for (const { box, boxCount, x, y, width, lane } of layout.boxes) {
          if (boxCount > 1 || width < 8) continue;
          expect(hitFlame(layout, model, x + width / 2, y + LANE_HEIGHT / 2 - 1)).toBe(box);
          expect(lane).toBe(laneOf(model, box));
        }
        expect(hitFlame(layout, model, 5, -50)).toBe(-1);
      }),
    );
  });
});
