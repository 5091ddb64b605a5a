import type { ErrorGroupAnswer } from '@throughline/query/client';
import { expect, test } from 'vitest';
import { errorFindings } from '../../../src/cli/report/error-findings.ts';
import type { Sources } from '../../../src/cli/report/gather.ts';
import { linksTo } from '../../../src/cli/report/links.ts';

const window = {
  start_time: 0,
  end_time: 3_600,
  start_time_unix_nano: '0',
  end_time_unix_nano: '3600000000000',
  chosen: 'request',
} as const;
const statistics = { request_count: 1, error_count: 0, error_rate: 0, requests_per_second: 1, durations: null };
const point = (start: number) => ({ ...statistics, start_time: start, start_time_unix_nano: `${start}000000000` });

function isBurst(firstTime: number, lastTime: number, sampleCount: number): boolean | undefined {
  const group: ErrorGroupAnswer = {
    fingerprint: 'f',
    service: 'pay',
    operation: 'charge',
    message: 'declined',
    type: '',
    count: 1_000,
    first_time: firstTime,
    last_time: lastTime,
    samples: Array.from({ length: sampleCount }, (_, index) => ({ trace_id: `${index}`, span_id: '1', message: '' })),
    query: '{ }',
  };
  const service = { points: [point(0), point(3_540)], step_seconds: 60 };
  // As unknown: the rest of the sources is not read here.
  const sources = { services: [service], changes: null } as unknown as Sources;
  return errorFindings([group], sources, new Map(), linksTo('http://localhost', window))[0]?.is_burst;
}

test('a burst: cases closer together than chance would have them, and enough of them', () => {
  expect(isBurst(1_000, 1_030, 5)).toBe(true);
  expect(isBurst(0, 3_500, 5)).toBe(false);
  expect(isBurst(1_000, 1_030, 2)).toBe(false);
  // A fifth of the time: five cases are that close with a probability of 0.7 %, three with 10 %.
  expect(isBurst(0, 720, 5)).toBe(true);
  expect(isBurst(0, 720, 3)).toBe(false);
});
