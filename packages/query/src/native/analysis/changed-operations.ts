import { operationChanges, type OperationPoint } from '@throughline/analysis';
import type { RedPoint } from '@throughline/store';
import type { OperationChangeAnswer } from './sample-answer-types.ts';
import { operationText } from './trace-queries.ts';

/** Of every operation, whatever the kinds of its spans; most significant first. */
export function changedOperations(points: readonly RedPoint[]): readonly OperationChangeAnswer[] {
  const series = new Map<string, { service: string; operation: string; points: Map<number, OperationPoint> }>();
  for (const { service, operation, kind, minuteUnixSeconds, ...point } of points) {
    const key = JSON.stringify([service, operation, kind]);
    let found = series.get(key);
    if (found === undefined) series.set(key, (found = { service, operation, points: new Map() }));
    // A minute that both windows touch counts once.
    found.points.set(minuteUnixSeconds, {
      atUnixSeconds: minuteUnixSeconds,
      count: point.count,
      errorCount: point.errorCount,
      durationNano: point.durationP95Nano,
    });
  }
  const changes: OperationChangeAnswer[] = [];
  for (const { service, operation, points: minutes } of series.values()) {
    for (const change of operationChanges([...minutes.values()])) {
      const { kind, before, after } = change;
      changes.push({
        kind,
        service,
        operation,
        since_time: change.atUnixSeconds,
        until_time: change.untilUnixSeconds ?? null,
        before,
        after,
        before_count: change.beforeCount,
        after_count: change.afterCount,
        significance: change.significance,
        query: operationText({
          service,
          operation,
          ...(kind === 'failing' && { error: true }),
          ...(kind === 'slower' && { aboveNano: BigInt(Math.round(before)) }),
        }),
      });
    }
  }
  return changes.toSorted((a, b) => b.significance - a.significance);
}

export function isForWorse({ kind }: OperationChangeAnswer): boolean {
  return kind === 'slower' || kind === 'failing';
}
