import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';

import { messageOf } from '../api/backend.ts';
import { countOf } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { ColumnMenu } from './column-menu.tsx';
import { CompareTicked } from './compare-ticked.tsx';
import { storedColumns } from './result-columns.ts';
import { shownOrder, sortBy } from './result-sort.ts';
import { ResultTable } from './result-table.tsx';
import type { ResultTrace } from './result-trace.ts';
import styles from './results-panel.module.css';
import type { SearchState } from './search-state.ts';
import { useStored } from './stored.ts';
import { TailStatus } from './tail-status.tsx';
import type { SearchResults } from './use-search.ts';
import type { Tail } from './use-tail.ts';

/** The traces found: how many, in which order, as a table that goes on as one scrolls. */
export function ResultsPanel({
  state,
  results,
  traces,
  searchKey,
  active,
  inSight,
  ticked,
  scroller,
  onActivate,
  onTick,
  onTickNone,
  onChange,
  onRefresh,
  tail,
  isPaused,
}: {
  readonly state: SearchState;
  readonly results: UseInfiniteQueryResult<SearchResults>;
  /** Those of the results, in the order shown. */
  readonly traces: readonly ResultTrace[];
  readonly searchKey: string;
  /** Index of the row that keyboard and plot are on, or -1. */
  readonly active: number;
  readonly inSight: { readonly index: number } | undefined;
  /** Ids of the traces that are ticked, those of other searches too. */
  readonly ticked: readonly string[];
  readonly scroller: HTMLElement | null;
  readonly onActivate: (index: number) => void;
  readonly onTick: (traceId: string) => void;
  readonly onTickNone: () => void;
  readonly onChange: (state: SearchState) => void;
  readonly onRefresh: () => void;
  /** What arrives, if that is listed. */
  readonly tail: Tail;
  readonly isPaused: boolean;
}): ReactNode {
  const columns = useStored(storedColumns);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = results;
  // Further traces would land anywhere in an order that is only the page's own.
  const goesOn = hasNextPage && !isFetching && !isFetchNextPageError && state.sort === undefined;
  const onEndInSight = useCallback(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  const reasons = results.data?.reasons ?? [];
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['count']} data-testid="result-count" aria-live="polite">
          {countOf(traces.length, 'trace')}
          {hasNextPage && <span className={styles['muted']}> and more</span>}
        </h2>
        {state.sort !== undefined && (
          <span className={styles['muted']} data-testid="sorted-within">
            sorted within those loaded
            <button
              type="button"
              className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
              onClick={() => onChange({ ...state, sort: undefined })}
            >
              {state.order === 'newest' ? 'Newest of all first' : 'Longest of all first'}
            </button>
          </span>
        )}
        <TailStatus tail={tail} isPaused={isPaused} />
        {isFetching && <span className={styles['muted']}>Searching…</span>}
        <span className={styles['keys']}>
          <kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move <kbd>x</kbd> tick <kbd>Enter</kbd> open
        </span>
        <CompareTicked ticked={ticked} onClear={onTickNone} />
        <span className={styles['columns']}>
          <ColumnMenu columns={columns} />
        </span>
        <button
          type="button"
          className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
          data-testid="refresh"
          onClick={onRefresh}
        >
          <Icon name="refresh" size={14} /> Refresh
        </button>
      </div>
      {reasons.length > 0 && (
        <ul className={styles['reasons']} data-testid="incomplete">
          {reasons.map((reason) => (
            <li key={reason.code + reason.message}>
              <Icon name="warning" size={14} /> {reason.message}
            </li>
          ))}
        </ul>
      )}
      <ResultTable
        traces={traces}
        columns={columns}
        order={shownOrder(state)}
        searchKey={searchKey}
        active={active}
        inSight={inSight}
        ticked={ticked}
        nowMs={results.dataUpdatedAt}
        scroller={scroller}
        onActivate={onActivate}
        onTick={onTick}
        onSort={(key) => onChange(sortBy(state, key))}
        onEndInSight={onEndInSight}
        footer={
          <div className={styles['foot']}>
            {isFetchNextPageError && <span role="alert">{messageOf(results.error)}</span>}
            {hasNextPage ? (
              <button
                type="button"
                className={controls['button']}
                data-testid="load-more"
                disabled={results.isFetchingNextPage}
                onClick={() => void fetchNextPage()}
              >
                {results.isFetchingNextPage ? 'Loading…' : 'Load more'}
              </button>
            ) : (
              <span>That is all.</span>
            )}
          </div>
        }
      />
    </>
  );
}
