import type { OperationPerformanceAnswer, PerformanceAnswer, TraceSummaryAnswer } from '@throughline/query/client';
import { formatCount } from '../../terminal/count.ts';
import type { Links } from '../links.ts';
import { latencyRanges } from '../plot/latency-ranges.ts';
import { escaped } from '../plot/svg.ts';
import { percent, short, utcTime } from '../words.ts';
import { code, figure, type Html, link, nano, table } from './parts.ts';

const MAX_OPERATIONS = 20;

/** One service, folded: its operations, its ten slowest traces and ten with errors. */
export function serviceSection(performance: PerformanceAnswer, links: Links): Html {
  const { service, health, request_count: count, error_rate: rate, durations } = performance;
  const operations = performance.operations.slice(0, MAX_OPERATIONS);
  const rest = performance.operations.length - operations.length;
  const summary =
    `<b>${escaped(service)}</b> <span class="small muted">health ${health === null ? '-' : health.score.toFixed(1)}, ` +
    `${formatCount(count)} requests, ${percent(rate)} fail, p95 ${nano(durations?.p95_nano)}</span>`;
  return (
    `<details class="card"><summary>${summary}</summary>` +
    (operations.length === 0
      ? ''
      : figure(
          latencyRanges(
            operations.map((each) => ({ name: each.operation, durations: each.durations })),
            `Durations of ${service} by operation`,
          ),
        ) +
        operationTable(operations, links) +
        (rest > 0 ? `<p class="small muted">${rest} operations more with fewer requests.</p>` : '')) +
    traceList(
      `Slow traces, above ${nano(performance.slow_above_nano)}`,
      performance.slow_traces,
      performance.slow_trace_count,
      performance.slow_trace_query,
      'longest',
      links,
    ) +
    traceList(
      'Traces with errors',
      performance.error_traces,
      performance.error_trace_count,
      performance.error_trace_query,
      'newest',
      links,
    ) +
    '</details>'
  );
}

function operationTable(operations: readonly OperationPerformanceAnswer[], links: Links): Html {
  return table(operations, [
    { title: 'Operation', kind: 't', cell: ({ operation }) => escaped(short(operation, 120)) },
    {
      title: 'Requests',
      kind: 'n',
      cell: ({ request_count: count, query }) => link(links.search(query), formatCount(count), query),
    },
    {
      title: 'Errors',
      kind: 'n',
      cell: ({ error_count: count, error_rate: rate, error_query: query }) =>
        count === 0 ? '0 %' : link(links.search(query), percent(rate), query),
    },
    { title: 'p50', kind: 'n', cell: ({ durations }) => nano(durations?.p50_nano) },
    { title: 'p90', kind: 'n', cell: ({ durations }) => nano(durations?.p90_nano) },
    { title: 'p95', kind: 'n', cell: ({ durations }) => nano(durations?.p95_nano) },
    { title: 'p99', kind: 'n', cell: ({ durations }) => nano(durations?.p99_nano) },
    { title: 'p99.9', kind: 'n', cell: ({ durations }) => nano(durations?.p999_nano) },
    { title: 'max', kind: 'n', cell: ({ durations }) => nano(durations?.max_nano) },
  ]);
}

function traceList(
  title: string,
  traces: readonly TraceSummaryAnswer[],
  count: number,
  query: string,
  order: 'newest' | 'longest',
  links: Links,
): Html {
  if (traces.length === 0) return `<p class="small muted">${escaped(title)}: none.</p>`;
  const which = order === 'longest' ? 'the longest' : 'the newest';
  return (
    `<h3>${escaped(title)}</h3><p class="small muted">${link(links.search(query, order), formatCount(count), query)} in all, ${which} ` +
    `${traces.length}: ${code(query)}</p>` +
    table(traces, [
      { title: 'Trace', cell: ({ trace_id: id }) => link(links.trace(id), id.slice(0, 16), id) },
      { title: 'Start (UTC)', cell: ({ start_time: start }) => utcTime(start) },
      { title: 'Duration', kind: 'n', cell: ({ duration }) => nano(duration * 1e9) },
      { title: 'Spans', kind: 'n', cell: ({ span_count: spans }) => formatCount(spans) },
      { title: 'Errors', kind: 'n', cell: ({ error_count: errors }) => formatCount(errors) },
      {
        title: 'Request',
        kind: 't',
        cell: ({ root_service: root, root_operation: operation }) => escaped(short(`${root}: ${operation}`, 100)),
      },
    ])
  );
}
