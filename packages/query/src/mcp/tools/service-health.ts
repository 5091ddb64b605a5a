import { instantOfSeconds, ms, own, rounded, whole } from '../answer.ts';
import { durationFacts, linkWindow, traceRow, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, spanText, timeText, windowInput } from '../tool.ts';

const MAX_OPERATIONS = 200;
const DEFAULT_OPERATIONS = 20;

const input = {
  service: spanText('Name of the service'),
  operation: spanText('Only requests with this name').optional(),
  slow: timeText('What takes longer is slow: 500ms; 1s by default'),
  objective: timeText('What p95 may be without harm to the health: 300ms'),
  step: timeText('Of the points over time, whole seconds: 60s'),
  limit: count(MAX_OPERATIONS, DEFAULT_OPERATIONS, 'Operations'),
  ...windowInput,
};

export const serviceHealthTool: McpTool = defineTool({
  name: 'service_health',
  title: 'Health and performance of a service',
  description:
    'How a service does in a window (by default the last hour): a health score from 0 to 100 with its deductions, requests, ' +
    'error rate, percentiles, the same per operation and over time, and its slow and failed traces.',
  input,
  async answer({ service, ...parameters }, { client, links, signal }) {
    const found = await client.servicePerformance(service, parameters, { signal });
    const { health } = found;
    const window = linkWindow(found.window);
    return {
      title: 'Health and performance of a service',
      facts: {
        service: found.service,
        operation: found.operation ?? undefined,
        ...windowFacts(found.window),
        health_score: health?.score ?? own('none: there are no requests'),
        ...(health !== null && {
          deducted_for_error_rate: rounded(health.deductions.error_rate),
          deducted_for_p95: rounded(health.deductions.p95),
          deducted_for_slow_traces: rounded(health.deductions.slow_traces),
          deducted_for_error_traces: rounded(health.deductions.error_traces),
          p95_objective_ms: ms(health.p95_objective_nano),
        }),
        request_count: rounded(found.request_count),
        error_rate: rounded(found.error_rate),
        requests_per_second: rounded(found.requests_per_second),
        ...durationFacts(found.durations),
        trace_count: found.trace_count,
        error_trace_count: found.error_trace_count,
        slow_trace_count: found.slow_trace_count,
        slow_above_ms: ms(found.slow_above_nano),
        query: whole(found.query),
        error_query: whole(found.error_query),
      },
      sections: [
        {
          name: 'operations',
          title: 'most requests first',
          rows: found.operations.map((each) => ({
            operation: each.operation,
            request_count: rounded(each.request_count),
            error_rate: rounded(each.error_rate),
            ...durationFacts(each.durations),
          })),
        },
        { name: 'error_traces', title: 'newest first', rows: found.error_traces.map(traceRow) },
        { name: 'slow_traces', title: 'longest first', rows: found.slow_traces.map(traceRow) },
        {
          name: 'over_time',
          title: `steps of ${found.step_seconds} s; those without requests are left out`,
          rows: found.points.map((point) => ({
            start_time: instantOfSeconds(point.start_time),
            request_count: rounded(point.request_count),
            error_rate: rounded(point.error_rate),
            p50_ms: point.durations === null ? undefined : ms(point.durations.p50_nano),
            p95_ms: point.durations === null ? undefined : ms(point.durations.p95_nano),
          })),
        },
      ],
      links: {
        requests: links.search(found.query, window),
        errors: links.search(found.error_trace_query, window),
        slow: links.search(found.slow_trace_query, window),
      },
      reasons: found.reasons,
      narrow: 'Ask for one operation, a shorter window, or a longer step.',
    };
  },
});
