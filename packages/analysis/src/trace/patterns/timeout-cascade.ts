import { formatDuration, type Span, SpanKind } from '@throughline/model';
import { isMessage, overrunNano } from '../detached.ts';
import { durationOf } from '../trace-facts.ts';
import { labelOf, type Pattern, type PatternContext } from './pattern.ts';

/** Of a callee's time, the share behind its caller's end from which it counts although the caller did not fail. */
const MIN_UNSURE_SHARE = 0.5;

/**
 * Callers that gave up while the callee went on: a child in another service (or below a client span) ends after its
 * parent by more than a tenth of its own duration. Chains of them are one cascade, told from the top. Likely where the
 * caller failed; where nothing says so (a clock may err, an answer be sent early) only if the callee spent more than half
 * of its time after the caller, and then possible. Saving: the time of the cascade on the critical path
 * of the trace after the topmost caller ended, work that nobody waited for. O(n), and the path's segments for each of the
 * cascades that are reported.
 */
export function timeoutCascade(context: PatternContext): readonly Pattern[] {
  const { facts, path, options } = context;
  const { trace, error, endNano } = facts;
  const cascadeOf = new Map<number, { readonly top: number; readonly rows: number[]; overrunNano: number }>();
  for (let row = 0; row < facts.spanCount; row++) {
    const parent = trace.parent[row] ?? -1;
    if (parent < 0) continue;
    const overrun = overrunNano(facts, row);
    const isCallee = facts.service[row] !== facts.service[parent] || trace.spans[parent]?.kind === SpanKind.CLIENT;
    if (overrun === 0 || !isCallee || isMessage(facts, row)) {
      // Below a callee that went on, its own spans belong to the same cascade.
      const above = cascadeOf.get(parent);
      if (above !== undefined && (endNano[row] ?? 0) > (endNano[trace.parent[above.top] ?? -1] ?? 0)) {
        cascadeOf.set(row, above);
      }
      continue;
    }
    const above = cascadeOf.get(parent);
    if (above === undefined) cascadeOf.set(row, { top: row, rows: [row], overrunNano: overrun });
    else {
      above.rows.push(row);
      above.overrunNano = Math.max(above.overrunNano, overrun);
      cascadeOf.set(row, above);
    }
  }
  const isSure = (top: number): boolean => error[trace.parent[top] ?? -1] === 1 || isTimeout(trace.spans[top]);
  const cascades = [...new Set(cascadeOf.values())]
    .filter(({ top, overrunNano: nano }) => isSure(top) || nano > MIN_UNSURE_SHARE * durationOf(facts, top))
    .toSorted((a, b) => b.overrunNano - a.overrunNano || a.top - b.top);
  return cascades.slice(0, options.maxPatternsPerKind).map(({ top, rows, overrunNano: longest }): Pattern => {
    const caller = trace.parent[top] ?? -1;
    const gaveUp = endNano[caller] ?? 0;
    const subtreeEnd = trace.subtreeEnd[top] ?? 0;
    let savingNano = 0;
    for (const { kind, row, fromNano, toNano } of path.segments) {
      if (kind !== 'span' || row < top || row >= subtreeEnd || toNano <= gaveUp) continue;
      savingNano += toNano - Math.max(fromNano, gaveUp);
    }
    return {
      kind: 'timeout_cascade',
      summary: `${labelOf(context, top)} went on for up to ${formatDuration(longest)} after ${labelOf(context, caller)} had ended`,
      rows: [caller, ...rows],
      spanCount: rows.length + 1,
      savingNano,
      confidence: isSure(top) ? 'likely' : 'possible',
    };
  });
}

const TIMEOUT = /time[ds]?[ -]?out|deadline[ _]?exceeded/i;
const MAX_MESSAGE_LENGTH = 1_000;

function isTimeout(span: Span | undefined): boolean {
  if (span === undefined) return false;
  const type = span.attributes.get('error.type');
  return (
    TIMEOUT.test(span.status.message.slice(0, MAX_MESSAGE_LENGTH)) || (typeof type === 'string' && TIMEOUT.test(type))
  );
}
