import { formatDuration } from '@throughline/model';
import type {
  CallDetailsAnswer,
  DependencyEdgeAnswer,
  ErrorGroupAnswer,
  OperationPerformanceAnswer,
  PerformanceAnswer,
  PerformancePointAnswer,
} from '@throughline/query/client';
import { formatSearchTable } from '../search/search-table.ts';
import { counted, formatCount } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import {
  type AnalysisRun,
  formatNano,
  formatNumber,
  formatPercent,
  formatSeconds,
  showJson,
  showNotes,
  showQuery,
} from './analysis-run.ts';

type Screen = Pick<Terminal, 'columns' | 'colours'>;

export interface SlowOptions {
  readonly service?: string;
  readonly operation?: string;
  readonly above?: string;
  readonly percentile?: string;
  readonly limit?: number;
}

export async function runSlow(run: AnalysisRun, options: SlowOptions): Promise<void> {
  const { service, operation, above, percentile, limit } = options;
  const answer = await run.client.slowTraces({
    ...run.window,
    service,
    operation,
    above,
    percentile: percentile === undefined ? undefined : Number(percentile),
    limit,
  });
  if (showJson(run, answer)) return;
  const { terminal } = run;
  if (answer.traces.length > 0) terminal.out(formatSearchTable(answer.traces, terminal));
  const what = answer.percentile === null ? 'above' : `above the ${answer.percentile}th percentile, which is`;
  const traces = answer.traces.length === 0 ? 'No traces' : counted(answer.traces.length, 'trace');
  terminal.err(`${traces} ${what} ${formatDuration(answer.slow_above_nano)}.\n`);
  showNotes(run, answer);
  showQuery(run, answer.query);
}

export interface ErrorsOptions {
  readonly service?: string;
  readonly operation?: string;
  readonly limit?: number;
}

export async function runErrors(run: AnalysisRun, { service, operation, limit }: ErrorsOptions): Promise<void> {
  const answer = await run.client.errors({ ...run.window, service, operation, limit });
  if (showJson(run, answer)) return;
  const { terminal } = run;
  if (answer.groups.length > 0) terminal.out(formatErrors(answer.groups, terminal));
  terminal.err(
    answer.error_count === 0
      ? 'No errors.\n'
      : `${counted(Math.round(answer.error_count), 'error')} of ${counted(answer.group_count, 'kind')}.\n`,
  );
  showNotes(run, answer);
  showQuery(run, answer.query);
}

/** What varies within a kind stands as `?`. */
export function formatErrors(groups: readonly ErrorGroupAnswer[], screen: Screen): string {
  const { colours } = screen;
  const layout: readonly Column<ErrorGroupAnswer>[] = [
    { title: 'COUNT', text: ({ count }) => formatCount(Math.round(count)), align: 'right' },
    { title: 'LAST', text: ({ last_time: last }) => formatSeconds(last) },
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(colours, service)(text),
    },
    { title: 'OPERATION', text: ({ operation }) => printable(operation), shrinks: true },
    {
      title: 'ERROR',
      text: ({ type, message }) => printable([type, message].filter((part) => part !== '').join(': ') || 'no message'),
      shrinks: true,
      paint: (text) => colours.red(text),
    },
    { title: 'A TRACE', text: ({ samples }) => printable(samples[0]?.trace_id ?? '') },
  ];
  return formatTable(groups, layout, screen);
}

export interface PerformanceOptions {
  readonly operation?: string;
  readonly step?: string;
  readonly slow?: string;
  readonly objective?: string;
  readonly limit?: number;
}

export async function runPerformance(run: AnalysisRun, service: string, options: PerformanceOptions): Promise<void> {
  const { operation, step, slow, objective, limit } = options;
  const answer = await run.client.servicePerformance(service, {
    ...run.window,
    operation,
    step,
    slow,
    objective,
    limit,
  });
  if (showJson(run, answer)) return;
  const { terminal } = run;
  terminal.out(formatPerformance(answer, terminal));
  showNotes(run, answer);
  showQuery(run, answer.query);
}

