import type { MapEdge, MapNode, ServiceMap } from './service-map.ts';

export type Direction = 'both' | 'callers' | 'callees';

/** Which part of the map is shown. */
export interface MapFilter {
  /** In the names, in any case; their direct neighbours stay with them. */
  readonly text: string;
  /** Only what is on the way of calls that failed. */
  readonly errorsOnly: boolean;
  /** Whether databases, queues and whatever else has no spans of its own is shown. */
  readonly peers: boolean;
  /** Only what is within so many calls of this node. */
  readonly focus: { readonly id: string; readonly hops: number; readonly direction: Direction } | undefined;
}

export function filterMap(map: ServiceMap, { text, errorsOnly, peers, focus }: MapFilter): ServiceMap {
  let { nodes, edges } = map;
  if (!peers) {
    nodes = nodes.filter(({ kind }) => kind === 'service');
    edges = withEndsIn(edges, nodes);
  }
  if (errorsOnly) {
    edges = edges.filter(({ errorRate }) => errorRate > 0);
    const ends = new Set(edges.flatMap(({ from, to }) => [from, to]));
    nodes = nodes.filter(({ id, errorRate }) => ends.has(id) || (errorRate ?? 0) > 0);
  }
  const wanted = text.trim().toLowerCase();
  if (wanted !== '') {
    const found = new Set(nodes.filter(({ name }) => name.toLowerCase().includes(wanted)).map(({ id }) => id));
    edges = edges.filter(({ from, to }) => found.has(from) || found.has(to));
    const near = new Set([...found, ...edges.flatMap(({ from, to }) => [from, to])]);
    nodes = nodes.filter(({ id }) => near.has(id));
  }
  if (focus !== undefined && nodes.some(({ id }) => id === focus.id)) {
    const near = neighbourhood(edges, focus.id, focus.hops, focus.direction);
    nodes = nodes.filter(({ id }) => near.has(id));
    edges = withEndsIn(edges, nodes);
  }
  return { nodes, edges };
}

/** The nodes that are at most so many calls away. */
export function neighbourhood(
  edges: readonly Pick<MapEdge, 'from' | 'to'>[],
  start: string,
  hops: number,
  direction: Direction,
): ReadonlySet<string> {
  const reach = (next: (id: string) => Iterable<string>): ReadonlySet<string> => {
    const found = new Set([start]);
    let border = [start];
    for (let hop = 0; hop < hops && border.length > 0; hop++) {
      border = border.flatMap((id) => [...next(id)]).filter((id) => !found.has(id) && found.add(id));
    }
    return found;
  };
  const callees = new Map<string, string[]>();
  const callers = new Map<string, string[]>();
  for (const { from, to } of edges) {
    add(callees, from, to);
    add(callers, to, from);
  }
  const down = direction === 'callers' ? new Set([start]) : reach((id) => callees.get(id) ?? []);
  const up = direction === 'callees' ? new Set([start]) : reach((id) => callers.get(id) ?? []);
  return new Set([...up, ...down]);
}

function add(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function withEndsIn(edges: readonly MapEdge[], nodes: readonly MapNode[]): readonly MapEdge[] {
  const ids = new Set(nodes.map(({ id }) => id));
  return edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
}
