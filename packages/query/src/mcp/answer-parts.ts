import type { AnalysisWindowAnswer } from '../native/analysis/set-answer-types.ts';
import type { DurationsAnswer } from '../native/analysis/set-answer-types.ts';
import type { TraceSummaryAnswer } from '../native/answer-types.ts';
import { id, instant, ms, own, type Row } from './answer.ts';
import type { LinkWindow } from './screen-links.ts';

/** Pieces that several tools answer with. */

const MS_PER_SECOND = 1_000;
const NANO_PER_MS = 1e6;

export function traceRow(trace: TraceSummaryAnswer): Row {
  return {
    trace_id: id(trace.trace_id),
    start_time: instant(trace.start_time_unix_nano),
    duration_ms: ms(trace.duration * MS_PER_SECOND * NANO_PER_MS),
    span_count: trace.span_count,
    error_count: trace.error_count,
    root_service: trace.root_service,
    root_operation: trace.root_operation,
    services: trace.services,
  };
}

/** What an analysis looked at, and who chose it. */
export function windowFacts(window: AnalysisWindowAnswer): Row {
  const chosen = {
    request: 'as asked',
    last_hour: 'the last hour, by default',
    last_hour_of_data: 'the last hour of the data, by default: nothing is newer',
  }[window.chosen];
  return {
    window_start: instant(window.start_time_unix_nano),
    window_end: instant(window.end_time_unix_nano),
    window_chosen: own(chosen),
  };
}

export function linkWindow(window: AnalysisWindowAnswer): LinkWindow {
  return { start_time: window.start_time, end_time: window.end_time };
}

export function durationFacts(durations: DurationsAnswer | null): Row {
  if (durations === null) return {};
  return {
    avg_ms: ms(durations.avg_nano),
    p50_ms: ms(durations.p50_nano),
    p95_ms: ms(durations.p95_nano),
    p99_ms: ms(durations.p99_nano),
    max_ms: ms(durations.max_nano),
  };
}
