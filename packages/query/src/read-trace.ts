import { assembleTrace, type DetailBlock, hexFromBytes, SpanIssue, type Trace } from '@throughline/model';
import type { SpanStore } from '@throughline/store';
import type { TraceColumnsHead } from '@throughline/wire';
import type { Completeness, IncompletenessReason } from './completeness.ts';
import { evictionReasons } from './evicted-spans.ts';
import { startDeadline } from './deadline.ts';
import type { QueryLimits } from './limits.ts';

export interface TraceAnswer extends Completeness {
  readonly trace: Trace;
}

export interface TraceColumnsAnswer extends Completeness {
  readonly columns: TraceColumnsHead;
  /** Of all rows, made while they are asked for; to be read once. */
  readonly details: AsyncIterable<DetailBlock>;
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
    const missing = missingFrom(partsOfTrace(trace), found.truncated ? limits.maxSpansPerTrace : undefined);
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

/** As {@link readTrace}, as columns: much cheaper for a large trace. The time limit is for what comes before the details. */
export async function readTraceColumns(
  request: { readonly tenant: string; readonly traceId: string },
  { store, limits, signal }: Parameters<typeof readTraces>[1],
): Promise<TraceColumnsAnswer | undefined> {
  using deadline = startDeadline(limits.queryTimeoutMs, signal);
  const stored = await store.readTraceColumns(request.tenant, request.traceId, {
    signal: deadline.signal,
    maxSpansPerTrace: limits.maxSpansPerTrace,
  });
  if (stored === undefined) return undefined;
  const { columns, details, truncated } = stored;
  const reasons = [
    ...missingFrom(partsOfColumns(columns), truncated ? limits.maxSpansPerTrace : undefined),
    ...evictionReasons(store),
  ];
  return { columns, details: whileWanted(details, signal), complete: reasons.length === 0, reasons };
}

/** Nothing more is made for a client that has gone. */
async function* whileWanted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void> {
  for await (const item of items) {
    signal?.throwIfAborted();
    yield item;
  }
}

/** What tells whether spans are missing. */
interface TraceParts {
  readonly hasRoot: boolean;
  /** The parents' ids of the spans whose parent is not there. */
  readonly missingParentIds: readonly string[];
}

function partsOfTrace({ issues }: Trace): TraceParts {
  return {
    hasRoot: !issues.some((issue) => issue.kind === 'no_root'),
    missingParentIds: issues.flatMap((issue) => (issue.kind === 'missing_parent' ? [issue.parentSpanId] : [])),
  };
}

function partsOfColumns({ spanCount, parentSpanId, issues }: TraceColumnsHead): TraceParts {
  let hasRoot = false;
  const missingParentIds: string[] = [];
  for (let row = 0; row < spanCount; row++) {
    if (((issues[row] ?? 0) & SpanIssue.MISSING_PARENT) !== 0) {
      missingParentIds.push(hexFromBytes(parentSpanId, 8 * row, 8));
    }
    hasRoot ||= parentSpanId.subarray(8 * row, 8 * row + 8).every((byte) => byte === 0);
  }
  return { hasRoot, missingParentIds };
}

function missingFrom(
  { hasRoot, missingParentIds }: TraceParts,
  truncatedAtSpans: number | undefined,
): readonly IncompletenessReason[] {
  const reasons: IncompletenessReason[] = [];
  if (truncatedAtSpans !== undefined) {
    reasons.push({
      code: 'trace_truncated',
      message: `The trace has more than ${truncatedAtSpans} spans, as many as are read of one trace`,
    });
  }
  if (!hasRoot) {
    reasons.push({ code: 'missing_root', message: 'No span of the trace is a root: its beginning is not stored' });
  }
  if (missingParentIds.length > 0) {
    reasons.push({
      code: 'missing_parents',
      message: `${missingParentIds.length} spans name ${new Set(missingParentIds).size} parents that are not stored`,
    });
  }
  return reasons;
}
