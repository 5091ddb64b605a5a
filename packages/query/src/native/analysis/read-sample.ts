import { assembleTrace, type Trace } from '@throughline/model';
import type { TimeWindow } from '@throughline/store';
import type { IncompletenessReason } from '../../completeness.ts';
import type { AnalysisCall } from './analysis-context.ts';
import type { SampleAnswer } from './sample-answer-types.ts';

/** Traces that were read, of all that there are. */
export interface ReadTraces {
  readonly traces: readonly Trace[];
  readonly spanCount: number;
  /** How many there are; more than were read where a limit cut it. */
  readonly traceCount: number;
}

/** Traces of the first read of the store, by which the size of the others is known, and of one read at most. */
const FIRST_READ = 100;
const MAX_READ = 2_500;

/** A fair sample of the window's traces, within the limits of one analysis; `parts` windows share them. */
export async function sampleOf(
  call: AnalysisCall,
  window: TimeWindow,
  {
    parts = 1,
    service,
    operation,
    maxTraces,
  }: {
    parts?: number;
    service?: string | undefined;
    operation?: string | undefined;
    /** Fewer than the limit. */
    maxTraces?: number | undefined;
  } = {},
): Promise<ReadTraces> {
  const { store, tenant, signal, limits } = call;
  const { traceIds, traceCount } = await store.sampleTraces(
    tenant,
    {
      window,
      maxTraceCount: Math.max(1, Math.floor(Math.min(limits.maxSampledTraces, maxTraces ?? Infinity) / parts)),
      ...(service !== undefined && { service }),
      ...(operation !== undefined && { operation }),
    },
    { signal },
  );
  return { ...(await readWithin(call, traceIds, Math.floor(limits.maxSampledSpans / parts))), traceCount };
}

/** The traces in this order, until the spans of the next ones would be too many. */
export async function readWithin(
  { store, tenant, signal, limits }: AnalysisCall,
  traceIds: readonly string[],
  maxSpanCount: number,
): Promise<Omit<ReadTraces, 'traceCount'>> {
  const traces: Trace[] = [];
  let spanCount = 0;
  let size = FIRST_READ;
  // Traces of a sample lie everywhere, so each read looks at all of the window: few reads, each of many traces.
  for (let at = 0; at < traceIds.length && spanCount < maxSpanCount;) {
    const ids = traceIds.slice(at, at + size);
    const stored = await store.readTraces(tenant, ids, { signal, maxSpansPerTrace: limits.maxSpansPerTrace });
    for (const id of ids) {
      const found = stored.get(id);
      if (found === undefined || found.spans.length === 0) continue;
      if (spanCount > 0 && spanCount + found.spans.length > maxSpanCount) return { traces, spanCount };
      traces.push(assembleTrace(found.spans));
      spanCount += found.spans.length;
    }
    at += ids.length;
    const spansPerTrace = Math.max(1, spanCount / Math.max(1, traces.length));
    size = Math.min(MAX_READ, Math.ceil((maxSpanCount - spanCount) / spansPerTrace) + 1);
  }
  return { traces, spanCount };
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
