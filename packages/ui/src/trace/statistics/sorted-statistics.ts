import type { GroupStatistics } from '../in-worker/statistics.ts';

export type StatisticsKey = Exclude<keyof GroupStatistics, 'service' | 'maxRow'>;

/** Sorted by one column; equal ones by time on the critical path, then by name. */
export function sortedStatistics(
  groups: readonly GroupStatistics[],
  { key, descending }: { readonly key: StatisticsKey; readonly descending: boolean },
): readonly GroupStatistics[] {
  const sign = descending ? -1 : 1;
  return groups.toSorted((a, b) => {
    const [left, right] = [a[key], b[key]];
    const order = left < right ? -1 : left > right ? 1 : 0;
    return sign * order || b.criticalNano - a.criticalNano || (a.label < b.label ? -1 : 1);
  });
}

/** Between 0 and 1, also of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
