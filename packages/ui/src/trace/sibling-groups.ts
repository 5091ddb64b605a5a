import type { TraceColumns } from '@throughline/model';

import type { ShownTree } from './shown-tree.ts';

/** From this many on, children of one parent with the same service, name and kind are shown as one row. */
export const LEAST_REPEATS = 10;

/**
 * Repeated siblings. Group `g` has the rows `members[memberEnd[g - 1] ?? 0 .. memberEnd[g])`, in order; its first row
 * stands for it while it is folded.
 */
export interface SiblingGroups {
  readonly count: number;
  /** By row: its group, or -1. */
  readonly groupOf: Int32Array;
  readonly memberEnd: Uint32Array;
  readonly members: Int32Array;
}

/** Groups over the tree as it is shown. O(n). */
export function siblingGroups(
  columns: TraceColumns,
  tree: ShownTree,
  leastRepeats: number = LEAST_REPEATS,
): SiblingGroups {
  const { fromRow, toRow, hidden } = tree;
  const groupOf = new Int32Array(columns.spanCount).fill(-1);
  const parentOf = (row: number): number => {
    const parent = tree.parent[row] ?? -1;
    return parent < fromRow ? -1 : parent;
  };
  // Only the children of parents with that many of them are looked up at all.
  const childCount = new Uint32Array(columns.spanCount + 1);
  for (let row = fromRow; row < toRow; row++) {
    if (hidden?.[row] === 1) continue;
    const slot = parentOf(row) + 1;
    childCount[slot] = (childCount[slot] ?? 0) + 1;
  }
  const whatOf = kindsOfSpans(columns);
  const candidateOf = new Map<number, number>();
  const sizes: number[] = [];
  for (let row = fromRow; row < toRow; row++) {
    if (hidden?.[row] === 1) continue;
    const slot = parentOf(row) + 1;
    if ((childCount[slot] ?? 0) < leastRepeats) continue;
    // Exact: both numbers are below 2^26.
    const key = slot * whatOf.count + whatOf.of(row);
    let candidate = candidateOf.get(key);
    if (candidate === undefined) {
      candidate = sizes.push(0) - 1;
      candidateOf.set(key, candidate);
    }
    sizes[candidate] = (sizes[candidate] ?? 0) + 1;
    groupOf[row] = candidate;
  }
  return compacted(groupOf, sizes, leastRepeats);
}

/** Numbers for the combinations of service, name and kind that occur. */
function kindsOfSpans(columns: TraceColumns): { readonly count: number; readonly of: (row: number) => number } {
  const stringCount = columns.strings.length;
  const numbers = new Map<number, number>();
  const byRow = new Uint32Array(columns.spanCount);
  for (let row = 0; row < columns.spanCount; row++) {
    const what =
      ((columns.service[row] ?? 0) * stringCount + (columns.name[row] ?? 0)) * 8 + ((columns.kind[row] ?? 0) & 7);
    let number = numbers.get(what);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(what, number);
    }
    byRow[row] = number;
  }
  return { count: numbers.size, of: (row) => byRow[row] ?? 0 };
}

function compacted(groupOf: Int32Array, sizes: readonly number[], leastRepeats: number): SiblingGroups {
  let count = 0;
  const numberOf = sizes.map((size) => (size >= leastRepeats ? count++ : -1));
  const memberEnd = new Uint32Array(count);
  for (let row = 0; row < groupOf.length; row++) {
    const candidate = groupOf[row] ?? -1;
    const group = candidate < 0 ? -1 : (numberOf[candidate] ?? -1);
    groupOf[row] = group;
    if (group >= 0) memberEnd[group] = (memberEnd[group] ?? 0) + 1;
  }
  const next = new Uint32Array(count);
  for (let group = 1; group < count; group++) {
    next[group] = memberEnd[group - 1] ?? 0;
    memberEnd[group] = (memberEnd[group] ?? 0) + (next[group] ?? 0);
  }
  const members = new Int32Array(memberEnd[count - 1] ?? 0);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] ?? -1;
    if (group < 0) continue;
    const at = next[group] ?? 0;
    members[at] = row;
    next[group] = at + 1;
  }
  return { count, groupOf, memberEnd, members };
}

/** The group's rows, in order. */
export function membersOf({ memberEnd, members }: SiblingGroups, group: number): Int32Array {
  return members.subarray(group === 0 ? 0 : memberEnd[group - 1], memberEnd[group]);
}

/** The row that stands for the group while it is folded. */
export function firstOf(groups: SiblingGroups, group: number): number {
  return groups.members[group === 0 ? 0 : (groups.memberEnd[group - 1] ?? 0)] ?? -1;
}
