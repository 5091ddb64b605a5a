import type { PerformanceAnswer } from '@throughline/query/client';
import { formatCount } from '../../terminal/count.ts';
import type { Links } from '../links.ts';
import { dependencyGraph } from '../plot/dependency-graph.ts';
import { healthBars } from '../plot/health-bars.ts';
import { latencyRanges } from '../plot/latency-ranges.ts';
import { redOverTime } from '../plot/red-over-time.ts';
import type { ServiceColours } from '../plot/service-colour.ts';
import { escaped } from '../plot/svg.ts';
import { edgeText } from '../queries.ts';
import type { Report } from '../report.ts';
import { percent } from '../words.ts';
import { figure, type Html, legend, link, nano, table } from './parts.ts';

/** Drawn at once; the others are folded. */
const SHOWN_MULTIPLES = 9;

export function overTimeSection({ services, window, suspects }: Report): Html {
  const [first] = suspects;
  const trouble = first === undefined || first.strength === 'weak' ? null : first.trouble;
  const cards = services
    .filter(({ points }) => points.length > 0)
    .map(
      (service) =>
        `<div class="card"><h3>${escaped(service.service)}</h3>${redOverTime(service, window, trouble)}</div>`,
    );
  if (cards.length === 0) return '<p class="muted">No requests.</p>';
  const shown = `<div class="multiples">${cards.slice(0, SHOWN_MULTIPLES).join('')}</div>`;
  const shaded =
    trouble === null ? '' : `<p class="small muted">Shaded: when ${escaped(first?.service ?? '')} was in trouble.</p>`;
  if (cards.length <= SHOWN_MULTIPLES) return shaded + shown;
  const rest = cards.slice(SHOWN_MULTIPLES);
  return `${shaded}${shown}<details><summary>${rest.length} services more</summary><div class="multiples">${rest.join('')}</div></details>`;
}

export function healthSection(services: readonly PerformanceAnswer[], links: Links): Html {
  if (services.length === 0) return '<p class="muted">No services.</p>';
  const sorted = services.toSorted((a, b) => (a.health?.score ?? 101) - (b.health?.score ?? 101));
  return (
    '<p class="small muted">100 less what is taken off for the error rate (at most 35), p95 above 1 s (30), slow traces (20) and ' +
    'traces with errors (15).</p>' +
    legend([
      ['healthy', 'left'],
      ['errors', 'error rate'],
      ['error-traces', 'traces with errors'],
      ['duration', 'p95'],
      ['slow-traces', 'slow traces'],
    ]) +
    figure(healthBars(sorted)) +
    serviceTable(sorted, links)
  );
}

function serviceTable(services: readonly PerformanceAnswer[], links: Links): Html {
  const traces = (count: number, query: string, order: 'newest' | 'longest'): Html =>
    count === 0 ? '0' : link(links.search(query, order), formatCount(count), query);
  return table(services, [
    { title: 'Service', kind: 't', cell: ({ service }) => escaped(service) },
    { title: 'Health', kind: 'n', cell: ({ health }) => (health === null ? '-' : health.score.toFixed(1)) },
    { title: 'Requests', kind: 'n', cell: ({ request_count: count, query }) => traces(count, query, 'newest') },
    { title: 'A second', kind: 'n', cell: ({ requests_per_second: rate }) => String(Number(rate.toPrecision(2))) },
    {
      title: 'Errors',
      kind: 'n',
      cell: ({ error_count: count, error_rate: rate, error_query: query }) =>
        count === 0 ? '0 %' : link(links.search(query), percent(rate), query),
    },
    { title: 'min', kind: 'n', cell: ({ durations }) => nano(durations?.min_nano) },
    { title: 'avg', kind: 'n', cell: ({ durations }) => nano(durations?.avg_nano) },
    { title: 'p50', kind: 'n', cell: ({ durations }) => nano(durations?.p50_nano) },
    {
      title: 'p95',
      kind: 'n',
      cell: ({ durations, query }) =>
        durations === null ? '-' : link(links.search(query, 'longest'), nano(durations.p95_nano), query),
    },
    { title: 'p99', kind: 'n', cell: ({ durations }) => nano(durations?.p99_nano) },
    { title: 'max', kind: 'n', cell: ({ durations }) => nano(durations?.max_nano) },
    {
      title: 'Slow traces',
      kind: 'n',
      cell: ({ slow_trace_count: count, slow_trace_query: query }) => traces(count, query, 'longest'),
    },
    {
      title: 'Error traces',
      kind: 'n',
      cell: ({ error_trace_count: count, error_trace_query: query }) => traces(count, query, 'newest'),
    },
  ]);
}

export function dependenciesSection(
  { dependencies, services, suspects }: Report,
  links: Links,
  colours: ServiceColours,
): Html {
  if (dependencies.length === 0) return '<p class="muted">No service called another one within the window.</p>';
  const marked = new Set(suspects.filter(({ strength }) => strength !== 'weak').map(({ service }) => service));
  const worst = dependencies
    .toSorted((a, b) => b.error_count - a.error_count || b.call_count - a.call_count)
    .slice(0, 100);
  return (
    '<p class="small muted">Callers left, callees right. Lines are as wide as they have calls, red where more than 1 % fail. ' +
    'Red ground: health below 90. Red frame: suspect.</p>' +
    `<div class="scroll graph">${dependencyGraph(dependencies, services, marked, colours)}</div>` +
    `<details><summary class="small muted">As a table, most errors first</summary>${table(worst, [
      { title: 'Caller', kind: 't', cell: ({ parent }) => escaped(parent) },
      { title: 'Callee', kind: 't', cell: ({ child }) => escaped(child) },
      {
        title: 'Calls',
        kind: 'n',
        cell: ({ parent, child, call_count: count }) => {
          const query = edgeText(parent, child);
          return link(links.search(query), formatCount(count), query);
        },
      },
      { title: 'Errors', kind: 'n', cell: ({ error_rate: rate }) => percent(rate) },
      { title: 'avg', kind: 'n', cell: ({ duration_avg_ms: ms }) => nano(ms * 1e6) },
      { title: 'p95', kind: 'n', cell: ({ duration_p95_ms: ms }) => nano(ms * 1e6) },
      { title: 'p99', kind: 'n', cell: ({ duration_p99_ms: ms }) => nano(ms * 1e6) },
    ])}</details>`
  );
}

export function latencySection({ services }: Report): Html {
  if (services.every(({ durations }) => durations === null)) return '<p class="muted">No requests.</p>';
  return (
    '<p class="small muted">Logarithmic. Thin: minimum to maximum; middle: p50 to p99; thick: p50 to p90; marks at p50 and p95.</p>' +
    legend([
      ['range', 'durations of requests'],
      ['p50-key', 'p50'],
      ['p95-key', 'p95'],
    ]) +
    figure(
      latencyRanges(
        services.map(({ service, durations }) => ({ name: service, durations })),
        'Durations of requests by service',
      ),
    )
  );
}
