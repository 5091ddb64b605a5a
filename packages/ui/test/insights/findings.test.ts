import type { PatternAnswer } from '@throughline/query/client';
import { expect, it } from 'vitest';

import { type DiagnosedTrace, findingName, gatherFindings } from '../../src/insights/findings.ts';

function trace(traceId: string, durationNano: number, patterns: readonly Partial<PatternAnswer>[]): DiagnosedTrace {
  return {
    trace_id: traceId,
    duration_nano: durationNano,
    patterns: patterns.map((pattern) => ({
      kind: 'n_plus_one',
      summary: '',
      span_ids: [`${traceId}-span`],
      span_count: 1,
      saving_nano: 0,
      confidence: 'likely',
      ...pattern,
    })),
  };
}

it('gathers what differs in numbers only, what saves most over all traces first', () => {
  const findings = gatherFindings([
    trace('a', 1000, [
      { summary: '12 times SELECT, 1.5s in all', saving_nano: 300 },
      { kind: 'retry_storm', summary: '3 attempts', saving_nano: 350 },
    ]),
    trace('b', 3000, [{ summary: '9 times SELECT, 15ms in all', saving_nano: 500 }]),
    trace('c', 1000, []),
  ]);
  expect(findings).toEqual([
    {
      key: 'n_plus_one ? times SELECT, ? in all',
      kind: 'n_plus_one',
      summary: '9 times SELECT, 15ms in all',
      confidence: 'likely',
      traceCount: 2,
      meanSavingNano: 400,
      savingShare: 0.2,
      evidence: [
        { traceId: 'b', spanId: 'b-span', savingNano: 500 },
        { traceId: 'a', spanId: 'a-span', savingNano: 300 },
      ],
    },
    expect.objectContaining({ kind: 'retry_storm', traceCount: 1, meanSavingNano: 350 }),
  ]);
});

it('counts a trace once however often it shows a finding', () => {
  const [finding] = gatherFindings([trace('a', 100, [{ summary: '5 times x' }, { summary: '6 times x' }])]);
  expect(finding?.traceCount).toBe(1);
});

it('names what it does not know as it is', () => {
  expect(findingName('n_plus_one')).toBe('N+1 calls');
  expect(findingName('something_new')).toBe('something new');
  expect(gatherFindings([])).toEqual([]);
});
