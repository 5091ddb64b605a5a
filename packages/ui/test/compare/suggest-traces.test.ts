import type { TraceSummaryAnswer } from '@throughline/query/client';
import { expect, it } from 'vitest';

import { suggestTraces } from '../../src/compare/suggest-traces.ts';

type Suggested = Pick<TraceSummaryAnswer, 'trace_id' | 'duration' | 'error_count'>;

const trace = (id: string, duration: number, errorCount = 0): Suggested => ({
  trace_id: id,
  duration,
  error_count: errorCount,
});

it('proposes what one most wants to hold a trace against, each once', () => {
  const found = suggestTraces(
    [trace('newest', 5), trace('self', 4), trace('slow', 9, 1), trace('usual', 3), trace('fast', 1)],
    'self',
  );
  expect(found.map(({ why, trace: { trace_id: id } }) => [why, id])).toEqual([
    ['A usual one (the median)', 'usual'],
    ['The fastest', 'fast'],
    ['The slowest', 'slow'],
    ['The newest', 'newest'],
  ]);
  expect(suggestTraces([trace('self', 4)], 'self')).toEqual([]);
});
