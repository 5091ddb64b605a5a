import { assembleTrace } from '@throughline/model';
import { buildTraceColumns, decodeSimpleSpans } from '@throughline/wire';
import { expect, it } from 'vitest';

import { rowsLinkingTo } from '../../../src/trace/details/inner-links.ts';
import { createDetailsReader } from '../../../src/trace/span-details.ts';

it('finds the spans of the trace that link to a span, and no others', () => {
  const span = (id: string, links: readonly object[], parent = '1') => ({
    trace_id: 'a',
    span_id: id,
    ...(id !== '1' && { parent_span_id: parent }),
    name: id,
    service_name: 's',
    start_time: 1_700_000_000 + Number(id),
    end_time: 1_700_000_001 + Number(id),
    links,
  });
  const columns = buildTraceColumns(
    assembleTrace(
      decodeSimpleSpans([
        span('1', []),
        span('2', [{ trace_id: 'a', span_id: '1' }]),
        span('3', [{ trace_id: 'b', span_id: '1' }]),
        span('4', [
          { trace_id: 'a', span_id: '3' },
          { trace_id: 'a', span_id: '1' },
        ]),
      ]).spans,
    ),
  );
  const names = (row: number) =>
    rowsLinkingTo(columns, createDetailsReader(columns), row).map((each) => columns.strings[columns.name[each] ?? 0]);
  expect(names(0)).toEqual(['2', '4']);
  expect(names(1)).toEqual([]);
  expect(names(2)).toEqual(['4']);
});
