import type { ComponentAnswer, PathSegmentAnswer, TraceAnalysisAnswer } from '@throughline/query/client';
import { describe, expect, it } from 'vitest';

import { doubtsInWords, gapInWords, longestSegments, whereTimeWent } from '../../src/insights/trace-insights-words.ts';

const component = (service: string, operation: string, criticalNano: number): ComponentAnswer => ({
  service,
  operation,
  span_count: 1,
  error_count: 0,
  total_nano: criticalNano,
  self_nano: criticalNano,
  critical_nano: criticalNano,
  max_nano: criticalNano,
});
const sound: TraceAnalysisAnswer['quality'] = {
  root_count: 1,
  orphan_count: 0,
  missing_parent_count: 0,
  cycle_count: 0,
  conflicting_count: 0,
  outside_parent_count: 0,
  negative_duration_count: 0,
  unknown_service_count: 0,
  client_without_server_count: 0,
  truncated_count: 0,
  copy_count: 0,
};
const path = { segments: [], gap_nano: 0, omitted_nano: 0 };

describe('where the time of a trace went', () => {
  it('names the two operations with most of it, and the time without spans', () => {
    expect(
      whereTimeWent({
        duration_nano: 200e6,
        operations: [component('db', 'SELECT', 150e6), component('web', 'GET /', 40e6), component('web', 'x', 0)],
        critical_path: { ...path, gap_nano: 10e6 },
      }).replaceAll('\u00a0', ' '),
    ).toBe('75 % of the 200 ms is db SELECT; 20 % is web GET /; in 5 % no span ran.');
  });

  it('has an answer for traces without time and without a path', () => {
    expect(whereTimeWent({ duration_nano: 0, operations: [], critical_path: path })).toBe('The trace takes no time.');
    expect(whereTimeWent({ duration_nano: 1, operations: [], critical_path: path })).toBe(
      'No span is on the critical path.',
    );
  });
});

it('gaps are within a span or between two', () => {
  const gap = {
    span_id: 'a',
    after_span_id: null,
    before_span_id: null,
    start_offset_nano: 0,
    duration_nano: 12e6,
    critical_nano: 0,
  };
  expect(gapInWords({ ...gap, kind: 'within_span' })).toMatch(/^12.0 ms within a span/);
  expect(gapInWords({ ...gap, kind: 'between_spans' })).toMatch(/^12.0 ms between two spans/);
});

it('doubts are told with their number, a missing root first', () => {
  expect(doubtsInWords(sound)).toEqual([]);
  expect(doubtsInWords({ ...sound, root_count: 0, orphan_count: 2, missing_parent_count: 1 })).toEqual([
    'the root span is not stored',
    '1 parent is not stored',
    '2 spans hang under none that is stored',
  ]);
});

it('an operation is found where it takes longest', () => {
  const segment = (spanId: string, nano: number, kind: 'span' | 'gap' = 'span'): PathSegmentAnswer => ({
    span_id: spanId,
    service: 'db',
    operation: 'SELECT',
    kind,
    start_offset_nano: 0,
    duration_nano: nano,
  });
  expect([...longestSegments([segment('a', 1), segment('b', 3), segment('c', 2), segment('d', 9, 'gap')])]).toEqual([
    ['db SELECT', 'b'],
  ]);
});
