import type { ComponentAnswer, PatternAnswer } from '../../native/analysis-answer-types.ts';
import { id, ms, own, type Row, rounded } from '../answer.ts';
import { count, defineTool, type McpTool, spanText } from '../tool.ts';

const MAX_ENTRIES = 500;
const DEFAULT_ENTRIES = 50;
const MAX_EVIDENCE = 5;

const input = {
  trace_id: spanText('Hex, 1 to 32 digits'),
  limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Entries of each list'),
};

export const diagnoseTraceTool: McpTool = defineTool({
  name: 'diagnose_trace',
  title: 'Diagnose one trace',
  description:
    'Why one trace took so long or failed: where an error started, patterns (N+1 calls, retries, calls that could run in ' +
    'parallel, queue waits, timeouts) with what each would save, the operations that own the critical path, the path ' +
    'itself, time that no span explains, and defects of the telemetry.',
  input,
  async answer({ trace_id: traceId, limit }, { client, links, signal }) {
    const trace = await client.analyzeTrace(traceId, { limit }, { signal });
    const { critical_path: path, quality } = trace;
    const isOrigin = ({ kind }: PatternAnswer): boolean => kind === 'error_origin';
    const first = trace.patterns[0]?.span_ids[0] ?? path.segments[0]?.span_id;
    return {
      title: 'Diagnosis of a trace',
      facts: {
        trace_id: id(trace.trace_id),
        duration_ms: ms(trace.duration_nano),
        root_service: trace.root_service,
        root_operation: trace.root_operation,
        span_count: trace.span_count,
        error_count: trace.error_count,
        depth: trace.depth,
        concurrency_peak: trace.concurrency.peak,
        concurrency_average: rounded(trace.concurrency.average),
        unexplained_ms: ms(path.gap_nano),
      },
      sections: [
        { name: 'error_origins', title: 'where errors started', rows: trace.patterns.filter(isOrigin).map(patternRow) },
        {
          name: 'patterns',
          title: 'what could be better; saving_ms is the most that the trace would be shorter without it',
          rows: trace.patterns.filter((pattern) => !isOrigin(pattern)).map(patternRow),
        },
        {
          name: 'operations',
          title: 'by time on the critical path, which sums to the duration',
          rows: trace.operations.map(componentRow),
        },
        {
          name: 'critical_path',
          title: 'in time order; a gap is time in which no span of the path ran',
          rows: path.segments.map((segment) => ({
            span_id: id(segment.span_id),
            kind: own(segment.kind),
            service: segment.service,
            operation: segment.operation,
            start_offset_ms: ms(segment.start_offset_nano),
            duration_ms: ms(segment.duration_nano),
          })),
        },
        {
          name: 'gaps',
          title: 'time without spans below a span, or between two',
          rows: trace.gaps.map((gap) => ({
            span_id: id(gap.span_id),
            kind: own(gap.kind),
            start_offset_ms: ms(gap.start_offset_nano),
            duration_ms: ms(gap.duration_nano),
            critical_ms: ms(gap.critical_nano),
          })),
        },
        {
          name: 'defects',
          title: 'of the telemetry',
          rows: Object.entries(quality)
            .filter(([name, number]) => number > (name === 'root_count' ? 1 : 0))
            .map(([name, number]) => ({ defect: own(name), count: number })),
        },
      ],
      links: { trace: links.trace(trace.trace_id), look_here: first && links.trace(trace.trace_id, first) },
      reasons: trace.reasons,
      narrow: 'Ask for fewer entries with limit.',
    };
  },
});

function patternRow(pattern: PatternAnswer): Row {
  return {
    kind: own(pattern.kind),
    confidence: own(pattern.confidence),
    saving_ms: ms(pattern.saving_nano),
    summary: pattern.summary,
    span_count: pattern.span_count,
    span_ids: pattern.span_ids.slice(0, MAX_EVIDENCE).map(id),
  };
}

function componentRow(component: ComponentAnswer): Row {
  return {
    service: component.service,
    operation: component.operation,
    critical_ms: ms(component.critical_nano),
    self_ms: ms(component.self_nano),
    total_ms: ms(component.total_nano),
    max_ms: ms(component.max_nano),
    span_count: component.span_count,
    error_count: component.error_count,
  };
}
