import { formatDuration } from '@throughline/model';
import {
  type GraphComparison,
  LATENCY_TOLERANCE,
  LATENCY_TOLERANCE_NANO,
  type LatencyComparison,
  type LearntComparison,
} from '@throughline/simulator';
import { counted, formatCount } from '../../terminal/count.ts';
import { printable } from '../../terminal/printable.ts';
import { type Column, formatTable } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** Operations in the table; all are in the JSON. */
const MAX_OPERATIONS_SHOWN = 20;
const MAX_EDGES_SHOWN = 10;
const QUANTILES = ['p50', 'p90', 'p99'] as const;

export function comparisonJson(comparison: LearntComparison): object {
  return {
    original_traces: comparison.originalTraces,
    learnt_traces: comparison.learntTraces,
    cut_short: comparison.isCutShort,
    same_call_graph: comparison.hasSameGraph,
    same_latencies: comparison.hasSameLatencies,
    tolerance: { share: LATENCY_TOLERANCE, seconds: LATENCY_TOLERANCE_NANO / 1e9 },
    service_edges: graphJson(comparison.services),
    operation_edges: graphJson(comparison.operations),
    operations: comparison.latencies.map((latency) => ({
      service: latency.service,
      operation: latency.operation,
      root: latency.isRoot,
      original: sideJson(latency.original, latency.originalCount, latency.originalErrorRate),
      learnt: sideJson(latency.learnt, latency.learntCount, latency.learntErrorRate),
      off: latency.off,
    })),
  };
}

function graphJson({ edgeCount, missing, extra, rareCount }: GraphComparison): object {
  return { count: edgeCount, missing, extra, rare: rareCount };
}

function sideJson(quantiles: LatencyComparison['learnt'], count: number, errorRate: number): object {
  return {
    count,
    error_rate: errorRate,
    p50: quantiles.p50 / 1e9,
    p90: quantiles.p90 / 1e9,
    p99: quantiles.p99 / 1e9,
  };
}

export function comparisonText(comparison: LearntComparison, { colours, columns }: Terminal): string {
  const { latencies, services, operations } = comparison;
  const shown = latencies.slice(0, MAX_OPERATIONS_SHOWN);
  const layout: readonly Column<LatencyComparison>[] = [
    {
      title: 'operation',
      text: ({ service, operation, isRoot }) => printable(`${isRoot ? '' : '  '}${service} ${operation}`),
      shrinks: true,
    },
    { title: 'seen', text: ({ originalCount }) => formatCount(originalCount), align: 'right' },
    ...QUANTILES.map((name): Column<LatencyComparison> => ({
      title: name,
      text: ({ original, learnt, off }) =>
        `${formatDuration(Math.round(original[name]))} → ${formatDuration(Math.round(learnt[name]))}${off.includes(name) ? ' !' : ''}`,
      align: 'right',
      paint: (text, { off, isRoot }) => (isRoot && off.includes(name) ? colours.red(text) : text),
    })),
    {
      title: 'errors',
      text: (row) => `${percent(row.originalErrorRate)} → ${percent(row.learntErrorRate)}`,
      align: 'right',
    },
  ];
  const tolerance = `${LATENCY_TOLERANCE * 100}% or ${formatDuration(LATENCY_TOLERANCE_NANO)}`;
  const lines = [
    '',
    colours.bold(`Original → learnt (${counted(comparison.learntTraces, 'trace')} simulated)`),
    `  call graph    ${comparison.hasSameGraph ? 'the same' : colours.red('not the same')}: ${edges('service', services)}, ${edges('operation', operations)}`,
    ...edgeLines('not in the simulation', [...services.missing, ...operations.missing]),
    ...edgeLines('only in the simulation', [...services.extra, ...operations.extra]),
    `  latencies     ${comparison.hasSameLatencies ? `within ${tolerance}` : colours.red(`off by more than ${tolerance} (!)`)} where requests come in`,
    ...(comparison.isCutShort ? [colours.red('  cut short     it makes far more spans than the originals have')] : []),
    '',
  ];
  const table = formatTable(shown, layout, { columns, colours });
  const more = latencies.length - shown.length;
  const rest = more > 0 ? `... and ${counted(more, 'operation')} more (--json)\n` : '';
  return `${lines.join('\n')}\n${table}${rest}`;
}

function edges(what: string, { edgeCount, rareCount }: GraphComparison): string {
  return `${counted(edgeCount, `${what} edge`)}${rareCount === 0 ? '' : ` (${formatCount(rareCount)} too rare to come up)`}`;
}

function edgeLines(what: string, found: readonly string[]): readonly string[] {
  if (found.length === 0) return [];
  const lines = found.slice(0, MAX_EDGES_SHOWN).map((edge) => `    ${printable(edge)}`);
  const more = found.length - lines.length;
  return [`  ${what}`, ...lines, ...(more > 0 ? [`    ... and ${formatCount(more)} more`] : [])];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))}%`;
}
