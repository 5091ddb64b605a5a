import { stripVTControlCharacters } from 'node:util';
import type { TraceAnalysisAnswer } from '@throughline/query/client';
import { describe, expect, test } from 'vitest';
import { textWidth } from '../../../src/cli/terminal/fit.ts';
import { formatCriticalPath, formatPatterns } from '../../../src/cli/trace/trace-analysis.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const MS = 1_000_000;
const component = { span_count: 1, error_count: 0, total_nano: 0, self_nano: 0, max_nano: 0 };
const analysis: TraceAnalysisAnswer = {
  trace_id: '1'.padStart(32, '0'),
  duration_nano: 100 * MS,
  root_service: 'web',
  root_operation: 'GET /',
  span_count: 3,
  error_count: 0,
  depth: 2,
  services: [
    { ...component, service: 'worker', critical_nano: 40 * MS },
    { ...component, service: 'web', critical_nano: 20 * MS },
    { ...component, service: 'idle', critical_nano: 0 },
  ],
  operations: [],
  critical_path: {
    segments: [
      {
        span_id: 'a',
        service: 'web',
        operation: 'publish',
        kind: 'span',
        start_offset_nano: 0,
        duration_nano: 20 * MS,
      },
      {
        span_id: 'b',
        service: 'worker',
        operation: 'consume',
        kind: 'gap',
        start_offset_nano: 20 * MS,
        duration_nano: 38 * MS,
      },
      {
        span_id: 'b',
        service: 'worker',
        operation: 'consume\u001b[31m',
        kind: 'span',
        start_offset_nano: 60 * MS,
        duration_nano: 40 * MS,
      },
    ],
    gap_nano: 38 * MS,
    omitted_nano: 2 * MS,
  },
  concurrency: { peak: 1, average: 0.6, idle_nano: 40 * MS },
  gaps: [],
  patterns: [
    {
      kind: 'queue_wait',
      summary: 'worker consume began 38ms late',
      span_ids: ['b', 'a'],
      span_count: 2,
      saving_nano: 38 * MS,
      confidence: 'likely',
    },
    {
      kind: 'sequential_calls',
      summary: 'x'.repeat(300),
      span_ids: ['a', 'b', 'c', 'd'],
      span_count: 40,
      saving_nano: 0,
      confidence: 'possible',
    },
  ],
  quality: {
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
  },
  complete: true,
  reasons: [],
};

describe('formatCriticalPath', () => {
  test('is a line a stretch, with what was left out and the services', () => {
    expect(formatCriticalPath(analysis, recordingTerminal()).split('\n')).toEqual([
      'FROM  TIME   SHARE  SERVICE  OPERATION',
      ' 0ns  20ms  20.0 %  web      publish',
      '20ms  38ms  38.0 %  worker   nothing ran before consume',
      expect.stringMatching(/^60ms {2}40ms {2}40\.0 % {2}worker {3}consume/),
      '… 2ms in shorter stretches',
      '',
      'On the path: worker 40.0 %, web 20.0 %',
      '',
    ]);
  });

  test('shows no control characters of spans', () => {
    expect(formatCriticalPath(analysis, recordingTerminal())).not.toContain('\u001b');
  });

  test('has a bar where the screen is wide', () => {
    for (const columns of [60, 100]) {
      const text = formatCriticalPath(analysis, recordingTerminal({ columns }));
      expect(text.includes('█')).toBe(columns >= 100);
    }
  });

  test('of a trace without length has no shares', () => {
    const empty = {
      ...analysis,
      duration_nano: 0,
      services: [],
      critical_path: { segments: [], gap_nano: 0, omitted_nano: 0 },
    };
    expect(formatCriticalPath(empty, recordingTerminal())).toBe('FROM  TIME  SHARE  SERVICE  OPERATION\n');
  });
});

describe('formatPatterns', () => {
  test('says what each would save and where to look', () => {
    expect(formatPatterns({ ...analysis, patterns: analysis.patterns.slice(0, 1) }, recordingTerminal())).toBe(
      '   SAVES  PATTERN\n' +
        '    38ms  queue wait, up to 38.0 %\n' +
        '          worker consume began 38ms late\n' +
        '          2 spans: b a\n',
    );
    expect(formatPatterns(analysis, recordingTerminal())).toContain('       -  sequential calls (possible)\n');
    expect(formatPatterns(analysis, recordingTerminal())).toContain('a b c … 40 spans\n');
    expect(formatPatterns({ ...analysis, patterns: [] }, recordingTerminal())).toBe('No patterns.\n');
  });

  test('never a line wider than the screen', () => {
    for (const line of formatPatterns(analysis, recordingTerminal({ columns: 70, colours: true })).split('\n')) {
      expect(textWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(70);
    }
  });
});