function formatPerformance(answer: PerformanceAnswer, screen: Screen): string {
  const { colours } = screen;
  const name = serviceColour(colours, answer.service)(printable(answer.service));
  const of = answer.operation === null ? '' : ` ${printable(answer.operation)}`;
  const heading = `${colours.bold(name)}${of}: ${healthText(answer)}\n`;
  if (answer.request_count === 0) return `${heading}No requests.\n`;
  const facts = [
    `${counted(Math.round(answer.request_count), 'request')}, ${formatNumber(answer.requests_per_second)} a second`,
    `${formatPercent(answer.error_rate)} failed`,
    `${counted(answer.trace_count, 'trace')}, ${answer.slow_trace_count} slow (above ${formatNano(answer.slow_above_nano)}), ` +
      `${answer.error_trace_count} with an error of it`,
  ];
  const parts = [`${heading}${facts.join(' · ')}\n`, formatOperations(answer, screen)];
  if (answer.points.length > 1) parts.push(formatPoints(answer, screen));
  if (answer.slow_traces.length > 0) {
    parts.push(`${colours.bold('Slow traces')}\n${formatSearchTable(answer.slow_traces, screen)}`);
  }
  if (answer.error_traces.length > 0) {
    parts.push(`${colours.bold('Traces with errors')}\n${formatSearchTable(answer.error_traces, screen)}`);
  }
  return parts.join('\n');
}

function healthText({ health }: PerformanceAnswer): string {
  if (health === null) return 'health unknown';
  const { error_rate: errors, p95, slow_traces: slow, error_traces: failed } = health.deductions;
  const taken = Object.entries({ errors, p95, 'slow traces': slow, 'traces with errors': failed })
    .filter(([, points]) => points >= 0.05)
    .map(([what, points]) => `${what} -${points.toFixed(1)}`);
  return `health ${health.score.toFixed(1)} of 100${taken.length === 0 ? '' : ` (${taken.join(', ')})`}`;
}

function formatOperations(answer: PerformanceAnswer, screen: Screen): string {
  const { colours } = screen;
  const all: OperationPerformanceAnswer = { ...answer, operation: 'all requests' };
  const rows = answer.operations.length === 1 ? answer.operations : [...answer.operations, all];
  const duration = (
    title: string,
    of: keyof NonNullable<OperationPerformanceAnswer['durations']>,
  ): Column<OperationPerformanceAnswer> => ({
    title,
    text: ({ durations }) => (durations === null ? '-' : formatNano(durations[of])),
    align: 'right',
  });
  const layout: readonly Column<OperationPerformanceAnswer>[] = [
    {
      title: 'OPERATION',
      text: ({ operation }) => printable(operation),
      shrinks: true,
      paint: (text, row) => (row === all ? colours.bold(text) : text),
    },
    { title: 'REQUESTS', text: ({ request_count: count }) => formatCount(Math.round(count)), align: 'right' },
    { title: 'PER S', text: ({ requests_per_second: rate }) => formatNumber(rate), align: 'right' },
    {
      title: 'ERRORS',
      text: ({ error_rate: rate }) => formatPercent(rate),
      align: 'right',
      paint: (text, { error_count: count }) => (count > 0 ? colours.red(text) : colours.dim(text)),
    },
    duration('MIN', 'min_nano'),
    duration('AVG', 'avg_nano'),
    duration('P50', 'p50_nano'),
    duration('P95', 'p95_nano'),
    duration('P99', 'p99_nano'),
    duration('P99.9', 'p999_nano'),
    duration('MAX', 'max_nano'),
  ];
  return formatTable(rows, layout, screen);
}

const BARS = '▁▂▃▄▅▆▇█';

