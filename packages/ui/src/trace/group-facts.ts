import type { TraceColumns } from '@throughline/model';

import { pathStretches } from './path-ranges.ts';
import { membersOf, type SiblingGroups } from './sibling-groups.ts';
import { type Stretches, stretchesOf } from './stretches.ts';
import type { PathColumns } from './in-worker/path-columns.ts';

/** What a folded group says of its members. Nanoseconds. */
export interface GroupFacts {
  readonly spanCount: number;
  readonly errorCount: number;
  readonly p50Nano: number;
  readonly maxNano: number;
  /** From the first start to the last end, from the trace's start. */
  readonly fromNano: number;
  readonly toNano: number;
  /** When at least one of them ran. */
  readonly stretches: Stretches;
  /** What of the critical path is charged to one of them. Worked out once for each path. */
  readonly pathBy: (paths: PathColumns) => Stretches;
  /** Whether one of them matches. Worked out once for each search. */
  readonly matchedBy: (matches: Uint8Array | undefined) => boolean;
}

/** O(n log n) of the group's size. */
export function groupFacts(
  columns: TraceColumns,
  groups: SiblingGroups,
  group: number,
  startOffsetNano: Float64Array = columns.startOffsetNano,
): GroupFacts {
  const rows = membersOf(groups, group);
  const starts = Float64Array.from(rows, (row) => startOffsetNano[row] ?? 0);
  const durations = Float64Array.from(rows, (row) => columns.durationNano[row] ?? 0);
  const stretches = stretchesOf(
    starts,
    starts.map((start, index) => start + (durations[index] ?? 0)),
  );
  durations.sort();
  let errorCount = 0;
  for (const row of rows) errorCount += columns.error[row] ?? 0;
  return {
    spanCount: rows.length,
    errorCount,
    p50Nano: durations[Math.max(0, Math.ceil(rows.length / 2) - 1)] ?? 0,
    maxNano: durations.at(-1) ?? 0,
    fromNano: stretches.fromNano[0] ?? 0,
    toNano: stretches.reachNano.at(-1) ?? 0,
    stretches,
    pathBy: rememberLast((paths: PathColumns) => groupPath(columns, paths, rows, startOffsetNano)),
    matchedBy: rememberLast(
      (matches: Uint8Array | undefined) => matches !== undefined && rows.some((row) => matches[row] === 1),
    ),
  };
}

function groupPath(
  columns: TraceColumns,
  paths: PathColumns,
  rows: Int32Array,
  startOffsetNano: Float64Array,
): Stretches {
  const from: number[] = [];
  const to: number[] = [];
  for (const row of rows) {
    const shift = (startOffsetNano[row] ?? 0) - (columns.startOffsetNano[row] ?? 0);
    const own = pathStretches(paths, row);
    for (const [index, begin] of own.fromNano.entries()) {
      from.push(begin + shift);
      to.push((own.reachNano[index] ?? 0) + shift);
    }
  }
  return stretchesOf(Float64Array.from(from), Float64Array.from(to));
}

function rememberLast<In, Out>(make: (given: In) => Out): (given: In) => Out {
  let last: { readonly given: In; readonly made: Out } | undefined;
  return (given) => {
    if (last === undefined || last.given !== given) last = { given, made: make(given) };
    return last.made;
  };
}

/** The facts of each group, worked out once: rows on screen ask for them at every frame. */
export function cachedGroupFacts(
  columns: TraceColumns,
  groups: SiblingGroups,
  startOffsetNano: Float64Array,
): (group: number) => GroupFacts {
  const known = new Map<number, GroupFacts>();
  return (group) => {
    let facts = known.get(group);
    if (facts === undefined) {
      facts = groupFacts(columns, groups, group, startOffsetNano);
      known.set(group, facts);
    }
    return facts;
  };
}
