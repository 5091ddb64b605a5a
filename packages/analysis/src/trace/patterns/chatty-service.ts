import { labelOf, type Pattern, type PatternContext } from './pattern.ts';

/**
 * Two services that call one another `minChattyCalls` times or more in one trace. Saving: of the time on the critical
 * path that the calls spend outside the callee (the call's own span, if it is not the callee's), what would be left out if
 * each calling span made one call; 0 where no span tells the two apart. O(n).
 */
export function chattyService(context: PatternContext): readonly Pattern[] {
  const { facts, path, options } = context;
  const { trace, service, services } = facts;
  const edges = new Map<number, { readonly rows: number[]; readonly callers: Set<number>; transportNano: number }>();
  for (let row = 0; row < facts.spanCount; row++) {
    const parent = trace.parent[row] ?? -1;
    if (parent < 0 || service[parent] === service[row]) continue;
    const key = (service[parent] ?? 0) * services.length + (service[row] ?? 0);
    let edge = edges.get(key);
    if (edge === undefined) {
      edge = { rows: [], callers: new Set(), transportNano: 0 };
      edges.set(key, edge);
    }
    edge.rows.push(row);
    // A span around this one call alone is the call as its caller saw it.
    const isWrapper = (trace.subtreeEnd[row] ?? 0) === (trace.subtreeEnd[parent] ?? 0) && row === parent + 1;
    if (isWrapper) edge.transportNano += path.contributionNano[parent] ?? 0;
    edge.callers.add(isWrapper ? (trace.parent[parent] ?? -1) : parent);
  }
  const found: Pattern[] = [];
  for (const { rows, callers, transportNano } of edges.values()) {
    if (rows.length < options.minChattyCalls) continue;
    const [first = 0] = rows;
    const caller = services[service[trace.parent[first] ?? 0] ?? 0] ?? '';
    found.push({
      kind: 'chatty_service',
      summary: `${caller} called ${services[service[first] ?? 0] ?? ''} ${rows.length} times, first ${labelOf(context, first)}`,
      rows,
      spanCount: rows.length,
      savingNano: transportNano * (1 - callers.size / rows.length),
      confidence: 'likely',
    });
  }
  return found;
}
