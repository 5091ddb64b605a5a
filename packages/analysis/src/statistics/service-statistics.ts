import type { Trace } from '@throughline/model';
import { durationOf, traceFacts } from '../trace/trace-facts.ts';
import { DurationSketch } from './duration-sketch.ts';
import { type ErrorGroup, ErrorGroups } from './error-groups.ts';
import { type HealthScore, healthScore } from './health-score.ts';

/** Requests: a service's entry spans, whose parent is absent or in another service. Counts are sums of weights. */
export interface RequestStatistics {
  readonly requestCount: number;
  readonly errorCount: number;
  /** 0 without requests. */
  readonly errorRate: number;
  readonly durations: DurationSketch;
}

export interface ServiceStatistics extends RequestStatistics {
  readonly service: string;
  /** By operation, most requests first. */
  readonly operations: readonly (RequestStatistics & { readonly operation: string })[];
  /** Traces with a span of the service, unweighted. */
  readonly traceCount: number;
  /** Traces in which one of its requests took longer than the threshold: the longest, and how many there are. */
  readonly slowTraceCount: number;
  readonly slowTraces: readonly { readonly traceId: string; readonly spanId: string; readonly durationNano: number }[];
  readonly errorTraceCount: number;
  /** Errors of its spans, most frequent first. */
  readonly errors: readonly ErrorGroup[];
  /** Undefined without requests. */
  readonly health: HealthScore | undefined;
}

export interface ServiceStatisticsOptions {
  /** Default 1 s. */
  readonly slowNano?: number;
  /** Default 50. */
  readonly maxSlowTraces?: number;
  /** Kinds of errors. Default 100. */
  readonly maxErrors?: number;
  /** Objective for the health score, see `healthScore`. */
  readonly p95ObjectiveNano?: number;
}

interface Sums {
  requestCount: number;
  errorCount: number;
  readonly durations: DurationSketch;
}

interface ServiceSums extends Sums {
  readonly operations: Map<string, Sums>;
  traceCount: number;
  errorTraceCount: number;
  slowTraceCount: number;
  /** The longest, in no order, and some more until they are pruned. */
  slow: { traceId: string; spanId: string; durationNano: number }[];
  readonly errors: ErrorGroups;
}

/** What each service did in the traces, by name. Linear in spans but for sorting what is listed. */
export function serviceStatistics(
  traces: Iterable<Trace>,
  options: ServiceStatisticsOptions = {},
): readonly ServiceStatistics[] {
  const { slowNano = 1_000_000_000, maxSlowTraces = 50, maxErrors = 100, p95ObjectiveNano } = options;
  const services = new Map<string, ServiceSums>();
  for (const trace of traces) addTrace(services, trace, slowNano, maxSlowTraces);
  return [...services]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([service, sums]): ServiceStatistics => {
      const requests = requestStatistics(sums);
      const p95Nano = sums.durations.quantile(0.95);
      const { traceCount, errorTraceCount, slowTraceCount, slow } = sums;
      return {
        service,
        ...requests,
        operations: [...sums.operations]
          .map(([operation, each]) => ({ operation, ...requestStatistics(each) }))
          .toSorted((a, b) => b.requestCount - a.requestCount || compareText(a.operation, b.operation)),
        traceCount,
        slowTraceCount,
        slowTraces: slow.toSorted(longestFirst).slice(0, maxSlowTraces),
        errorTraceCount,
        errors: sums.errors.mostFrequent(maxErrors),
        health:
          p95Nano === undefined
            ? undefined
            : healthScore({
                errorRate: requests.errorRate,
                p95Nano,
                slowTraceShare: slowTraceCount / traceCount,
                errorTraceShare: errorTraceCount / traceCount,
                ...(p95ObjectiveNano !== undefined && { p95ObjectiveNano }),
              }),
      };
    });
}

function addTrace(services: Map<string, ServiceSums>, trace: Trace, slowNano: number, maxSlow: number): void {
  const facts = traceFacts(trace);
  /** By service: its longest request in this trace, and whether it failed. */
  const longest = new Map<ServiceSums, { row: number; nano: number; failed: boolean }>();
  for (const [row, span] of trace.spans.entries()) {
    const name = facts.services[facts.service[row] ?? 0] ?? '';
    let sums = services.get(name);
    if (sums === undefined) {
      sums = {
        ...emptySums(),
        operations: new Map(),
        traceCount: 0,
        errorTraceCount: 0,
        slowTraceCount: 0,
        slow: [],
        errors: new ErrorGroups(),
      };
      services.set(name, sums);
    }
    let inTrace = longest.get(sums);
    if (inTrace === undefined) {
      inTrace = { row, nano: -1, failed: false };
      longest.set(sums, inTrace);
    }
    const failed = facts.error[row] === 1;
    if (failed) {
      inTrace.failed = true;
      sums.errors.add(span, name);
    }
    const parent = trace.parent[row] ?? -1;
    if (parent >= 0 && facts.service[parent] === facts.service[row]) continue;
    let operation = sums.operations.get(span.name);
    if (operation === undefined) {
      operation = emptySums();
      sums.operations.set(span.name, operation);
    }
    const nano = durationOf(facts, row);
    for (const each of [sums, operation]) {
      each.requestCount += span.weight;
      each.errorCount += failed ? span.weight : 0;
      each.durations.add(nano, span.weight);
    }
    if (nano > inTrace.nano) {
      inTrace.nano = nano;
      inTrace.row = row;
    }
  }
  for (const [sums, { row, nano, failed }] of longest) {
    sums.traceCount++;
    if (failed) sums.errorTraceCount++;
    if (nano <= slowNano) continue;
    sums.slowTraceCount++;
    sums.slow.push({ traceId: trace.traceId, spanId: trace.spans[row]?.spanId ?? '', durationNano: nano });
    if (sums.slow.length > 2 * maxSlow + 100) sums.slow = sums.slow.toSorted(longestFirst).slice(0, maxSlow);
  }
}

function longestFirst(a: ServiceStatistics['slowTraces'][number], b: ServiceStatistics['slowTraces'][number]): number {
  return b.durationNano - a.durationNano || compareText(a.traceId, b.traceId);
}

function emptySums(): Sums {
  return { requestCount: 0, errorCount: 0, durations: new DurationSketch() };
}

function requestStatistics({ requestCount, errorCount, durations }: Sums): RequestStatistics {
  return { requestCount, errorCount, errorRate: requestCount > 0 ? errorCount / requestCount : 0, durations };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
