import { assembleTrace, type Trace } from '@throughline/model';
import type { SpanStore } from '@throughline/store';
import type { Completeness, IncompletenessReason } from './completeness.ts';
import { evictionReasons } from './evicted-spans.ts';
import { startDeadline } from './deadline.ts';
import type { QueryLimits } from './limits.ts';

export interface TraceAnswer extends Completeness {
  readonly trace: Trace;
}

/**
 * Reads and assembles traces by id: those that exist, in the order asked.
 *
 * @throws CodedError `query_timeout`, and what the store throws.
 */
export async function readTraces(
  request: { readonly tenant: string; readonly traceIds: readonly string[] },
  context: {
    readonly store: SpanStore;
    readonly limits: Pick<QueryLimits, 'maxSpansPerTrace' | 'queryTimeoutMs'>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly TraceAnswer[]> {
  const { store, limits } = context;
  using deadline = startDeadline(limits.queryTimeoutMs, context.signal);
  const stored = await store.readTraces(request.tenant, request.traceIds, {
    signal: deadline.signal,
    maxSpansPerTrace: limits.maxSpansPerTrace,
  });
  const answers: TraceAnswer[] = [];
  for (const traceId of request.traceIds) {
    const found = stored.get(traceId);
    if (found === undefined || found.spans.length === 0) continue;
    const trace = assembleTrace(found.spans);
    const missing = missingFrom(trace, found.truncated ? limits.maxSpansPerTrace : undefined);
    const reasons = [...missing, ...evictionReasons(store)];
    answers.push({ trace, complete: reasons.length === 0, reasons });
  }
  return answers;
}

/** As {@link readTraces} for one trace; undefined if there is none. */
export async function readTrace(
  request: { readonly tenant: string; readonly traceId: string },
  context: Parameters<typeof readTraces>[1],
): Promise<TraceAnswer | undefined> {
  const [answer] = await readTraces({ tenant: request.tenant, traceIds: [request.traceId] }, context);
  return answer;
}

function missingFrom(trace: Trace, truncatedAtSpans: number | undefined): readonly IncompletenessReason[] {
  const reasons: IncompletenessReason[] = [];
  if (truncatedAtSpans !== undefined) {
    reasons.push({
      code: 'trace_truncated',
      message: `The trace has more than ${truncatedAtSpans} spans, as many as are read of one trace`,
    });
  }
  const missingParents = new Set<string>();
  let orphanCount = 0;
  for (const issue of trace.issues) {
    if (issue.kind === 'missing_parent') {
      missingParents.add(issue.parentSpanId);
      orphanCount++;
    } else if (issue.kind === 'no_root') {
      reasons.push({ code: 'missing_root', message: 'No span of the trace is a root: its beginning is not stored' });
    }
  }
  if (orphanCount > 0) {
    reasons.push({
      code: 'missing_parents',
      message: `${orphanCount} spans name ${missingParents.size} parents that are not stored`,
    });
  }
  return reasons;
}
