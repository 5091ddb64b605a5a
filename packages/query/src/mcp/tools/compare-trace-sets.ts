import type { SetComparisonAnswer } from '../../native/analysis/sample-answer-types.ts';
import { instant, ms, rounded, type Row, whole } from '../answer.ts';
import { featureRow, linkWindow } from '../answer-parts.ts';
import { count, defineTool, type McpTool, spanText, timeText, windowInput } from '../tool.ts';

const MAX_ENTRIES = 200;
const DEFAULT_ENTRIES = 15;

export const compareTraceSetsTool: McpTool = defineTool({
  name: 'compare_trace_sets',
  title: 'Compare two sets of traces',
  description:
    'What the traces of query b have that those of query a have not: attribute values, operations, calls and errors, and the ' +
    'time of each operation on the critical path. E.g. a = { status = ok }, b = { status = error }; or the same query ' +
    'before and after, or for two versions.',
  input: {
    a: spanText('TraceQL of the usual traces'),
    b: spanText('TraceQL of those in question'),
    ...windowInput,
    a_start_time: timeText('The window of a, where it has its own'),
    a_end_time: timeText('Its end'),
    b_start_time: timeText('The window of b, where it has its own'),
    b_end_time: timeText('Its end'),
    limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Entries of each list'),
  },
  async answer({ a, b, ...parameters }, { client, links, signal }) {
    const found = await client.compareSets(a, b, parameters, { signal });
    return {
      title: 'Set b compared with set a',
      facts: {
        ...setFacts('a', found.a),
        ...setFacts('b', found.b),
        delta_mean_duration_ms: ms(found.delta_mean_duration_nano),
        tested_feature_count: found.tested_feature_count,
        not_compared: found.high_cardinality_keys.length === 0 ? undefined : found.high_cardinality_keys,
      },
      sections: [
        {
          name: 'attributes',
          title: 'values by share of traces, a is before and b is after; largest effects first',
          rows: found.attributes.map(featureRow),
        },
        {
          name: 'components',
          title: 'mean time on the critical path of a trace; effect_size is -1 (faster in all) to 1 (slower in all)',
          rows: found.components.map((each) => ({
            service: each.service,
            operation: each.operation,
            a_mean_ms: ms(each.a_mean_nano),
            b_mean_ms: ms(each.b_mean_nano),
            effect_size: rounded(each.effect_size),
            adjusted_p_value: rounded(each.adjusted_p_value),
          })),
        },
        {
          name: 'structure',
          title: 'operations, calls and errors by share of traces, a is before and b is after',
          rows: found.structure.map(featureRow),
        },
      ],
      links: {
        a: links.search(found.a.query, linkWindow(found.a)),
        b: links.search(found.b.query, linkWindow(found.b)),
      },
      reasons: found.reasons,
      narrow: 'Ask for fewer entries with limit.',
    };
  },
});

function setFacts(name: 'a' | 'b', set: SetComparisonAnswer['a']): Row {
  return {
    [name]: whole(set.query),
    [`${name}_start`]: instant(set.start_time_unix_nano),
    [`${name}_end`]: instant(set.end_time_unix_nano),
    [`${name}_trace_count`]: set.trace_count,
    [`${name}_read_trace_count`]: set.read_trace_count,
  };
}
