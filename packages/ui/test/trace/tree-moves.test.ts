import { describe, expect, it } from 'vitest';

import { nextMarked, treeStep } from '../../src/trace/tree-moves.ts';
import { unfolded, visibleRows, withFold } from '../../src/trace/visible-rows.ts';
import { columnsOf } from './columns-of.ts';

const columns = columnsOf([
  { startMs: 0, durationMs: 100 },
  { parent: 0, startMs: 1, durationMs: 50 },
  { parent: 1, startMs: 2, durationMs: 10 },
  { parent: 0, startMs: 60, durationMs: 10 },
]);
const open = unfolded(columns);
const closed = withFold(open, 1, true);

function step(row: number, move: Parameters<typeof treeStep>[4], folded: Uint8Array = open) {
  return treeStep(columns, visibleRows(columns, folded), folded, row, move, 2);
}

describe('treeStep', () => {
  it('goes up and down over the shown rows and stops at the ends', () => {
    expect(step(1, 'down')).toEqual({ kind: 'go', row: 2 });
    expect(step(1, 'down', closed)).toEqual({ kind: 'go', row: 3 });
    expect(step(3, 'down')).toEqual({ kind: 'stay' });
    expect(step(0, 'up')).toEqual({ kind: 'stay' });
    expect(step(0, 'pageDown')).toEqual({ kind: 'go', row: 2 });
    expect(step(3, 'pageUp')).toEqual({ kind: 'go', row: 1 });
    expect(step(1, 'last')).toEqual({ kind: 'go', row: 3 });
    expect(step(1, 'first')).toEqual({ kind: 'go', row: 0 });
  });

  it('unfolds, then enters; folds, then leaves', () => {
    expect(step(1, 'in', closed)).toEqual({ kind: 'unfold', row: 1 });
    expect(step(1, 'in')).toEqual({ kind: 'go', row: 2 });
    expect(step(2, 'in')).toEqual({ kind: 'stay' });
    expect(step(1, 'out')).toEqual({ kind: 'fold', row: 1 });
    expect(step(1, 'out', closed)).toEqual({ kind: 'go', row: 0 });
    expect(step(2, 'out')).toEqual({ kind: 'go', row: 1 });
  });

  it('starts from the row that stands for a hidden one', () => {
    expect(step(2, 'down', closed)).toEqual({ kind: 'go', row: 3 });
  });
});

describe('nextMarked', () => {
  it('walks around the ends in both directions', () => {
    const marks = Uint8Array.of(0, 1, 0, 1);
    expect(nextMarked(marks, 1, 1)).toBe(3);
    expect(nextMarked(marks, 3, 1)).toBe(1);
    expect(nextMarked(marks, 1, -1)).toBe(3);
    expect(nextMarked(marks, 0, -1)).toBe(3);
  });

  it('comes back to the only mark, and to nothing without one', () => {
    expect(nextMarked(Uint8Array.of(0, 1, 0), 1, 1)).toBe(1);
    expect(nextMarked(Uint8Array.of(0, 0), 0, 1)).toBe(-1);
    expect(nextMarked(new Uint8Array(), 0, 1)).toBe(-1);
  });
});
