import { assembleTrace, formatDuration, formatInstant } from '@throughline/model';
import type { Scenario, ServiceStatistics, SimulationStatistics, TraceRecord, Truth } from '@throughline/simulator';
import { buildTraceColumns } from '@throughline/wire';
import { counted, formatCount } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import { formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatTree } from '../trace/trace-tree.ts';
import type { Delivery } from './span-output.ts';
import { spanCount } from './truth-file.ts';

/** Services in the table; the others are in the JSON. */
const MAX_SERVICES_SHOWN = 30;
const MAX_TREE_LINES = 60;

export interface SimulationResult {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly startUnixNano: bigint;
  readonly seconds: number;
  readonly statistics: SimulationStatistics;
  readonly slowest: readonly TraceRecord[];
  /** Traces that took longer than the scenario's `slow_trace`. */
  readonly slowCount: number;
  readonly truth: readonly Truth[];
  readonly truthPath: string | undefined;
  readonly delivery: Delivery | undefined;
  readonly isInterrupted: boolean;
}

export function resultJson(result: SimulationResult): object {
  const { scenario, statistics, delivery } = result;
  return {
    scenario: scenario.name,
    seed: result.seed,
    start_time: formatInstant(result.startUnixNano),
    simulated_seconds: statistics.elapsedNano / 1e9,
    seconds: Math.round(result.seconds * 1_000) / 1_000,
    interrupted: result.isInterrupted,
    traces_started: statistics.tracesStarted,
    traces_completed: statistics.tracesCompleted,
    traces_sampled: statistics.tracesSampled,
    spans_created: statistics.spansCreated,
    spans_received: statistics.spansReceived,
    spans_lost: statistics.spansLost,
    services: statistics.services.map((service) => ({
      service: service.service,
      replicas: service.replicas,
      handled: service.handled,
      initiated: service.initiated,
      spans_created: service.spansCreated,
      utilisation: service.utilisation,
      mean_queue_wait_seconds: service.meanQueueWaitNano / 1e9,
      max_queue_wait_seconds: service.maxQueueWaitNano / 1e9,
      failures: service.failures,
      retries: service.retries,
      refused: service.refused,
    })),
    slow_traces: scenario.slowTraceNano === undefined ? undefined : result.slowCount,
    slowest: result.slowest.map((trace) => ({
      trace_id: trace.traceId,
      root_service: trace.rootService,
      root_operation: trace.rootOperation,
      start_time: formatInstant(result.startUnixNano + BigInt(trace.startNano)),
      duration: trace.durationNano / 1e9,
      span_count: trace.spanCount,
      error_count: trace.errorCount,
    })),
    faults: result.truth.map(({ kind, service, operation, host, affected, ...fault }) => ({
      kind,
      service,
      operation,
      host,
      start_time: formatInstant(fault.startTimeUnixNano),
      end_time: formatInstant(fault.endTimeUnixNano),
      affected_traces: affected.size,
    })),
    truth: result.truthPath,
    output: delivery === undefined ? undefined : { ...delivery },
  };
}

/** For a person; yields pieces of text. */
export function* resultText(result: SimulationResult, terminal: Terminal, trees: number): Generator<string> {
  const { statistics, scenario, delivery } = result;
  const { colours } = terminal;
  const virtual = formatDuration(statistics.elapsedNano);
  yield `${colours.bold(scenario.name)}: ${counted(statistics.tracesCompleted, 'trace')} of ${virtual}, simulated in ${result.seconds.toFixed(1)} s${result.isInterrupted ? ' (interrupted)' : ''}\n`;
  const unfinished = statistics.tracesStarted - statistics.tracesCompleted;
  if (unfinished > 0) yield `  traces    ${formatCount(unfinished)} not finished\n`;
  if (statistics.tracesSampled < statistics.tracesStarted) {
    yield `  sampled   ${formatCount(statistics.tracesSampled)} of ${counted(statistics.tracesStarted, 'trace')}\n`;
  }
  yield `  spans     ${formatCount(statistics.spansCreated)} created, ${formatCount(statistics.spansReceived)} received, ${formatCount(statistics.spansLost)} lost\n`;
  if (delivery !== undefined) yield* deliveryLines(delivery, terminal);
  yield `\n${servicesTable(statistics.services, terminal)}`;
  yield* faultLines(result, terminal);
  yield* slowestLines(result, terminal, trees);
}

