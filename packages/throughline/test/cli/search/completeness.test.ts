import { describe, expect, test } from 'vitest';
import { completenessLines } from '../../../src/cli/search/run-search.ts';
import { formatSearchTable } from '../../../src/cli/search/search-table.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const trace = {
  trace_id: '0000000000000000000000000000000a',
  root_service: 'gate\u001bway',
  root_operation: 'GET /',
  services: ['gateway'],
  operations: ['GET /'],
  start_time: 1_700_000_000,
  end_time: 1_700_000_000.0015,
  duration: 0.0015,
  start_time_unix_nano: '1700000000000000000',
  end_time_unix_nano: '1700000000001500000',
  span_count: 1_234,
  error_count: 2,
};
const reason = { code: 'query_timeout', message: 'The time for the query was up' };

describe('completenessLines', () => {
  test.each([
    [{ traces: [trace, trace], complete: true, reasons: [], cursor: null }, ['2 traces: all that match.']],
    [{ traces: [], complete: true, reasons: [], cursor: null }, ['No traces match.']],
    [
      { traces: [trace], complete: true, reasons: [], cursor: 'abc' },
      ['1 trace; there may be more: raise --limit, or continue with', '  --cursor abc'],
    ],
    [
      { traces: [], complete: false, reasons: [reason], cursor: null },
      ['No traces found.', 'Incomplete: The time for the query was up'],
    ],
    [
      { traces: [trace], complete: false, reasons: [reason], cursor: null },
      ['1 trace.', 'Incomplete: The time for the query was up'],
    ],
  ])('%#', (answer, expected) => {
    expect(completenessLines(answer)).toEqual(expected);
  });
});

test('the table has exact durations and no control characters', () => {
  const table = formatSearchTable([trace], recordingTerminal());
  expect(table).toMatch(/^START +DURATION +SPANS +ERRORS +ROOT +TRACE ID\n/);
  expect(table).toMatch(/ 1\.5ms +1,234 +2 +gate\\u\{1b\}way: GET \/ +0{31}a\n$/);
});
