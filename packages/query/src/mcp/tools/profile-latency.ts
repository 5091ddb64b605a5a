import type { PathTimesAnswer } from '../../native/analysis/sample-answer-types.ts';
import { ms, type Row, spanReference, whole } from '../answer.ts';
import { linkWindow, sampleFacts, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, spanText, windowInput } from '../tool.ts';

const MAX_ENTRIES = 200;
const DEFAULT_ENTRIES = 20;

export const profileLatencyTool: McpTool = defineTool({
  name: 'profile_latency',
  title: 'Profile the latency of a service',
  description:
    'Which operations own the latency of a service over many requests: their time on the critical path on average, around ' +
    'the median and among the slowest percent. By default the last hour.',
  input: {
    service: spanText('Name of the service'),
    operation: spanText('Only requests with this name').optional(),
    limit: count(MAX_ENTRIES, DEFAULT_ENTRIES, 'Operations'),
    ...windowInput,
  },
  async answer({ service, ...parameters }, { client, links, signal }) {
    const found = await client.criticalPathProfile(service, parameters, { signal });
    const slowest = found.slowest[0];
    return {
      title: 'Latency of a service by who owns it',
      facts: {
        service: found.service,
        operation: found.operation ?? undefined,
        ...windowFacts(found.window),
        ...sampleFacts(found.sample),
        request_count: found.request_count,
        query: whole(found.query),
      },
      sections: [
        {
          name: 'duration',
          title: 'of the requests, and the part of it in which no span ran',
          rows: [
            { of: { own: 'requests' }, ...pathTimes(found.duration) },
            { of: { own: 'gaps' }, ...pathTimes(found.gap) },
          ],
        },
        {
          name: 'operations',
          title: 'most time among the slowest first; with the gaps each column sums to the duration',
          rows: found.components.map((each) => ({
            service: each.service,
            operation: each.operation,
            ...pathTimes(each),
            request_count: each.request_count,
          })),
        },
        {
          name: 'slowest',
          title: 'requests, TRACE_ID/SPAN_ID',
          rows: found.slowest.map((each) => ({
            request: spanReference(each.trace_id, each.span_id),
            duration_ms: ms(each.duration_nano),
          })),
        },
      ],
      links: {
        requests: links.search(found.query, linkWindow(found.window)),
        slowest: slowest && links.trace(slowest.trace_id, slowest.span_id),
      },
      reasons: found.reasons,
      narrow: 'Ask for one operation, or for fewer with limit.',
    };
  },
});

function pathTimes(times: PathTimesAnswer): Row {
  return { mean_ms: ms(times.mean_nano), around_p50_ms: ms(times.p50_nano), slowest_percent_ms: ms(times.p99_nano) };
}