function* deliveryLines(delivery: Delivery, { colours }: Terminal): Generator<string> {
  yield `  output    ${formatCount(delivery.accepted)} to ${printable(delivery.where)}\n`;
  if (delivery.rejected > 0) yield colours.red(`  rejected  ${formatCount(delivery.rejected)}\n`);
  if (delivery.failed > 0) yield colours.red(`  failed    ${formatCount(delivery.failed)}\n`);
  if (delivery.problem !== undefined) yield colours.red(`            ${printable(delivery.problem)}\n`);
}

function servicesTable(services: readonly ServiceStatistics[], terminal: Terminal): string {
  const shown = services.length <= MAX_SERVICES_SHOWN ? services : busiest(services);
  const numbers = (title: string, text: (service: ServiceStatistics) => string) =>
    ({ title, text, align: 'right' }) as const;
  const table = formatTable(
    shown,
    [
      { title: 'SERVICE', text: ({ service }) => printable(service), shrinks: true },
      numbers('HANDLED', ({ handled }) => formatCount(handled)),
      numbers('INITIATED', ({ initiated }) => formatCount(initiated)),
      numbers('SPANS', ({ spansCreated }) => formatCount(spansCreated)),
      numbers('BUSY', ({ utilisation }) => `${(100 * utilisation).toFixed(1)}%`),
      numbers('QUEUED', ({ meanQueueWaitNano }) => formatDuration(Math.round(meanQueueWaitNano))),
      numbers('FAILED', ({ failures }) => formatCount(failures)),
      numbers('RETRIES', ({ retries }) => formatCount(retries)),
      numbers('REFUSED', ({ refused }) => formatCount(refused)),
    ],
    terminal,
  );
  const more = services.length - shown.length;
  return more === 0 ? table : `${table}... and ${counted(more, 'more service')} (--json has all)\n`;
}

function busiest(services: readonly ServiceStatistics[]): readonly ServiceStatistics[] {
  return services.toSorted((a, b) => b.handled - a.handled).slice(0, MAX_SERVICES_SHOWN);
}

function* faultLines(result: SimulationResult, { colours }: Terminal): Generator<string> {
  if (result.truth.length === 0) return;
  yield `\n${colours.bold('Faults')}\n`;
  for (const fault of result.truth) {
    const place = [fault.service, fault.operation, fault.resource, fault.host, fault.version]
      .filter((part) => part !== undefined)
      .map(printable)
      .join(' ');
    const from = formatDuration(fault.startTimeUnixNano - result.startUnixNano);
    const to = formatDuration(fault.endTimeUnixNano - result.startUnixNano);
    yield `  ${fault.kind} on ${place}, ${from} to ${to}: acted on ${counted(spanCount(fault), 'span')} of ${counted(fault.affected.size, 'trace')}\n`;
  }
  yield result.truthPath === undefined
    ? '  The truth was not written; --truth FILE does.\n'
    : `  The truth, with the ids of all these spans, is in ${printable(result.truthPath)}\n`;
}

function* slowestLines(result: SimulationResult, terminal: Terminal, trees: number): Generator<string> {
  const { scenario, slowest } = result;
  if (slowest.length === 0) return;
  const { colours } = terminal;
  yield `\n${colours.bold('Slowest traces')}\n`;
  if (scenario.slowTraceNano !== undefined) {
    yield `  ${counted(result.slowCount, 'trace')} took longer than ${formatDuration(scenario.slowTraceNano)}\n`;
  }
  for (const trace of slowest) {
    const errors = trace.errorCount === 0 ? '' : colours.red(`, ${counted(trace.errorCount, 'error')}`);
    yield `  ${trace.traceId}  ${formatDuration(trace.durationNano)}  ${printable(trace.rootService)}: ${printable(trace.rootOperation)}, ${counted(trace.spanCount, 'span')}${errors}\n`;
  }
  for (const trace of slowest.slice(0, trees)) {
    const { keptSpans = [] } = trace;
    if (keptSpans.length === 0) continue;
    yield `\n${colours.bold(trace.traceId)}\n`;
    if (keptSpans.length + trace.lostSpanCount < trace.spanCount) {
      // Children end first, so that of a huge trace there is no root to hang them on.
      yield `  too large to show here: ${counted(trace.spanCount, 'span')}\n`;
      continue;
    }
    yield* formatTree(buildTraceColumns(assembleTrace(keptSpans)), terminal, MAX_TREE_LINES);
  }
}
