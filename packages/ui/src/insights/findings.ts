import type { PatternAnswer, TraceAnalysisAnswer } from '@throughline/query/client';

/** What of an analysis is gathered. */
export type DiagnosedTrace = Pick<TraceAnalysisAnswer, 'trace_id' | 'duration_nano' | 'patterns'>;

/** What several traces show that could be better, gathered. */
export interface Finding {
  readonly key: string;
  readonly kind: string;
  /** Of the trace in which it costs most. */
  readonly summary: string;
  readonly confidence: PatternAnswer['confidence'];
  /** Traces that show it. */
  readonly traceCount: number;
  /** What these traces would save, at most, on average. */
  readonly meanSavingNano: number;
  /** Of their duration, 0 to 1. */
  readonly savingShare: number;
  /** Where to look, what costs most first. */
  readonly evidence: readonly { readonly traceId: string; readonly spanId: string; readonly savingNano: number }[];
}

export const FINDING_NAMES: Readonly<Record<string, string>> = {
  n_plus_one: 'N+1 calls',
  sequential_calls: 'Calls one after another',
  retry_storm: 'Retries',
  timeout_cascade: 'Work after its caller gave up',
  queue_wait: 'Waiting in a queue',
  chatty_service: 'Chatty services',
  repeated_slow_query: 'A slow query, repeated',
  high_cardinality: 'Names with values in them',
  payload_in_attribute: 'Payload in an attribute',
  error_origin: 'Where an error began',
};

/** `n_plus_one` in words; what is not known reads as it is. */
export function findingName(kind: string): string {
  return FINDING_NAMES[kind] ?? kind.replaceAll('_', ' ');
}

/**
 * The patterns of the traces, equal ones together: of one kind, and with one summary but for numbers. Those that would
 * save most over all traces come first.
 */
export function gatherFindings(analyses: readonly DiagnosedTrace[]): readonly Finding[] {
  const groups = new Map<string, { pattern: PatternAnswer; trace: DiagnosedTrace }[]>();
  for (const trace of analyses) {
    const seen = new Set<string>();
    for (const pattern of trace.patterns) {
      const key = `${pattern.kind} ${pattern.summary.replace(/\d+(\.\d+)?/g, '?').replace(/\? ?(ns|µs|ms|s)\b/g, '?')}`;
      // Once a trace: its first, which saves most.
      if (seen.has(key)) continue;
      seen.add(key);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ pattern, trace }]);
      else group.push({ pattern, trace });
    }
  }
  return [...groups]
    .map(([key, members]) => findingOf(key, members))
    .toSorted(
      (a, b) =>
        b.meanSavingNano * b.traceCount - a.meanSavingNano * a.traceCount ||
        b.traceCount - a.traceCount ||
        (a.key < b.key ? -1 : 1),
    );
}

function findingOf(
  key: string,
  members: readonly { readonly pattern: PatternAnswer; readonly trace: DiagnosedTrace }[],
): Finding {
  const dearest = members.toSorted((a, b) => b.pattern.saving_nano - a.pattern.saving_nano);
  const savingNano = members.reduce((sum, { pattern }) => sum + pattern.saving_nano, 0);
  const durationNano = members.reduce((sum, { trace }) => sum + trace.duration_nano, 0);
  const first = dearest[0]?.pattern;
  return {
    key,
    kind: first?.kind ?? '',
    summary: first?.summary ?? '',
    confidence: first?.confidence ?? 'possible',
    traceCount: members.length,
    meanSavingNano: savingNano / members.length,
    savingShare: durationNano === 0 ? 0 : savingNano / durationNano,
    evidence: dearest.map(({ pattern, trace }) => ({
      traceId: trace.trace_id,
      spanId: pattern.span_ids[0] ?? '',
      savingNano: pattern.saving_nano,
    })),
  };
}
