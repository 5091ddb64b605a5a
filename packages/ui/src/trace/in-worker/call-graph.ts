import type { TraceColumns } from '@throughline/model';

import type { PathColumns } from './path-columns.ts';
import { forEachRow, type RowScope } from './row-scope.ts';

/** The services of a trace, or their operations, and who called whom. Nanoseconds. */
export interface CallGraph {
  /** The most important first: by time on the critical path, then by self time. */
  readonly nodes: readonly CallNode[];
  readonly edges: readonly CallEdge[];
  /** Nodes that are left out, the least important ones. */
  readonly leftOut: number;
}

export interface CallNode {
  readonly id: string;
  readonly service: string;
  /** Undefined where a node is a whole service. */
  readonly operation: string | undefined;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly selfNano: number;
  readonly criticalNano: number;
  /** Its longest span. */
  readonly maxRow: number;
}

/** Spans of `to` whose parent is a span of `from`. */
export interface CallEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly callCount: number;
  readonly errorCount: number;
  readonly totalNano: number;
}

/** More boxes than these nobody can read. */
export const MAX_NODES = 200;

/** O(n). Spans whose parents are filtered out count as called by the next ancestor that is left. */
export function callGraph(
  columns: TraceColumns,
  { selfNano, criticalNano }: Pick<PathColumns, 'selfNano' | 'criticalNano'>,
  by: 'service' | 'operation',
  scope: RowScope,
): CallGraph {
  interface Sums {
    service: number;
    name: number;
    spanCount: number;
    errorCount: number;
    selfNano: number;
    criticalNano: number;
    maxRow: number;
  }
  const nodes: Sums[] = [];
  const indexOf = new Map<number, number>();
  const nodeOf = new Int32Array(columns.spanCount).fill(-1);
  const edges = new Map<
    number,
    { from: number; to: number; callCount: number; errorCount: number; totalNano: number }
  >();
  forEachRow(columns, scope, (row) => {
    const service = columns.service[row] ?? 0;
    const name = columns.name[row] ?? 0;
    const key = by === 'service' ? service : service * columns.strings.length + name;
    let index = indexOf.get(key);
    if (index === undefined) {
      index = nodes.length;
      indexOf.set(key, index);
      nodes.push({ service, name, spanCount: 0, errorCount: 0, selfNano: 0, criticalNano: 0, maxRow: row });
    }
    nodeOf[row] = index;
    const node = nodes[index];
    if (node === undefined) return;
    node.spanCount++;
    node.errorCount += columns.error[row] ?? 0;
    node.selfNano += selfNano[row] ?? 0;
    node.criticalNano += criticalNano[row] ?? 0;
    if ((columns.durationNano[row] ?? 0) > (columns.durationNano[node.maxRow] ?? 0)) node.maxRow = row;
    let above = columns.parent[row] ?? -1;
    while (above >= 0 && (nodeOf[above] ?? -1) < 0) above = columns.parent[above] ?? -1;
    const from = above < 0 ? -1 : (nodeOf[above] ?? -1);
    // Work within a service is no call of its own there.
    if (from < 0 || (from === index && by === 'service')) return;
    // Exact: there are fewer than 2^26 nodes.
    const edgeKey = from * 2 ** 26 + index;
    let edge = edges.get(edgeKey);
    if (edge === undefined) {
      edge = { from, to: index, callCount: 0, errorCount: 0, totalNano: 0 };
      edges.set(edgeKey, edge);
    }
    edge.callCount++;
    edge.errorCount += columns.error[row] ?? 0;
    edge.totalNano += columns.durationNano[row] ?? 0;
  });
  const kept = [...nodes.entries()]
    .toSorted(([, a], [, b]) => b.criticalNano - a.criticalNano || b.selfNano - a.selfNano)
    .slice(0, MAX_NODES);
  const keptIndices = new Set(kept.map(([index]) => index));
  return {
    nodes: kept.map(([index, { service, name, ...sums }]) => ({
      id: String(index),
      service: columns.strings[service] ?? '',
      operation: by === 'service' ? undefined : (columns.strings[name] ?? ''),
      ...sums,
    })),
    edges: [...edges.values()]
      .filter(({ from, to }) => keptIndices.has(from) && keptIndices.has(to))
      .map(({ from, to, ...sums }) => ({ id: `${from}-${to}`, from: String(from), to: String(to), ...sums })),
    leftOut: nodes.length - kept.length,
  };
}
