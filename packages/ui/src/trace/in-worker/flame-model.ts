import type { TraceColumns } from '@throughline/model';

import type { PathColumns } from './path-columns.ts';
import { type RowScope, forEachRow } from './row-scope.ts';

/**
 * Boxes in lanes, as the flame graph draws them: those of lane `l` are `[laneEnd[l - 1] ?? 0, laneEnd[l])`, ordered, and
 * they do not overlap within a lane. Unit of `from` and `to` is the nanosecond: of the trace, or of summed self time.
 */
export interface FlameModel {
  readonly laneEnd: Uint32Array<ArrayBuffer>;
  readonly from: Float64Array<ArrayBuffer>;
  readonly to: Float64Array<ArrayBuffer>;
  /** The span; of a merged box its longest one. */
  readonly row: Uint32Array<ArrayBuffer>;
  /** How many spans a merged box stands for and how many of them failed; absent where each box is one span. */
  readonly merged?: {
    readonly count: Uint32Array<ArrayBuffer>;
    readonly errorCount: Uint32Array<ArrayBuffer>;
    readonly totalNano: Float64Array<ArrayBuffer>;
    readonly selfNano: Float64Array<ArrayBuffer>;
  };
  /** `errorsUpTo[b]`: how many of the boxes before `b` are, or hold, errors. */
  readonly errorsUpTo: Uint32Array<ArrayBuffer>;
  readonly startNano: number;
  readonly endNano: number;
}

/**
 * Every span at its time, below its parent. Where siblings run at the same time, the later one and all that is below it
 * goes to the next lane that is free at its start. O(n log n).
 */
export function timeFlame(
  columns: TraceColumns,
  scope: RowScope,
  startOffsetNano: Float64Array = columns.startOffsetNano,
): FlameModel {
  const rows: number[] = [];
  const begin = new Float64Array(columns.spanCount);
  let startNano = Number.POSITIVE_INFINITY;
  let endNano = 0;
  forEachRow(columns, scope, (row) => {
    rows.push(row);
    const start = startOffsetNano[row] ?? 0;
    // A parent gets its lane before its children, whatever their clocks say.
    begin[row] = Math.max(start, begin[columns.parent[row] ?? -1] ?? 0);
    startNano = Math.min(startNano, start);
    endNano = Math.max(endNano, start + (columns.durationNano[row] ?? 0));
  });
  const order = Uint32Array.from(rows);
  order.sort((a, b) => (begin[a] ?? 0) - (begin[b] ?? 0) || a - b);
  const lanes = new FreeLanes();
  const laneOf = new Int32Array(columns.spanCount).fill(-1);
  for (const row of order) {
    const start = startOffsetNano[row] ?? 0;
    let above = columns.parent[row] ?? -1;
    while (above >= 0 && (laneOf[above] ?? -1) < 0) above = columns.parent[above] ?? -1;
    laneOf[row] = lanes.take((laneOf[above] ?? -1) + 1, start, start + (columns.durationNano[row] ?? 0));
  }
  return boxesOf(lanes.count, order, laneOf, columns, startOffsetNano, Math.min(startNano, endNano), endNano);
}

function boxesOf(
  laneCount: number,
  order: Uint32Array,
  laneOf: Int32Array,
  columns: TraceColumns,
  startOffsetNano: Float64Array,
  startNano: number,
  endNano: number,
): FlameModel {
  const laneEnd = new Uint32Array(laneCount);
  for (const row of order) laneEnd[laneOf[row] ?? 0] = (laneEnd[laneOf[row] ?? 0] ?? 0) + 1;
  for (let lane = 1; lane < laneCount; lane++) laneEnd[lane] = (laneEnd[lane] ?? 0) + (laneEnd[lane - 1] ?? 0);
  const next = new Uint32Array(laneCount);
  for (let lane = 1; lane < laneCount; lane++) next[lane] = laneEnd[lane - 1] ?? 0;
  const from = new Float64Array(order.length);
  const to = new Float64Array(order.length);
  const row = new Uint32Array(order.length);
  const errorsUpTo = new Uint32Array(order.length + 1);
  for (const each of order) {
    const lane = laneOf[each] ?? 0;
    const box = next[lane] ?? 0;
    next[lane] = box + 1;
    from[box] = startOffsetNano[each] ?? 0;
    to[box] = (from[box] ?? 0) + (columns.durationNano[each] ?? 0);
    row[box] = each;
  }
  for (const [box, each] of row.entries()) errorsUpTo[box + 1] = (errorsUpTo[box] ?? 0) + (columns.error[each] ?? 0);
  return { laneEnd, from, to, row, errorsUpTo, startNano, endNano };
}

/** Which lanes are free from when on; a tournament tree, so that a lane is found in O(log n). */
class FreeLanes {
  count = 0;
  #capacity = 16;
  /** Least `free from` of the node's lanes; leaves from `#capacity` on. */
  #least: Float64Array = new Float64Array(32).fill(Number.NEGATIVE_INFINITY);

