import type { ChangedSpanAnswer, OneSidedSpanAnswer } from '../../native/analysis-answer-types.ts';
import { id, ms, type Row } from '../answer.ts';
import { count, defineTool, type McpTool, spanText } from '../tool.ts';

const MAX_ENTRIES = 500;
const DEFAULT_ENTRIES = 30;

const input = {
  a: spanText('Trace id of the usual one: fast, or before'),
  b: spanText('Trace id of the one in question: slow, or after'),
  limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Entries of each list'),
};

export const compareTracesTool: McpTool = defineTool({
  name: 'compare_traces',
  title: 'Compare two traces',
  description:
    'What trace b does that trace a does not: spans that are slower, faster, added, removed or in another order, with ' +
    'what that is on the critical path. Best for two traces of the same operation.',
  input,
  async answer({ a, b, limit }, { client, links, signal }) {
    const diff = await client.compareTraces(a, b, { limit }, { signal });
    return {
      title: 'Trace b compared with trace a',
      facts: {
        a: id(diff.a),
        b: id(diff.b),
        duration_delta_ms: ms(diff.duration_delta_nano),
        unexplained_delta_ms: ms(diff.gap_delta_nano),
      },
      sections: [
        { name: 'slower', title: 'in b; deltas are b less a', rows: diff.slower.map(changedRow) },
        { name: 'added', title: 'only in b, each with all below it', rows: diff.added.map(oneSidedRow) },
        { name: 'removed', title: 'only in a, each with all below it', rows: diff.removed.map(oneSidedRow) },
        { name: 'faster', title: 'in b', rows: diff.faster.map(changedRow) },
        { name: 'reordered', title: 'in another order among their siblings', rows: diff.reordered.map(changedRow) },
      ],
      links: { a: links.trace(diff.a), b: links.trace(diff.b) },
      reasons: diff.reasons,
      narrow: 'Ask for fewer entries with limit.',
    };
  },
});

function changedRow(span: ChangedSpanAnswer): Row {
  return {
    service: span.service,
    operation: span.operation,
    duration_delta_ms: ms(span.duration_delta_nano),
    critical_delta_ms: ms(span.critical_delta_nano),
    a_span_id: id(span.a_span_id),
    b_span_id: id(span.b_span_id),
  };
}

function oneSidedRow(span: OneSidedSpanAnswer): Row {
  return {
    service: span.service,
    operation: span.operation,
    span_count: span.span_count,
    critical_ms: ms(span.critical_nano),
    span_id: id(span.span_id),
  };
}
