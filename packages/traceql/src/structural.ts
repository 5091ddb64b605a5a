import type { Trace } from '@throughline/model';

import type { StructuralOperator, StructuralRelation } from './syntax.ts';

/**
 * The rows that `left operator right` selects, ascending. `>` child, `>>` descendant, `<` parent, `<<` ancestor, `~`
 * sibling: rows of `right` that are that to a row of `left`. Behind `!`: rows of `right` that are it to none. Behind
 * `&`: rows of both sides that stand in the relation. Siblings have the same parent in the trace.
 */
export function relatedRows(
  operator: StructuralOperator,
  trace: Trace,
  left: readonly number[],
  right: readonly number[],
): readonly number[] {
  const negated = operator.startsWith('!');
  const union = operator.startsWith('&');
  const relation = RELATIONS.find((each) => operator.endsWith(each)) ?? '~';
  const isRelated = relationTo(relation, trace, left);
  const selected = right.filter((row) => isRelated(row) !== negated);
  if (!union || selected.length === 0) return selected;
  const isInverse = relationTo(INVERSE[relation], trace, right);
  return [...new Set([...selected, ...left.filter(isInverse)])].toSorted((one, other) => one - other);
}

/** Longest first. */
const RELATIONS: readonly StructuralRelation[] = ['>>', '<<', '>', '<', '~'];

const INVERSE: Readonly<Record<StructuralRelation, StructuralRelation>> = {
  '>': '<',
  '>>': '<<',
  '<': '>',
  '<<': '>>',
  '~': '~',
};

/** Whether a row is the relation to any of the given rows. */
function relationTo(relation: StructuralRelation, trace: Trace, rows: readonly number[]): (row: number) => boolean {
  const parentOf = (row: number): number => trace.parent[row] ?? -1;
  const members = new Set(rows);
  switch (relation) {
    case '>':
      return (row) => members.has(parentOf(row));
    case '<': {
      const parents = new Set(rows.map(parentOf));
      return (row) => parents.has(row);
    }
    case '~': {
      const countByParent = new Map<number, number>();
      for (const row of rows) countByParent.set(parentOf(row), (countByParent.get(parentOf(row)) ?? 0) + 1);
      return (row) => {
        const count = parentOf(row) < 0 ? 0 : (countByParent.get(parentOf(row)) ?? 0);
        return count > (members.has(row) ? 1 : 0);
      };
    }
    case '>>': {
      // Rows are depth-first and a parent's row is smaller, so one pass carries the answer down.
      const below = new Uint8Array(trace.spans.length);
      for (let row = 0; row < below.length; row++) {
        const parent = parentOf(row);
        if (parent >= 0 && (members.has(parent) || below[parent] === 1)) below[row] = 1;
      }
      return (row) => below[row] === 1;
    }
    case '<<': {
      const above = new Uint8Array(trace.spans.length);
      for (let row = above.length - 1; row > 0; row--) {
        const parent = parentOf(row);
        if (parent >= 0 && (members.has(row) || above[row] === 1)) above[parent] = 1;
      }
      return (row) => above[row] === 1;
    }
  }
}
