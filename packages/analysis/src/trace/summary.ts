import type { CriticalPath } from './critical-path.ts';
import { durationOf, type TraceFacts } from './trace-facts.ts';

/** What the spans of a service, or of an operation of one, add up to. Nanoseconds. */
export interface ComponentSummary {
  readonly service: string;
  /** Absent of a whole service. */
  readonly operation?: string;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Sum of the durations; spans that overlap count each. */
  readonly totalNano: number;
  readonly selfNano: number;
  readonly criticalNano: number;
  readonly maxNano: number;
}

export interface TraceSummary {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootOperation: string;
  readonly durationNano: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /** The deepest span's distance from its root, in spans: 1 of a trace with one span. */
  readonly depth: number;
  /** Both by time on the critical path, most first, then by name. */
  readonly services: readonly ComponentSummary[];
  readonly operations: readonly ComponentSummary[];
}

/** O(n log n). Of an empty trace everything is empty or 0. */
export function traceSummary(facts: TraceFacts, path: CriticalPath, selfNano: Float64Array): TraceSummary {
  const { trace, services: names, service, error, spanCount, totalNano } = facts;
  interface Sums {
    service: string;
    operation?: string;
    spanCount: number;
    errorCount: number;
    totalNano: number;
    selfNano: number;
    criticalNano: number;
    maxNano: number;
  }
  const services: Sums[] = names.map((name) => emptySums({ service: name }));
  const operations = names.map(() => new Map<string, Sums>());
  let errorCount = 0;
  let depth = 0;
  for (let row = 0; row < spanCount; row++) {
    const index = service[row] ?? 0;
    const operation = trace.spans[row]?.name ?? '';
    const ofService = services[index];
    const ofOperations = operations[index];
    if (ofService === undefined || ofOperations === undefined) continue;
    let ofOperation = ofOperations.get(operation);
    if (ofOperation === undefined) {
      ofOperation = emptySums({ service: ofService.service, operation });
      ofOperations.set(operation, ofOperation);
    }
    const duration = durationOf(facts, row);
    for (const sums of [ofService, ofOperation]) {
      sums.spanCount++;
      sums.errorCount += error[row] ?? 0;
      sums.totalNano += duration;
      sums.selfNano += selfNano[row] ?? 0;
      sums.criticalNano += path.contributionNano[row] ?? 0;
      sums.maxNano = Math.max(sums.maxNano, duration);
    }
    errorCount += error[row] ?? 0;
    depth = Math.max(depth, (trace.depth[row] ?? 0) + 1);
  }
  const root = trace.roots[0] ?? 0;
  return {
    traceId: trace.traceId,
    rootService: names[service[root] ?? 0] ?? '',
    rootOperation: trace.spans[root]?.name ?? '',
    durationNano: totalNano,
    spanCount,
    errorCount,
    depth,
    services: services.toSorted(byCriticalTime),
    operations: operations.flatMap((each) => [...each.values()]).toSorted(byCriticalTime),
  };
}

function emptySums<Name extends object>(
  name: Name,
): Name & Record<'spanCount' | 'errorCount' | 'totalNano' | 'selfNano' | 'criticalNano' | 'maxNano', number> {
  return { ...name, spanCount: 0, errorCount: 0, totalNano: 0, selfNano: 0, criticalNano: 0, maxNano: 0 };
}

function byCriticalTime(a: ComponentSummary, b: ComponentSummary): number {
  return (
    b.criticalNano - a.criticalNano ||
    b.selfNano - a.selfNano ||
    compareText(a.service, b.service) ||
    compareText(a.operation ?? '', b.operation ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
