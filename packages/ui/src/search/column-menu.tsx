import { useQuery } from '@tanstack/react-query';
import { MAX_SELECTED_ATTRIBUTES } from '@throughline/query/client';
import { type ReactNode, useState } from 'react';

import { backend } from '../api/backend.ts';
import controls from '../styles/controls.module.css';
import styles from './column-menu.module.css';
import {
  type Column,
  columnKey,
  FACT_COLUMNS,
  FACTS,
  INITIAL_COLUMNS,
  storedColumns,
  toggleColumn,
} from './result-columns.ts';
import { Popover } from './popover.tsx';

const MAX_SHOWN = 100;

/** Which columns the table has; the browser remembers them. */
export function ColumnMenu({ columns }: { readonly columns: readonly Column[] }): ReactNode {
  return (
    <Popover label="Columns" testId="columns" align="right">
      <Choices columns={columns} />
    </Popover>
  );
}

function Choices({ columns }: { readonly columns: readonly Column[] }): ReactNode {
  const [filter, setFilter] = useState('');
  const names = useQuery({
    queryKey: ['attributes'],
    queryFn: ({ signal }) => backend.attributes({ limit: 1000 }, { signal }),
  });
  const chosen = new Set(columns.map(columnKey));
  const attributes = (names.data?.attributes ?? [])
    .map(({ scope, name }): Column => ({ kind: 'attribute', scope, name }))
    .filter((column) => chosen.has(columnKey(column)) || columnKey(column).includes(filter.trim()));
  const isFull = columns.filter(({ kind }) => kind === 'attribute').length >= MAX_SELECTED_ATTRIBUTES;
  return (
    <div className={styles['menu']}>
      <fieldset className={styles['group']}>
        <legend className={controls['label']}>Of the trace</legend>
        {FACTS.map((fact) => (
          <Choice
            key={fact}
            column={{ kind: 'fact', fact }}
            label={FACT_COLUMNS[fact].label}
            columns={columns}
            disabled={false}
          />
        ))}
      </fieldset>
      <fieldset className={styles['group']}>
        <legend className={controls['label']}>Attributes, of the first span that has them</legend>
        <input
          className={controls['input']}
          aria-label="Filter attributes"
          data-testid="column-filter"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <div className={styles['attributes']}>
          {names.isError && <p className={controls['problem']}>The names cannot be had.</p>}
          {attributes.slice(0, MAX_SHOWN).map((column) => (
            <Choice
              key={columnKey(column)}
              column={column}
              label={columnKey(column)}
              columns={columns}
              disabled={isFull && !chosen.has(columnKey(column))}
            />
          ))}
          {attributes.length > MAX_SHOWN && <p>{attributes.length - MAX_SHOWN} more; type to filter.</p>}
        </div>
      </fieldset>
      <button
        type="button"
        className={`${controls['button']} ${controls['small']}`}
        onClick={() => storedColumns.set(INITIAL_COLUMNS)}
      >
        As at first
      </button>
    </div>
  );
}

function Choice({
  column,
  label,
  columns,
  disabled,
}: {
  readonly column: Column;
  readonly label: string;
  readonly columns: readonly Column[];
  readonly disabled: boolean;
}): ReactNode {
  const key = columnKey(column);
  return (
    <label className={styles['choice']}>
      <input
        type="checkbox"
        data-testid={`column-${key}`}
        checked={columns.some((each) => columnKey(each) === key)}
        disabled={disabled}
        onChange={() => storedColumns.set(toggleColumn(columns, column))}
      />
      <span title={label}>{label}</span>
    </label>
  );
}
