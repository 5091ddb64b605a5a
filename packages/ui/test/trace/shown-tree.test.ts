import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { levelOf, shownBelow, shownTree } from '../../src/trace/shown-tree.ts';
import { groupFacts } from '../../src/trace/group-facts.ts';
import { membersOf, siblingGroups } from '../../src/trace/sibling-groups.ts';
import { hiddenBy, nothingFiltered } from '../../src/trace/span-filter.ts';
import { unfolded, visibleRows, withGroupsRevealed } from '../../src/trace/visible-rows.ts';
import { arbitraryTrace } from './arbitrary-trace.ts';
import { columnsOf } from './columns-of.ts';

// 0 web ─ 1 proxy ─ 2 stock
//                 └ 3 stock
//       └ 4 web
const proxied = columnsOf([
  { startMs: 0, durationMs: 100, service: 'web' },
  { parent: 0, startMs: 1, durationMs: 50, service: 'proxy' },
  { parent: 1, startMs: 2, durationMs: 10, service: 'stock' },
  { parent: 1, startMs: 20, durationMs: 2, service: 'stock' },
  { parent: 0, startMs: 60, durationMs: 10, service: 'web' },
]);

describe('the tree that is shown', () => {
  it('moves what is below a hidden span up to the next one that is shown', () => {
    const hidden = hiddenBy(proxied, { ...nothingFiltered, services: ['proxy'] });
    const tree = shownTree(proxied, -1, hidden);
    expect([...visibleRows(tree, unfolded(tree))]).toEqual([0, 2, 3, 4]);
    expect([2, 3, 4].map((row) => [tree.parent[row], levelOf(tree, row)])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(tree.hiddenCount).toBe(1);
    expect(shownBelow(tree, 0)).toBe(3);
  });

  it('leaves out short spans and what does not match', () => {
    const short = hiddenBy(proxied, { ...nothingFiltered, minDurationNano: 5e6 });
    expect([...(short ?? [])]).toEqual([0, 0, 0, 1, 0]);
    const only = hiddenBy(proxied, { ...nothingFiltered, onlyMatches: true }, -1, Uint8Array.of(1, 0, 1, 0, 0));
    expect([...(only ?? [])]).toEqual([0, 1, 0, 1, 1]);
    expect(hiddenBy(proxied, nothingFiltered)).toBeUndefined();
  });

  it('is a subtree with its root, which no filter takes away', () => {
    const hidden = hiddenBy(proxied, { ...nothingFiltered, services: ['proxy', 'stock'] }, 1);
    const tree = shownTree(proxied, 1, hidden);
    expect([...visibleRows(tree, unfolded(tree))]).toEqual([1]);
    const whole = shownTree(proxied, 1);
    expect([...visibleRows(whole, unfolded(whole))]).toEqual([1, 2, 3]);
    expect([1, 2].map((row) => levelOf(whole, row))).toEqual([0, 1]);
  });

  it('has every span that is not hidden, below its nearest shown ancestor', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.constantFrom('cart', 'catalog', 'orders-db'), (columns, service) => {
        const hidden = hiddenBy(columns, { ...nothingFiltered, services: [service] });
        const tree = shownTree(columns, -1, hidden);
        const rows = visibleRows(tree, unfolded(tree));
        expect(rows).toHaveLength(columns.spanCount - tree.hiddenCount);
        for (const row of rows) {
          expect(columns.strings[columns.service[row] ?? 0]).not.toBe(service);
          let above = columns.parent[row] ?? -1;
          while (above >= 0 && hidden?.[above] === 1) above = columns.parent[above] ?? -1;
          expect(tree.parent[row]).toBe(above);
          expect(levelOf(tree, row)).toBe(above < 0 ? 0 : levelOf(tree, above) + 1);
        }
      }),
    );
  });
});

describe('repeated siblings', () => {
  const repeated = columnsOf([
    { startMs: 0, durationMs: 1000, name: 'batch' },
    ...Array.from({ length: 12 }, (_, index) => ({
      parent: 0,
      startMs: 10 + index * 10,
      durationMs: index + 1,
      name: 'INSERT',
      error: index === 3,
    })),
    { parent: 0, startMs: 500, durationMs: 5, name: 'COMMIT' },
    { parent: 5, startMs: 51, durationMs: 1, name: 'fsync' },
  ]);
  const tree = shownTree(repeated);
  const groups = siblingGroups(repeated, tree);
  const folded = Uint8Array.of(1);

  it('are one row, their children with them, until they are unfolded', () => {
    expect(groups.count).toBe(1);
    expect(membersOf(groups, 0)).toHaveLength(12);
    const rows = visibleRows(tree, unfolded(tree), { groups, folded });
    expect(Array.from(rows, (row) => repeated.strings[repeated.name[row] ?? 0])).toEqual(['batch', 'INSERT', 'COMMIT']);
    expect(visibleRows(tree, unfolded(tree), { groups, folded: Uint8Array.of(0) })).toHaveLength(15);
  });

  it('say how many they are, how long, and when', () => {
    expect(groupFacts(repeated, groups, 0)).toMatchObject({
      spanCount: 12,
      errorCount: 1,
      p50Nano: 6e6,
      maxNano: 12e6,
      fromNano: 10e6,
      toNano: 132e6,
    });
  });

  it('are unfolded for one of them, or for what lies below one', () => {
    const fsync = [...repeated.name].findIndex((name) => repeated.strings[name] === 'fsync');
    expect([...withGroupsRevealed(tree, { groups, folded }, fsync)]).toEqual([0]);
    expect([...withGroupsRevealed(tree, { groups, folded }, 1)]).toEqual([1]);
    expect([...withGroupsRevealed(tree, { groups, folded }, 2)]).toEqual([0]);
  });

  it('are found by parent, service, name and kind, in any trace', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const found = siblingGroups(columns, shownTree(columns), 2);
        const expected = new Map<string, number[]>();
        for (let row = 0; row < columns.spanCount; row++) {
          const key = [columns.parent[row], columns.service[row], columns.name[row], columns.kind[row]].join(' ');
          expected.set(key, [...(expected.get(key) ?? []), row]);
        }
        const groupsFound = Array.from({ length: found.count }, (_, group) => [...membersOf(found, group)]);
        const wanted = [...expected.values()].filter((rows) => rows.length >= 2);
        const byFirst = (a: number[], b: number[]): number => (a[0] ?? 0) - (b[0] ?? 0);
        expect(groupsFound.toSorted(byFirst)).toEqual(wanted.toSorted(byFirst));
      }),
    );
  });
});
