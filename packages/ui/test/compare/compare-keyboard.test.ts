import { describe, expect, it } from 'vitest';

import { type CompareCommand, compareCommandOf, moveOf } from '../../src/compare/compare-keyboard.ts';

const place = {
  nodes: Int32Array.of(0, 1, 3, 4),
  folded: Uint8Array.of(0, 1, 0, 0, 0),
  parent: Int32Array.of(-1, 0, 1, 0, 0),
  subtreeEnd: Uint32Array.of(5, 3, 3, 4, 5),
  marks: Uint8Array.of(4, 0, 0, 0, 8),
};
const from = (focused: number, command: CompareCommand) => moveOf(command, { ...place, focused });

describe('the keys of a comparison', () => {
  it('are the trace page’s where they do the same', () => {
    const key = (name: string, more = {}) =>
      compareCommandOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...more });
    expect(key('j')).toBe('down');
    expect(key('n')).toBe('nextDifference');
    expect(key('n', { ctrlKey: true })).toBeUndefined();
    expect(key('q')).toBeUndefined();
  });

  it('move among the shown rows, and stop at the ends', () => {
    expect(from(1, 'down')).toEqual({ to: 3 });
    expect(from(0, 'up')).toEqual({ to: 0 });
    expect(from(0, 'pageDown')).toEqual({ to: 4 });
    expect(from(3, 'first')).toEqual({ to: 0 });
  });

  it('fold and unfold before they leave', () => {
    expect(from(1, 'in')).toEqual({ fold: 1, folds: false });
    expect(from(0, 'in')).toEqual({ to: 1 });
    expect(from(0, 'out')).toEqual({ fold: 0, folds: true });
    expect(from(3, 'out')).toEqual({ to: 0 });
    expect(from(3, 'in')).toBeUndefined();
  });

  it('go from difference to difference, round the ends', () => {
    expect(from(0, 'nextDifference')).toEqual({ to: 4 });
    expect(from(4, 'nextDifference')).toEqual({ to: 0 });
    expect(from(3, 'previousDifference')).toEqual({ to: 0 });
    expect(moveOf('nextDifference', { ...place, focused: 0, marks: new Uint8Array(5) })).toBeUndefined();
  });
});
