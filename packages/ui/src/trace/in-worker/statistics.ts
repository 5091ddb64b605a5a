import type { TraceColumns } from '@throughline/model';

import type { PathColumns } from './path-columns.ts';
import type { RowScope } from './row-scope.ts';
import { forEachRow } from './row-scope.ts';

/** What the spans of one group add up to. Durations are nanoseconds; percentiles are exact (nearest rank). */
export interface GroupStatistics {
  /** What the group has in common, see {@link RowGroups}. */
  readonly label: string;
  readonly service: string | undefined;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Sum of the durations; spans that overlap count each. */
  readonly totalNano: number;
  readonly selfNano: number;
  readonly p50Nano: number;
  readonly p95Nano: number;
  readonly maxNano: number;
  /** The row of the longest span. */
  readonly maxRow: number;
  readonly criticalNano: number;
}

/** The group of each row, by number; -1 for rows that are in none. */
export interface RowGroups {
  readonly groupOf: Int32Array;
  readonly groups: readonly { readonly label: string; readonly service: string | undefined }[];
}

/** O(n log n) for the percentiles. Groups without a span in the scope are left out. */
export function groupStatistics(
  columns: TraceColumns,
  paths: Pick<PathColumns, 'selfNano' | 'criticalNano'>,
  { groupOf, groups }: RowGroups,
  scope: RowScope,
): readonly GroupStatistics[] {
  const count = new Uint32Array(groups.length + 1);
  forEachRow(columns, scope, (row) => {
    const group = groupOf[row] ?? -1;
    if (group >= 0) count[group + 1] = (count[group + 1] ?? 0) + 1;
  });
  const end = count;
  for (let group = 1; group <= groups.length; group++) end[group] = (end[group] ?? 0) + (end[group - 1] ?? 0);
  const durations = new Float64Array(end[groups.length] ?? 0);
  const next = end.slice(0, groups.length);
  const sums = groups.map(() => ({
    errorCount: 0,
    totalNano: 0,
    selfNano: 0,
    criticalNano: 0,
    maxNano: -1,
    maxRow: -1,
  }));
  forEachRow(columns, scope, (row) => {
    const group = groupOf[row] ?? -1;
    const sum = sums[group];
    if (sum === undefined) return;
    const durationNano = columns.durationNano[row] ?? 0;
    const at = next[group] ?? 0;
    next[group] = at + 1;
    durations[at] = durationNano;
    sum.errorCount += columns.error[row] ?? 0;
    sum.totalNano += durationNano;
    sum.selfNano += paths.selfNano[row] ?? 0;
    sum.criticalNano += paths.criticalNano[row] ?? 0;
    if (durationNano > sum.maxNano) {
      sum.maxNano = durationNano;
      sum.maxRow = row;
    }
  });
  return groups.flatMap(({ label, service }, group) => {
    const sorted = durations.subarray(end[group], end[group + 1]).sort();
    const sum = sums[group];
    if (sorted.length === 0 || sum === undefined) return [];
    const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return [{ label, service, spanCount: sorted.length, ...sum, p50Nano: rank(0.5), p95Nano: rank(0.95) }];
  });
}

/** Rows by service, by service and name, or by kind. */
export function columnGroups(columns: TraceColumns, by: 'service' | 'operation' | 'kind'): RowGroups {
  const groupOf = new Int32Array(columns.spanCount);
  const groups: { label: string; service: string | undefined }[] = [];
  const indexOf = new Map<number, number>();
  for (let row = 0; row < columns.spanCount; row++) {
    const service = columns.service[row] ?? 0;
    const name = columns.name[row] ?? 0;
    const kind = columns.kind[row] ?? 0;
    // Two string indices make an exact integer: there are fewer than 2^26 strings.
    const key = by === 'service' ? service : by === 'kind' ? kind : service * columns.strings.length + name;
    let group = indexOf.get(key);
    if (group === undefined) {
      group = groups.length;
      indexOf.set(key, group);
      const serviceName = columns.strings[service] ?? '';
      groups.push(
        by === 'service'
          ? { label: serviceName, service: serviceName }
          : by === 'kind'
            ? { label: KIND_WORDS[kind] ?? 'unspecified', service: undefined }
            : { label: columns.strings[name] ?? '', service: serviceName },
      );
    }
    groupOf[row] = group;
  }
  return { groupOf, groups };
}

/** `SpanKind` in TraceQL's words. */
export const KIND_WORDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
