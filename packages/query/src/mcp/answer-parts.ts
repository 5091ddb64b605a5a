import type { FeatureAnswer, FeatureLiftAnswer, SampleAnswer } from '../native/analysis/sample-answer-types.ts';
import type { AnalysisWindowAnswer, DurationsAnswer, ErrorGroupAnswer } from '../native/analysis/set-answer-types.ts';
import type { TimesAnswer, TraceSummaryAnswer } from '../native/answer-types.ts';
import { id, instant, instantOfSeconds, ms, own, rounded, type Row, spanReference, whole } from './answer.ts';
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

export function linkWindow(window: TimesAnswer): LinkWindow {
  return { start_time: window.start_time, end_time: window.end_time };
}

/** How much an analysis of many traces has read of all there are. */
export function sampleFacts(sample: SampleAnswer): Row {
  return { trace_count: sample.trace_count, read_trace_count: sample.read_trace_count };
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

const MAX_EQUALS = 5;

function featureText({ service, key, value, operation, callee }: FeatureAnswer): string {
  return `${service} ${key === undefined ? (operation ?? callee ?? '') : `${key} = ${value ?? ''}`}`;
}

/** What one set of traces has more or less often than the other. */
export function featureRow(feature: FeatureLiftAnswer): Row {
  return {
    kind: own(feature.kind),
    service: feature.service,
    scope: feature.scope === undefined ? undefined : own(feature.scope),
    key: feature.key,
    value: feature.value,
    operation: feature.operation,
    callee: feature.callee,
    before_share: rounded(feature.before_share),
    after_share: rounded(feature.after_share),
    effect_size: rounded(feature.effect_size),
    adjusted_p_value: rounded(feature.adjusted_p_value),
    same_traces_have: feature.equal_count === 0 ? undefined : feature.equals.slice(0, MAX_EQUALS).map(featureText),
  };
}

const MAX_SAMPLES = 3;

export function errorRow(group: ErrorGroupAnswer): Row {
  return {
    service: group.service,
    operation: group.operation,
    type: group.type === '' ? undefined : group.type,
    message: group.message === '' ? undefined : group.message,
    count: group.count,
    first_time: instantOfSeconds(group.first_time),
    last_time: instantOfSeconds(group.last_time),
    samples: group.samples.slice(0, MAX_SAMPLES).map((sample) => spanReference(sample.trace_id, sample.span_id)),
    query: whole(group.query),
  };
}
