import type { TraceColumns } from '@throughline/model';

const NO_PARENT = -1;

/**
 * The lines that connect a row of the tree with its parent, for rows asked for in order. Levels beyond `maxLevels` are
 * told by their number only, so that a chain of 100,000 spans stays readable (and costs no memory).
 */
export function treeGuides(columns: TraceColumns, maxLevels: number): (row: number) => string {
  /** By depth: whether the branch at this depth on the way to the current row goes on below it. */
  const goesOn: boolean[] = [];
  const lastRoot = lastRootOf(columns);
  return (row) => {
    const depth = columns.depth[row] ?? 0;
    const parent = columns.parent[row] ?? NO_PARENT;
    const isLast = parent === NO_PARENT ? row === lastRoot : columns.subtreeEnd[row] === columns.subtreeEnd[parent];
    goesOn[depth] = !isLast;
    if (depth === 0) return '';
    const firstLevel = Math.max(1, depth - maxLevels + 1);
    let guides = firstLevel > 1 ? `⋯${firstLevel - 1} ` : '';
    for (let level = firstLevel; level < depth; level++) guides += goesOn[level] === true ? '│  ' : '   ';
    return `${guides}${isLast ? '└─ ' : '├─ '}`;
  };
}

function lastRootOf(columns: TraceColumns): number {
  for (let row = columns.spanCount - 1; row >= 0; row--) if (columns.parent[row] === NO_PARENT) return row;
  return NO_PARENT;
}
