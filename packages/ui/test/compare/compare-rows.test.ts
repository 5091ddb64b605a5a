import { describe, expect, it } from 'vitest';

import { initialFolds, rowSequence, shownNodes, unfoldedTo } from '../../src/compare/compare-rows.ts';

/** 0 above 1 (above 2) and 3 (above 4); another root 5. */
const tree = {
  spanCount: 6,
  parent: Int32Array.of(-1, 0, 1, 0, 3, -1),
  subtreeEnd: Uint32Array.of(5, 3, 3, 5, 5, 6),
  subtreeDeltaNano: Float64Array.of(7, 2, 1, -5, -5, 9),
  differenceCount: Uint32Array.of(2, 0, 0, 1, 1, 0),
  marks: Uint8Array.of(4, 0, 0, 0, 8, 0),
};

describe('the rows of a comparison', () => {
  it('stand by time, or siblings by the size of what they add', () => {
    expect([...rowSequence(tree, 'time')]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...rowSequence(tree, 'contribution')]).toEqual([5, 0, 3, 4, 1, 2]);
  });

  it('are those that are not folded away, in either order', () => {
    const folded = Uint8Array.of(0, 1, 0, 0, 0, 0);
    expect([...shownNodes(tree, rowSequence(tree, 'time'), folded, false)]).toEqual([0, 1, 3, 4, 5]);
    expect([...shownNodes(tree, rowSequence(tree, 'contribution'), folded, false)]).toEqual([5, 0, 3, 4, 1]);
  });

  it('can be those alone that differ, or have a difference below', () => {
    expect([...shownNodes(tree, rowSequence(tree, 'time'), new Uint8Array(6), true)]).toEqual([0, 3, 4]);
  });

  it('are folded at first where nothing below differs', () => {
    expect([...initialFolds(tree)]).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('unfold down to a node', () => {
    const folded = Uint8Array.of(1, 1, 0, 1, 0, 0);
    expect([...unfoldedTo(tree, folded, 4)]).toEqual([0, 1, 0, 0, 0, 0]);
    expect(unfoldedTo(tree, folded, 5)).toBe(folded);
  });
});
