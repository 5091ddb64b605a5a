/** Where the services of the graph stand: in columns from callers to callees. */
export interface GraphLayout {
  readonly columns: number;
  /** The most services in one column. */
  readonly rows: number;
  readonly places: ReadonlyMap<string, { readonly column: number; readonly row: number }>;
}

export interface GraphEdge {
  readonly parent: string;
  readonly child: string;
  readonly call_count: number;
}

const SWEEPS = 6;

/**
 * A layered layout: each service one column right of its farthest caller, calls that close a circle not counted; within a
 * column by the mean row of the neighbours, several sweeps to and fro (Sugiyama et al., "Methods for visual understanding
 * of hierarchical system structures", 1981).
 */
export function layoutGraph(edges: readonly GraphEdge[]): GraphLayout {
  const names = [...new Set(edges.flatMap(({ parent, child }) => [parent, child]))].toSorted();
  const columnOf = columnsOf(names, edges);
  const columns = Math.max(0, ...columnOf.values()) + 1;
  const layers: string[][] = Array.from({ length: columns }, () => []);
  for (const name of names) layers[columnOf.get(name) ?? 0]?.push(name);
  const neighbours = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { parent, child } of edges) {
    neighbours.get(parent)?.push(child);
    neighbours.get(child)?.push(parent);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = layers.map((_, index) => (sweep % 2 === 0 ? index : columns - 1 - index));
    for (const index of order) sortLayer(layers, index, neighbours);
  }
  const places = new Map<string, { column: number; row: number }>();
  for (const [column, layer] of layers.entries()) {
    for (const [row, name] of layer.entries()) places.set(name, { column, row });
  }
  return { columns, rows: Math.max(0, ...layers.map(({ length }) => length)), places };
}

function sortLayer(layers: string[][], index: number, neighbours: ReadonlyMap<string, readonly string[]>): void {
  const position = new Map<string, number>();
  for (const layer of layers) {
    // As a share, because columns differ in length.
    for (const [row, name] of layer.entries()) position.set(name, (row + 0.5) / layer.length);
  }
  const meanOf = (name: string): number => {
    const near = neighbours.get(name) ?? [];
    const sum = near.reduce((total, each) => total + (position.get(each) ?? 0), 0);
    return near.length === 0 ? 0.5 : sum / near.length;
  };
  layers[index] = (layers[index] ?? []).toSorted((a, b) => meanOf(a) - meanOf(b) || (a < b ? -1 : 1));
}

/** Longest path from a service that nobody calls, without the edges that lead back to a caller's caller. */
function columnsOf(names: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const children = new Map<string, string[]>(names.map((name) => [name, []]));
  const called = new Set<string>();
  for (const { parent, child } of edges.toSorted((a, b) => b.call_count - a.call_count)) {
    if (parent === child) continue;
    children.get(parent)?.push(child);
    called.add(child);
  }
  const state = new Map<string, 'open' | 'done'>();
  const finished: string[] = [];
  const back = new Set<string>();
  // Depth first without recursion: the graph may be a long chain.
  for (const start of [...names.filter((name) => !called.has(name)), ...names]) {
    if (state.has(start)) continue;
    state.set(start, 'open');
    const stack = [{ name: start, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = children.get(top.name)?.[top.next++];
      if (child === undefined) {
        state.set(top.name, 'done');
        finished.push(top.name);
        stack.pop();
      } else if (state.get(child) === 'open') back.add(JSON.stringify([top.name, child]));
      else if (state.get(child) === undefined) {
        state.set(child, 'open');
        stack.push({ name: child, next: 0 });
      }
    }
  }
  const column = new Map<string, number>(names.map((name) => [name, 0]));
  // Callers before callees.
  for (const name of finished.toReversed()) {
    for (const child of children.get(name) ?? []) {
      if (back.has(JSON.stringify([name, child]))) continue;
      column.set(child, Math.max(column.get(child) ?? 0, (column.get(name) ?? 0) + 1));
    }
  }
  return column;
}