  /** The first lane at `least` or below that is free at `fromNano`; it is taken until `toNano`. */
  take(least: number, fromNano: number, toNano: number): number {
    while (least >= this.#capacity) this.#grow();
    let lane = this.#firstFree(1, 0, this.#capacity, least, fromNano);
    if (lane < 0) {
      lane = this.#capacity;
      this.#grow();
    }
    this.count = Math.max(this.count, lane + 1);
    let node = this.#capacity + lane;
    this.#least[node] = toNano;
    for (node >>= 1; node >= 1; node >>= 1) {
      this.#least[node] = Math.min(this.#least[2 * node] ?? 0, this.#least[2 * node + 1] ?? 0);
    }
    return lane;
  }

  #firstFree(node: number, low: number, width: number, least: number, fromNano: number): number {
    if (low + width <= least || (this.#least[node] ?? 0) > fromNano) return -1;
    if (width === 1) return low;
    const half = width / 2;
    const left = this.#firstFree(2 * node, low, half, least, fromNano);
    return left >= 0 ? left : this.#firstFree(2 * node + 1, low + half, half, least, fromNano);
  }

  #grow(): void {
    const leaves = this.#least.subarray(this.#capacity, 2 * this.#capacity);
    const capacity = 2 * this.#capacity;
    const grown = new Float64Array(2 * capacity).fill(Number.NEGATIVE_INFINITY);
    grown.set(leaves, capacity);
    for (let node = capacity - 1; node >= 1; node--) {
      grown[node] = Math.min(grown[2 * node] ?? 0, grown[2 * node + 1] ?? 0);
    }
    this.#least = grown;
    this.#capacity = capacity;
  }
}

/**
 * Spans with the same path of services and names from the root merged into one box. A box is as wide as the self times
 * of the spans in it and below it add up to, so that children always fit into their parents; work that ran at the same
 * time counts each. Widest first. O(n log n).
 */
export function mergedFlame(
  columns: TraceColumns,
  { selfNano }: Pick<PathColumns, 'selfNano'>,
  scope: RowScope,
): FlameModel {
  const nodes: MergedNode[] = [];
  const nodeOf = new Int32Array(columns.spanCount).fill(-1);
  const known = new Map<string, number>();
  const stringCount = columns.strings.length;
  forEachRow(columns, scope, (row) => {
    let above = columns.parent[row] ?? -1;
    while (above >= 0 && (nodeOf[above] ?? -1) < 0) above = columns.parent[above] ?? -1;
    const parent = above < 0 ? -1 : (nodeOf[above] ?? -1);
    const what = (columns.service[row] ?? 0) * stringCount + (columns.name[row] ?? 0);
    const key = `${parent} ${what}`;
    let index = known.get(key);
    if (index === undefined) {
      index = nodes.length;
      known.set(key, index);
      nodes.push({
        parent,
        depth: (nodes[parent]?.depth ?? -1) + 1,
        row,
        count: 0,
        errorCount: 0,
        totalNano: 0,
        selfNano: 0,
        widthNano: 0,
        at: 0,
      });
    }
    nodeOf[row] = index;
    const node = nodes[index];
    if (node === undefined) return;
    if ((columns.durationNano[row] ?? 0) > (columns.durationNano[node.row] ?? 0)) node.row = row;
    node.count++;
    node.errorCount += columns.error[row] ?? 0;
    node.totalNano += columns.durationNano[row] ?? 0;
    node.selfNano += selfNano[row] ?? 0;
  });
  return placed(nodes);
}

interface MergedNode {
  readonly parent: number;
  readonly depth: number;
  row: number;
  count: number;
  errorCount: number;
  totalNano: number;
  selfNano: number;
  widthNano: number;
  at: number;
}

function placed(nodes: readonly MergedNode[]): FlameModel {
  // Parents come before their children in the list.
  for (const node of nodes.toReversed()) {
    node.widthNano += node.selfNano;
    const parent = nodes[node.parent];
    if (parent !== undefined) parent.widthNano += node.widthNano;
  }
  const order = [...nodes.keys()].toSorted(
    (a, b) =>
      (nodes[a]?.depth ?? 0) - (nodes[b]?.depth ?? 0) ||
      (nodes[b]?.widthNano ?? 0) - (nodes[a]?.widthNano ?? 0) ||
      a - b,
  );
  const nextAt = new Float64Array(nodes.length);
  let rootsAt = 0;
  for (const index of order) {
    const node = nodes[index];
    if (node === undefined) continue;
    if (node.parent < 0) {
      node.at = rootsAt;
      rootsAt += node.widthNano;
    } else {
      node.at = nextAt[node.parent] ?? 0;
      nextAt[node.parent] = node.at + node.widthNano;
    }
    nextAt[index] = node.at;
  }
  const byPlace = order
    .flatMap((index) => nodes[index] ?? [])
    .toSorted((a, b) => a.depth - b.depth || a.at - b.at || b.widthNano - a.widthNano);
  const laneEnd = new Uint32Array((byPlace.at(-1)?.depth ?? -1) + 1);
  for (const [index, { depth }] of byPlace.entries()) laneEnd[depth] = index + 1;
  const errorsUpTo = new Uint32Array(byPlace.length + 1);
  for (const [index, { errorCount }] of byPlace.entries()) {
    errorsUpTo[index + 1] = (errorsUpTo[index] ?? 0) + (errorCount > 0 ? 1 : 0);
  }
  return {
    laneEnd,
    from: Float64Array.from(byPlace, ({ at }) => at),
    to: Float64Array.from(byPlace, ({ at, widthNano }) => at + widthNano),
    row: Uint32Array.from(byPlace, ({ row }) => row),
    merged: {
      count: Uint32Array.from(byPlace, ({ count }) => count),
      errorCount: Uint32Array.from(byPlace, ({ errorCount }) => errorCount),
      totalNano: Float64Array.from(byPlace, ({ totalNano }) => totalNano),
      selfNano: Float64Array.from(byPlace, ({ selfNano }) => selfNano),
    },
    errorsUpTo,
    startNano: 0,
    endNano: rootsAt,
  };
}
