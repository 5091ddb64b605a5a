import { MIN_CHANGE_COUNT, MIN_CHANGE_POINTS, operationChanges, type OperationPoint } from '@throughline/analysis';
import type { RedPoint } from '@throughline/store';
import type { IncompletenessReason } from '../../completeness.ts';
import type { OperationChangeAnswer } from './sample-answer-types.ts';
import { operationText } from './trace-queries.ts';

interface Series {
  readonly service: string;
  readonly operation: string;
  /** By minute. */
  readonly points: Map<number, OperationPoint>;
}

function seriesOf(points: readonly RedPoint[]): readonly Series[] {
  const series = new Map<string, Series>();
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
  return [...series.values()];
}

/** Why no change can be found, where there is too little to tell. */
export function tooFewCalls(points: readonly RedPoint[]): readonly IncompletenessReason[] {
  const isEnough = seriesOf(points).some(({ points: minutes }) => {
    const called = [...minutes.values()].filter(({ count }) => count > 0);
    const callCount = called.reduce((sum, { count }) => sum + count, 0);
    return called.length >= MIN_CHANGE_POINTS && callCount >= 2 * MIN_CHANGE_COUNT;
  });
  if (isEnough) return [];
  const message =
    `Changes of operations are told by the minute: no operation was called in ${MIN_CHANGE_POINTS} minutes and ` +
    `${MIN_CHANGE_COUNT} times before and after; ask for a longer window or reference`;
  return [{ code: 'too_few_calls', message }];
}

/** Of every operation, whatever the kinds of its spans; most significant first. */
export function changedOperations(points: readonly RedPoint[]): readonly OperationChangeAnswer[] {
  const changes: OperationChangeAnswer[] = [];
  for (const { service, operation, points: minutes } of seriesOf(points)) {
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
