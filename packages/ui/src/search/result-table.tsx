import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';

import { useElementSize } from '../canvas/use-element-size.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { assignServiceColours } from '../trace/service-colours.ts';
import {
  type Column,
  columnKey,
  columnLabel,
  columnsFor,
  columnTemplate,
  FACT_COLUMNS,
  leastWidthPx,
} from './result-columns.ts';
import { ResultRow } from './result-row.tsx';
import type { Sort, SortKey } from './result-sort.ts';
import styles from './result-table.module.css';
import type { ResultTrace } from './result-trace.ts';

const ROW_HEIGHT = 36;
const HEAD_HEIGHT = 32;
/** The next page is asked for when so few rows are left below. */
const LOAD_AHEAD = 20;

/** Where each search was scrolled to, so that "back" comes back to the place. */
const scrollOffsets = new Map<string, number>();

/** The traces found; only the rows on screen are in the page. */
export function ResultTable({
  traces,
  columns: chosen,
  order,
  searchKey,
  active,
  inSight,
  ticked,
  nowMs,
  scroller,
  footer,
  onActivate,
  onTick,
  onSort,
  onEndInSight,
}: {
  readonly traces: readonly ResultTrace[];
  readonly columns: readonly Column[];
  /** What the rows are sorted by. */
  readonly order: Sort;
  readonly searchKey: string;
  /** Index of the row that keyboard and plot are on, or -1. */
  readonly active: number;
  /** A new object scrolls the row into sight. */
  readonly inSight: { readonly index: number } | undefined;
  /** Ids of the traces that are ticked. */
  readonly ticked: readonly string[];
  readonly nowMs: number;
  /** What scrolls; null until it is there. */
  readonly scroller: HTMLElement | null;
  readonly footer: ReactNode;
  readonly onActivate: (index: number) => void;
  readonly onTick: (traceId: string) => void;
  readonly onSort: (key: SortKey) => void;
  readonly onEndInSight: () => void;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // Of the frame: the table itself may be wider than there is room.
  const { width } = useElementSize(frame);
  const columns = useMemo(() => columnsFor(chosen, width), [chosen, width]);
  const longestNano = useMemo(() => traces.reduce((max, trace) => Math.max(max, trace.durationNano), 1), [traces]);
  const colours = useMemo(() => assignServiceColours(traces.flatMap((trace) => trace.services)), [traces]);
  const template = columnTemplate(columns);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes this component
  const rows = useVirtualizer({
    count: traces.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: list.current?.offsetTop ?? 0,
    scrollPaddingStart: HEAD_HEIGHT,
    initialOffset: () => scrollOffsets.get(searchKey) ?? 0,
  });
  useEffect(() => {
    if (scroller === null) return undefined;
    const remember = (): void => void scrollOffsets.set(searchKey, scroller.scrollTop);
    scroller.addEventListener('scroll', remember, { passive: true });
    return () => scroller.removeEventListener('scroll', remember);
  }, [scroller, searchKey]);
  useEffect(() => {
    if (inSight !== undefined && inSight.index >= 0) rows.scrollToIndex(inSight.index, { align: 'auto' });
  }, [inSight, rows]);
  const items = rows.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? -1;
  useEffect(() => {
    // Only when one has scrolled: a page that fits the screen waits for the button.
    if (scroller !== null && scroller.scrollTop > 0 && lastIndex >= traces.length - LOAD_AHEAD) onEndInSight();
  }, [lastIndex, traces.length, scroller, onEndInSight]);
  return (
    <>
      <div ref={frame} />
      <div
        role="table"
        aria-label="Traces"
        aria-rowcount={traces.length + 1}
        data-testid="results"
        className={styles['table']}
        style={{ minWidth: leastWidthPx(columns) }}
      >
        <div role="rowgroup" className={styles['head']}>
          <div role="row" aria-rowindex={1} className={styles['headRow']} style={{ gridTemplateColumns: template }}>
            <div role="columnheader" className={styles['headCell']} title="Tick two traces to compare them, or press x">
              <span className={controls['hiddenText']}>Compare</span>
            </div>
            {columns.map((column) => (
              <HeadCell key={columnKey(column)} column={column} order={order} onSort={onSort} />
            ))}
          </div>
        </div>
        <div ref={list} role="rowgroup" className={styles['body']} style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const trace = traces[index];
            return trace === undefined ? null : (
              <div
                key={trace.traceId}
                role="row"
                aria-rowindex={index + 2}
                className={styles['row']}
                data-active={index === active}
                data-ticked={ticked.includes(trace.traceId)}
                style={{
                  gridTemplateColumns: template,
                  transform: `translateY(${start - (list.current?.offsetTop ?? 0)}px)`,
                }}
                onPointerMove={() => {
                  if (index !== active) onActivate(index);
                }}
              >
                <ResultRow
                  trace={trace}
                  columns={columns}
                  isActive={index === active}
                  isTicked={ticked.includes(trace.traceId)}
                  onTick={() => onTick(trace.traceId)}
                  longestNano={longestNano}
                  colours={colours}
                  nowMs={nowMs}
                />
              </div>
            );
          })}
        </div>
      </div>
      {footer}
    </>
  );
}

function HeadCell({
  column,
  order,
  onSort,
}: {
  readonly column: Column;
  readonly order: Sort;
  readonly onSort: (key: SortKey) => void;
}): ReactNode {
  const fact = column.kind === 'fact' ? FACT_COLUMNS[column.fact] : undefined;
  const sortKey = fact?.sortKey;
  const isSorted = sortKey !== undefined && order.key === sortKey;
  const className = fact?.isNumber === true ? styles['headNumber'] : styles['headCell'];
  if (sortKey === undefined) {
    return (
      <div role="columnheader" className={className} title={columnKey(column)}>
        <span className={styles['label']}>{columnLabel(column)}</span>
      </div>
    );
  }
  return (
    <div
      role="columnheader"
      className={className}
      aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className={styles['sort']}
        data-testid={`sort-${sortKey}`}
        title={SERVER_SORTED.has(sortKey) ? undefined : 'Sorts the traces that are loaded'}
        onClick={() => onSort(sortKey)}
      >
        <span className={styles['label']}>{columnLabel(column)}</span>
        {isSorted && <Icon name={order.descending ? 'down' : 'up'} size={12} />}
      </button>
    </div>
  );
}

/** Of these the server knows the order of all traces, largest first. */
const SERVER_SORTED: ReadonlySet<SortKey> = new Set(['start', 'duration']);
