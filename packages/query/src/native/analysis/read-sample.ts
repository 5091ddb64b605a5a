import type { Steps } from '@throughline/analysis';
import { assembleTrace, type Trace } from '@throughline/model';
import type { SpanDetail, StoredTrace, TimeWindow } from '@throughline/store';
import type { IncompletenessReason } from '../../completeness.ts';
import type { AnalysisCall } from './analysis-context.ts';
import { inTurns } from './in-turns.ts';
import type { SampleAnswer } from './sample-answer-types.ts';

/** Traces that were read, of all that there are. */
export interface ReadTraces {
  readonly traces: readonly Trace[];
  readonly spanCount: number;
  /** How many there are; more than were read where a limit cut it. */
  readonly traceCount: number;
}

/** What a sample is of, and how much of it is read. */
export interface SampleRequest {
  /** Samples of one analysis, which share its limits. */
  readonly parts?: number;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  /** Fewer than the limit. */
  readonly maxTraces?: number | undefined;
  readonly detail?: SpanDetail;
}

/** A fair sample of the window's traces, within the limits of one analysis. */
export async function sampleOf(
  call: AnalysisCall,
  window: TimeWindow,
  { parts = 1, service, operation, maxTraces = Number.POSITIVE_INFINITY, detail = 'all' }: SampleRequest = {},
): Promise<ReadTraces> {
  const { store, tenant, signal, limits } = call;
  const maxSpanCount = Math.floor(limits.maxSampledSpans / parts);
  const { traceIds, traceCount } = await store.sampleTraces(
    tenant,
    {
      window,
      maxTraceCount: Math.max(1, Math.floor(Math.min(limits.maxSampledTraces, maxTraces) / parts)),
      maxSpanCount,
      ...(service !== undefined && { service }),
      ...(operation !== undefined && { operation }),
    },
    { signal },
  );
  // They lie everywhere, so that every read looks at all of the window: there is only one.
  const stored = await store.readTraces(tenant, traceIds, {
    signal,
    maxSpansPerTrace: limits.maxSpansPerTrace,
    detail,
  });
  return { ...(await assembledWithin(call, traceIds, stored, maxSpanCount)), traceCount };
}

/** Traces of the first read of the store, by which the size of the others is known, and of one read at most. */
const FIRST_READ = 100;
const MAX_READ = 2_500;

/** The traces in this order, until the spans of the next ones would be too many. For traces that lie close together. */
export async function readWithin(
  call: AnalysisCall,
  traceIds: readonly string[],
  maxSpanCount: number,
): Promise<Omit<ReadTraces, 'traceCount'>> {
  const { store, tenant, signal, limits } = call;
  const traces: Trace[] = [];
  let spanCount = 0;
  let size = FIRST_READ;
  for (let at = 0; at < traceIds.length && spanCount < maxSpanCount;) {
    const ids = traceIds.slice(at, at + size);
    const stored = await store.readTraces(tenant, ids, { signal, maxSpansPerTrace: limits.maxSpansPerTrace });
    const read = await assembledWithin(call, ids, stored, maxSpanCount, spanCount);
    traces.push(...read.traces);
    spanCount += read.spanCount;
    if (read.isCut) break;
    at += ids.length;
    const spansPerTrace = Math.max(1, spanCount / Math.max(1, traces.length));
    size = Math.min(MAX_READ, Math.ceil((maxSpanCount - spanCount) / spansPerTrace) + 1);
  }
  return { traces, spanCount };
}

interface Assembled extends Omit<ReadTraces, 'traceCount'> {
  /** Whether one was left out because its spans would have been too many. */
  readonly isCut: boolean;
}

/** Beside `before` spans that there are already. The first trace of all may have more than may be. */
async function assembledWithin(
  { signal }: AnalysisCall,
  traceIds: readonly string[],
  stored: ReadonlyMap<string, StoredTrace>,
  maxSpanCount: number,
  before = 0,
): Promise<Assembled> {
  const chosen: StoredTrace[] = [];
  let spanCount = 0;
  let isCut = false;
  for (const traceId of traceIds) {
    const found = stored.get(traceId);
    if (found === undefined || found.spans.length === 0) continue;
    isCut = before + spanCount > 0 && before + spanCount + found.spans.length > maxSpanCount;
    if (isCut) break;
    chosen.push(found);
    spanCount += found.spans.length;
  }
  return { traces: await inTurns(assembled(chosen), signal), spanCount, isCut };
}

function* assembled(stored: readonly StoredTrace[]): Steps<readonly Trace[]> {
  const traces: Trace[] = [];
  for (const { spans, assembled: known } of stored) {
    traces.push(known ?? assembleTrace(spans));
    yield;
  }
  return traces;
}

export function sampleAnswer({ traces, spanCount, traceCount }: ReadTraces): SampleAnswer {
  return { trace_count: traceCount, read_trace_count: traces.length, read_span_count: spanCount };
}

/** Why a sample is not everything, if it is not. */
export function sampleReasons(what: string, { traces, spanCount, traceCount }: ReadTraces): IncompletenessReason[] {
  if (traces.length >= traceCount) return [];
  return [
    {
      code: 'trace_sample',
      message: `Of the ${traceCount} traces of ${what} ${traces.length} were read, a fair sample of ${spanCount} spans`,
    },
  ];
}
