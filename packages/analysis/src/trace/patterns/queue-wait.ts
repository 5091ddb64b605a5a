import { formatDuration, SpanKind } from '@throughline/model';
import { isMessage } from '../detached.ts';
import { childrenOf, durationOf } from '../trace-facts.ts';
import { labelOf, type Pattern, type PatternContext } from './pattern.ts';

/** Of a call, the share that may pass outside the server before something is odd. */
const MAX_OUTSIDE_SHARE = 0.5;

/**
 * Work that waited before it began.
 * - A message's consumer (or any child) that begins after its parent ended: saving is the gap of the critical path before
 *   it.
 * - A client span with one server span that spends more than half of its time outside the server: network, a connection
 *   pool, or the server's accept queue. Only durations are compared, so clocks do not matter. Saving is the client
 *   span's own time on the critical path.
 * Left out below `minSavingShare` of the trace's duration. O(n).
 */
export function queueWait(context: PatternContext): readonly Pattern[] {
  const { facts, path, options } = context;
  const { trace, startNano, endNano } = facts;
  const minNano = options.minSavingShare * facts.totalNano;
  const gapBefore = new Map<number, number>();
  for (const { kind, row, fromNano, toNano } of path.segments)
    if (kind === 'gap') gapBefore.set(row, toNano - fromNano);
  const found: Pattern[] = [];
  for (let row = 0; row < facts.spanCount; row++) {
    const parent = trace.parent[row] ?? -1;
    if (parent < 0) continue;
    const waited = (startNano[row] ?? 0) - (endNano[parent] ?? 0);
    if (waited > 0 && waited >= minNano) {
      found.push({
        kind: 'queue_wait',
        summary: `${labelOf(context, row)} began ${formatDuration(waited)} after ${labelOf(context, parent)} had ended`,
        rows: [row, parent],
        spanCount: 2,
        savingNano: Math.min(gapBefore.get(row) ?? 0, waited),
        confidence: isMessage(facts, row) ? 'likely' : 'possible',
      });
      continue;
    }
    if (trace.spans[parent]?.kind !== SpanKind.CLIENT || trace.spans[row]?.kind !== SpanKind.SERVER) continue;
    const outside = durationOf(facts, parent) - durationOf(facts, row);
    const critical = path.contributionNano[parent] ?? 0;
    if (outside <= MAX_OUTSIDE_SHARE * durationOf(facts, parent) || outside < minNano || critical === 0) continue;
    if (childrenOf(facts, parent).length > 1) continue;
    found.push({
      kind: 'queue_wait',
      summary: `${labelOf(context, parent)} spent ${formatDuration(outside)} of ${formatDuration(durationOf(facts, parent))} outside ${labelOf(context, row)}`,
      rows: [parent, row],
      spanCount: 2,
      savingNano: Math.min(critical, outside),
      confidence: 'likely',
    });
  }
  return found;
}
