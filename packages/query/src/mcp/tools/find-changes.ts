import type { OperationChangeAnswer } from '../../native/analysis/sample-answer-types.ts';
import { instant, instantOfSeconds, ms, own, rounded, type Row, whole } from '../answer.ts';
import { errorRow, featureRow, linkWindow, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, referenceInput, spanText, windowInput } from '../tool.ts';

const MAX_ENTRIES = 200;
const DEFAULT_ENTRIES = 15;

export const findChangesTool: McpTool = defineTool({
  name: 'find_changes',
  title: 'Find changes',
  description:
    'Since when operations are slower, faster, failing or well again in a window (by default the last hour, held against the ' +
    'time before it), and what appeared then: services, versions, hosts and other attribute values, calls, errors.',
  input: {
    service: spanText('Only operations, calls and errors of this service').optional(),
    limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Entries of each list'),
    ...windowInput,
    ...referenceInput,
  },
  async answer(parameters, { client, links, signal }) {
    const found = await client.changes(parameters, { signal });
    const { split, reference } = found;
    const chosen = {
      operation_change: 'the most significant change of an operation',
      window_start: 'where the window begins',
      middle_of_data: 'the middle of the data',
    }[split.chosen];
    const first = found.operations[0];
    return {
      title: 'Changes',
      facts: {
        ...windowFacts(found.window),
        reference_start: instant(reference.start_time_unix_nano),
        reference_end: instant(reference.end_time_unix_nano),
        service: parameters.service,
        divided_at: instantOfSeconds(split.time),
        divided_by: own(chosen),
        traces_before: split.before.trace_count,
        traces_after: split.after.trace_count,
      },
      sections: [
        {
          name: 'operations',
          title: 'most significant first; levels are p95 or error rate',
          rows: found.operations.map(changeRow),
        },
        {
          name: 'features',
          title: 'what is more or less frequent in traces after divided_at than before; largest effects first',
          rows: found.features.map(featureRow),
        },
        { name: 'new_errors', title: 'not seen before', rows: found.new_errors.map(errorRow) },
        {
          name: 'new_calls',
          title: 'not seen before',
          rows: found.new_edges.map((edge) => ({
            parent: edge.parent,
            child: edge.child,
            call_count: edge.call_count,
          })),
        },
        { name: 'new_services', title: 'not seen before', rows: found.new_services.map((name) => ({ name })) },
      ],
      links: { first_change: first && links.search(first.query, linkWindow(found.window)) },
      reasons: found.reasons,
      narrow: 'Ask for one service, or for fewer entries with limit.',
    };
  },
});

function changeRow(change: OperationChangeAnswer): Row {
  const isDuration = change.kind === 'slower' || change.kind === 'faster';
  return {
    kind: own(change.kind),
    service: change.service,
    operation: change.operation,
    since: instantOfSeconds(change.since_time),
    until: change.until_time === null ? undefined : instantOfSeconds(change.until_time),
    ...(isDuration
      ? { p95_before_ms: ms(change.before), p95_after_ms: ms(change.after) }
      : { error_rate_before: rounded(change.before), error_rate_after: rounded(change.after) }),
    count_before: rounded(change.before_count),
    count_after: rounded(change.after_count),
    significance: rounded(change.significance),
    query: whole(change.query),
  };
}
