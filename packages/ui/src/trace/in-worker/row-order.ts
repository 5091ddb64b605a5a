import type { TraceColumns } from '@throughline/model';

import type { PathColumns } from './path-columns.ts';
import { forEachRow, type RowScope } from './row-scope.ts';

export const SORT_KEYS = [
  'start',
  'duration',
  'self',
  'critical',
  'service',
  'name',
  'kind',
  'depth',
  'status',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** The rows of the scope sorted by a column; equal ones in the trace's order. O(n log n). */
export function rowOrder(
  columns: TraceColumns,
  paths: Pick<PathColumns, 'selfNano' | 'criticalNano'>,
  key: SortKey,
  descending: boolean,
  scope: RowScope,
): Uint32Array<ArrayBuffer> {
  const rows: number[] = [];
  forEachRow(columns, scope, (row) => rows.push(row));
  const order = Uint32Array.from(rows);
  const rank = ranks(columns, paths, key);
  const sign = descending ? -1 : 1;
  return order.sort((a, b) => sign * ((rank[a] ?? 0) - (rank[b] ?? 0)) || a - b);
}

function ranks(
  columns: TraceColumns,
  paths: Pick<PathColumns, 'selfNano' | 'criticalNano'>,
  key: SortKey,
): Float64Array | Uint32Array | Uint8Array {
  switch (key) {
    case 'start':
      return columns.startOffsetNano;
    case 'duration':
      return columns.durationNano;
    case 'self':
      return paths.selfNano;
    case 'critical':
      return paths.criticalNano;
    case 'kind':
      return columns.kind;
    case 'depth':
      return columns.depth;
    case 'status':
      return columns.error;
    case 'service':
    case 'name': {
      const byText = [...columns.strings.keys()].toSorted((a, b) => {
        const [left, right] = [columns.strings[a] ?? '', columns.strings[b] ?? ''];
        return left < right ? -1 : left > right ? 1 : 0;
      });
      const rankOf = new Uint32Array(columns.strings.length);
      for (const [rank, index] of byText.entries()) rankOf[index] = rank;
      return columns[key].map((index) => rankOf[index] ?? 0);
    }
  }
}
