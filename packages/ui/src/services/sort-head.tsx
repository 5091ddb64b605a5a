import type { ReactNode } from 'react';

import { Icon } from '../shell/icons.tsx';
import table from '../styles/table.module.css';
import { nextSort, type ServiceColumn, type ServiceSort } from './service-rows.ts';

/** The head of a column by which the table can be sorted. */
export function SortHead({
  column,
  sort,
  onSort,
  children,
}: {
  readonly column: ServiceColumn;
  readonly sort: ServiceSort;
  readonly onSort: (sort: ServiceSort) => void;
  readonly children: ReactNode;
}): ReactNode {
  const isSorted = sort.column === column;
  return (
    <th
      scope="col"
      className={column === 'name' || column === 'health' ? undefined : table['number']}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className={table['sort']}
        data-testid={`sort-${column}`}
        onClick={() => onSort(nextSort(sort, column))}
      >
        {children}
        <Icon name={isSorted && !sort.descending ? 'up' : 'down'} size={12} />
      </button>
    </th>
  );
}
