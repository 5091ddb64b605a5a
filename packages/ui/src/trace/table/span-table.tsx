import { type KeyboardEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { reportDrawn } from '../../canvas/drawn.ts';
import { useElementSize } from '../../canvas/use-element-size.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/share.ts';
import { Icon } from '../../shell/icons.tsx';
import { ServiceDot } from '../../shell/service-name.tsx';
import controls from '../../styles/controls.module.css';
import { bandAnchor, bandAt, scrollTopFor } from '../row-band.ts';
import { shareOf } from '../statistics/sorted-statistics.ts';
import { scopeOf, type TraceView } from '../trace-view.ts';
import { useTask } from '../use-task.ts';
import { useViewState } from '../use-view-state.ts';
import { ROW_HEIGHT } from '../waterfall-layout.ts';
import type { SortKey } from '../in-worker/row-order.ts';
import { KIND_WORDS } from '../in-worker/statistics.ts';
import styles from './span-table.module.css';
import { parseSort, printSort, sortAfterClick } from './table-sort.ts';

const COLUMNS: readonly { readonly key: SortKey; readonly label: string; readonly title?: string }[] = [
  { key: 'service', label: 'Service' },
  { key: 'name', label: 'Operation' },
  { key: 'kind', label: 'Kind' },
  { key: 'status', label: 'Error' },
  { key: 'depth', label: 'Depth' },
  { key: 'start', label: 'Start' },
  { key: 'duration', label: 'Duration' },
  { key: 'self', label: 'Self time', title: 'Time in which no child ran' },
  { key: 'critical', label: 'Critical path', title: 'Time of the trace’s critical path charged to the span itself' },
];
const PAGE_ROWS = 20;
const ROW_ID = 'table-row-';

/** Every span that is shown, as a sortable table; only the rows on screen are in the page. */
export default function SpanTable({ view }: { readonly view: TraceView }): ReactNode {
  const sortText = useViewState(view, (state) => state.wishes.sort);
  const tree = useViewState(view, (state) => state.tree);
  const focusedRow = useViewState(view, (state) => state.focusedRow);
  const selectedRow = useViewState(view, (state) => state.selectedRow);
  const sort = useMemo(() => parseSort(sortText), [sortText]);
  const request = useMemo(() => ({ ...sort, scope: scopeOf({ tree }) }), [sort, tree]);
  const order = useTask(view, 'order', request);
  const scroller = useRef<HTMLDivElement>(null);
  const size = useElementSize(scroller);
  const [anchor, setAnchor] = useState(0);
  const rowCount = order?.length ?? 0;
  const band = useMemo(() => bandAt(anchor, size.height, rowCount), [anchor, size.height, rowCount]);
  const rows = order?.subarray(band.first, band.last) ?? [];

  // The row the keyboard is on stays on screen; another order begins at its top.
  const shownFocus = useRef(focusedRow);
  useLayoutEffect(() => {
    if (scroller.current === null || order === undefined || shownFocus.current === focusedRow) return;
    shownFocus.current = focusedRow;
    const position = order.indexOf(focusedRow);
    if (position >= 0) scroller.current.scrollTop = scrollTopFor(position, scroller.current.scrollTop, size.height);
  }, [order, focusedRow, size.height]);
  useLayoutEffect(() => {
    reportDrawn('table', { sort, rowCount, first: band.first, rows: [...rows] });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (order === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const position = order.indexOf(focusedRow);
    const target = {
      ArrowDown: position + 1,
      ArrowUp: position - 1,
      PageDown: position + PAGE_ROWS,
      PageUp: position - PAGE_ROWS,
      Home: 0,
      End: rowCount - 1,
      j: position + 1,
      k: position - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const row = order[Math.min(Math.max(target, 0), rowCount - 1)];
    if (row === undefined) return;
    view.focus(row);
    if (selectedRow >= 0) view.select(row);
  };
  return (
    <div className={styles['page']} data-testid="span-table">
      <div
        ref={scroller}
        className={styles['scroller']}
        role="grid"
        aria-label="Spans"
        aria-rowcount={rowCount + 1}
        aria-readonly="true"
        aria-activedescendant={`${ROW_ID}${focusedRow}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={(event) => setAnchor(bandAnchor(event.currentTarget.scrollTop))}
      >
        <div role="rowgroup" className={styles['head']}>
          <div role="row" aria-rowindex={1} className={styles['row']}>
            {COLUMNS.map(({ key, label, title }) => (
              <div
                key={key}
                role="columnheader"
                aria-sort={sort.key !== key ? 'none' : sort.descending ? 'descending' : 'ascending'}
              >
                <button
                  type="button"
                  title={title}
                  data-testid={`sort-${key}`}
                  onClick={() => {
                    view.wish({ sort: printSort(sortAfterClick(sort, key)) });
                    if (scroller.current !== null) scroller.current.scrollTop = 0;
                  }}
                >
                  {label}
                  {sort.key === key && <Icon name={sort.descending ? 'down' : 'up'} size={12} />}
                </button>
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles['content']} style={{ height: rowCount * ROW_HEIGHT }}>
          {Array.from(rows, (row, index) => (
            <TableRow
              key={row}
              view={view}
              row={row}
              position={band.first + index}
              focused={row === focusedRow}
              selected={row === selectedRow}
            />
          ))}
        </div>
        {order === undefined && (
          <p className={styles['pending']} role="status">
            Sorting…
          </p>
        )}
        {order?.length === 0 && <p className={styles['pending']}>All spans are hidden.</p>}
      </div>
    </div>
  );
}

function TableRow({
  view,
  row,
  position,
  focused,
  selected,
}: {
  readonly view: TraceView;
  readonly row: number;
  readonly position: number;
  readonly focused: boolean;
  readonly selected: boolean;
}): ReactNode {
  const { columns } = view;
  const { paths, times } = view.state();
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const name = columns.strings[columns.name[row] ?? 0] ?? '';
  const critical = paths?.criticalNano[row] ?? 0;
  const classes = [styles['row'], styles['span'], focused && styles['focused'], selected && styles['selected']];
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the table's and the page's keys do it
    <div
      id={`${ROW_ID}${row}`}
      role="row"
      aria-rowindex={position + 2}
      aria-selected={selected}
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${position * ROW_HEIGHT}px)` }}
      data-testid="table-row"
      data-row={row}
      onClick={() => {
        view.focus(row);
        view.select(selected ? -1 : row);
      }}
    >
      <div role="gridcell">
        <ServiceDot colour={view.colourOfService(service)} /> {service}
      </div>
      <div role="gridcell" title={name}>
        {name}
      </div>
      <div role="gridcell">{KIND_WORDS[columns.kind[row] ?? 0] ?? 'unspecified'}</div>
      <div role="gridcell">
        {columns.error[row] === 1 && (
          <span className={controls['errorMark']}>
            <Icon name="error" size={12} /> error
          </span>
        )}
      </div>
      <div role="gridcell">{columns.depth[row]}</div>
      <div role="gridcell">{formatDuration(times.startOffsetNano[row] ?? 0)}</div>
      <div role="gridcell">{formatDuration(columns.durationNano[row] ?? 0)}</div>
      <div role="gridcell">{paths === undefined ? '…' : formatDuration(paths.selfNano[row] ?? 0)}</div>
      <div role="gridcell">
        {paths !== undefined && critical > 0 && (
          <>
            <span className={styles['share']}>{formatShare(shareOf(critical, paths.totalNano))}</span>
            <span className={styles['time']}>{formatDuration(critical)}</span>
          </>
        )}
      </div>
    </div>
  );
}