/** Requests, errors and p95 over time, a character a step; each line from 0 to its own largest. */
function formatPoints({ points, step_seconds: step }: PerformanceAnswer, { colours }: Screen): string {
  const first = points[0]?.start_time ?? 0;
  const last = points.at(-1)?.start_time ?? 0;
  const byStep = new Map(points.map((point) => [Math.round((point.start_time - first) / step), point]));
  const length = Math.round((last - first) / step) + 1;
  const line = (
    title: string,
    valueOf: (point: PerformancePointAnswer) => number,
    text: (value: number) => string,
  ): string => {
    const most = points.reduce((largest, point) => Math.max(largest, valueOf(point)), 0);
    const bars = Array.from({ length }, (_, i) => {
      const point = byStep.get(i);
      if (point === undefined) return ' ';
      const share = most > 0 ? valueOf(point) / most : 0;
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? '';
    });
    return `${title.padEnd(9)} ${bars.join('')} at most ${text(most)}`;
  };
  return [
    colours.dim(`From ${formatSeconds(first)}, ${counted(step, 'second')} a bar`),
    line(
      'requests',
      (point) => point.requests_per_second,
      (value) => `${formatNumber(value)} a second`,
    ),
    line('errors', (point) => point.error_rate, formatPercent),
    line('p95', ({ durations }) => durations?.p95_nano ?? 0, formatNano),
    '',
  ].join('\n');
}

export async function runDependencies(run: AnalysisRun): Promise<void> {
  const answer = await run.client.serviceGraph(run.window);
  if (showJson(run, answer)) return;
  const { terminal } = run;
  if (answer.edges.length === 0 && answer.peers.length === 0) terminal.err('No calls between services.\n');
  if (answer.edges.length > 0) {
    const rows = answer.edges.map((edge) => ({ ...edge, callee: edge.child, calls: edge.call_count }));
    terminal.out(formatCalls(rows, 'CALLS', terminal));
  }
  if (answer.peers.length > 0) {
    const rows = answer.peers.map((peer) => ({ ...peer, callee: peer.peer, calls: peer.sampled_call_count }));
    const isSample = answer.sample.read_trace_count < answer.sample.trace_count;
    const title = `Without spans of their own${isSample ? ' (calls of a sample of the traces)' : ''}`;
    terminal.out(`\n${terminal.colours.bold(title)}\n${formatCalls(rows, isSample ? 'SAMPLED' : 'CALLS', terminal)}`);
  }
  showNotes(run, answer);
}

type CallRow = CallDetailsAnswer &
  Pick<DependencyEdgeAnswer, 'parent' | 'error_rate'> & {
    readonly callee: string;
    readonly calls: number;
    readonly duration_avg_ms: number;
    readonly duration_p50_ms: number;
    readonly duration_p95_ms: number;
    readonly duration_p99_ms: number;
  };

function formatCalls(rows: readonly CallRow[], countTitle: string, screen: Screen): string {
  const { colours } = screen;
  const name = (title: string, of: 'parent' | 'callee'): Column<CallRow> => ({
    title,
    text: (row) => printable(row[of]),
    shrinks: true,
    paint: (text, row) => serviceColour(colours, row[of])(text),
  });
  const duration = (title: string, ms: (row: CallRow) => number): Column<CallRow> => ({
    title,
    text: (row) => formatNano(ms(row) * 1e6),
    align: 'right',
  });
  const layout: readonly Column<CallRow>[] = [
    name('CALLER', 'parent'),
    name('CALLEE', 'callee'),
    { title: countTitle, text: ({ calls }) => formatCount(Math.round(calls)), align: 'right' },
    {
      title: 'ERRORS',
      text: ({ error_rate: rate }) => formatPercent(rate),
      align: 'right',
      paint: (text, { error_rate: rate }) => (rate > 0 ? colours.red(text) : colours.dim(text)),
    },
    duration('AVG', (row) => row.duration_avg_ms),
    duration('P50', (row) => row.duration_p50_ms),
    duration('P95', (row) => row.duration_p95_ms),
    duration('P99', (row) => row.duration_p99_ms),
    { title: 'VIA', text: ({ transports }) => transports.filter((each) => each !== 'unknown').join(', ') },
  ];
  return formatTable(rows, layout, screen);
}
