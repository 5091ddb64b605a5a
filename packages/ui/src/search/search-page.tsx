import { QueryClientError } from '@throughline/query/client';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';

import { messageOf } from '../api/backend.ts';
import { countOf } from '../format/count.ts';
import { navigate, useLocation } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import type { Focusable } from '../query-editor/query-field.tsx';
import type { QueryProblem } from '../query-editor/query-problem.ts';
import { Icon } from '../shell/icons.tsx';
import { isTyping } from '../shell/is-typing.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { NothingFound } from './nothing-found.tsx';
import { ResultList } from './result-list.tsx';
import { ScatterPlot } from './scatter-plot.tsx';
import { QueryBar } from './query-bar.tsx';
import { hasWrongDuration, hasWrongTag, SearchForm } from './search-form.tsx';
import styles from './search-page.module.css';
import { searchFromUrl, type SearchState, searchToUrl } from './search-state.ts';
import { clearedSearch } from './form-query.ts';
import { useDraft } from './use-draft.ts';
import { useSearch } from './use-search.ts';

/** Where in the list one is. Only keys scroll to the row they reach: under a pointer nothing may move. */
interface ListPlace {
  readonly searchKey: string;
  readonly index: number;
  readonly byKeyboard: boolean;
}

export function SearchPage(): ReactNode {
  const { search } = useLocation();
  const state = useMemo(() => searchFromUrl(search), [search]);
  const key = searchToUrl(state);
  const formId = useId();
  const draft = useDraft(state, key);
  const results = useSearch(state, key);
  const traces = results.data?.traces ?? noTraces;
  const [place, setPlace] = useState<ListPlace | undefined>(undefined);
  const active = place?.searchKey === key ? place.index : -1;
  const setActive = (index: number): void => setPlace({ searchKey: key, index, byKeyboard: false });
  // State rather than a ref: the list below needs the element when it mounts together with it.
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const focusTarget = useRef<Focusable>(null);
  useEffect(() => {
    document.title = 'Search · Throughline';
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '/') {
        event.preventDefault();
        focusTarget.current?.focus();
      } else if (event.key === 'j' || event.key === 'k') {
        const index = Math.min(Math.max(active + (event.key === 'j' ? 1 : -1), 0), traces.length - 1);
        setPlace({ searchKey: key, index, byKeyboard: true });
      } else if (event.key === 'Enter' && !(event.target instanceof Element && event.target.closest('a, button'))) {
        const trace = traces[active];
        if (trace !== undefined) navigate(tracePath(trace.traceId));
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [traces, active, key]);

  const startSearch = (next: SearchState): void => {
    const to = searchToUrl(next);
    // The same search again asks the server again.
    if (to === key) void results.refetch();
    else navigate(to);
  };

  const run = (): void => {
    // What is wrong is said where it is written.
    if (hasWrongDuration(draft.form) || hasWrongTag(draft.tagText)) return;
    startSearch(draft.complete());
  };

  return (
    <div className={styles['page']}>
      <QueryBar
        draft={draft}
        problem={draft.state.query === state.query ? problemOf(results.error) : undefined}
        formId={formId}
        focusRef={focusTarget}
        onRun={run}
      />
      <aside className={styles['side']} aria-label="Filters">
        <SearchForm id={formId} draft={draft} onRun={run} onClear={() => startSearch(clearedSearch(draft.state))} />
      </aside>
      <main className={styles['main']} ref={setScroller} tabIndex={-1}>
        <h1 className={controls['hiddenText']}>Search traces</h1>
        {results.isPending ? (
          <p className={styles['pending']} role="status">
            Searching…
          </p>
        ) : results.isError && results.data === undefined ? (
          <SearchFailed error={results.error} onRetry={() => void results.refetch()} />
        ) : traces.length === 0 ? (
          <NothingFound state={state} reasons={results.data?.reasons ?? []} onSearch={startSearch} />
        ) : (
          <>
            <div className={styles['head']}>
              <h2 className={styles['count']} data-testid="result-count" aria-live="polite">
                {countOf(traces.length, 'trace')}
                {results.hasNextPage && <span className={styles['muted']}> and more</span>}
              </h2>
              {results.isFetching && <span className={styles['muted']}>Searching…</span>}
              <span className={styles['keys']}>
                <kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open
              </span>
              <div className={controls['segments']} role="group" aria-label="Order">
                {ORDERS.map(([order, label]) => (
                  <button
                    key={order}
                    type="button"
                    className={controls['segment']}
                    data-testid={`order-${order}`}
                    aria-pressed={state.order === order}
                    onClick={() => startSearch({ ...state, order })}
                  >
                    {label}
                  </button>
                ))}
              </div>
              <button
                type="button"
                className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
                onClick={() => void results.refetch()}
              >
                <Icon name="refresh" size={14} /> Refresh
              </button>
            </div>
            <div className={styles['plot']}>
              <ScatterPlot
                traces={traces}
                highlighted={active}
                onHighlight={setActive}
                onOpen={(index) => {
                  const trace = traces[index];
                  if (trace !== undefined) navigate(tracePath(trace.traceId));
                }}
              />
            </div>
            {(results.data?.reasons.length ?? 0) > 0 && (
              <ul className={styles['reasons']} data-testid="incomplete">
                {results.data?.reasons.map((reason) => (
                  <li key={reason.code + reason.message}>
                    <Icon name="warning" size={14} /> {reason.message}
                  </li>
                ))}
              </ul>
            )}
            <ResultList
              traces={traces}
              searchKey={key}
              active={active}
              inSight={place?.searchKey === key && place.byKeyboard ? place : undefined}
              nowMs={results.dataUpdatedAt}
              scroller={scroller}
              onActivate={setActive}
              footer={
                <div className={styles['foot']}>
                  {results.isFetchNextPageError && <span role="alert">{messageOf(results.error)}</span>}
                  {results.hasNextPage ? (
                    <button
                      type="button"
                      className={controls['button']}
                      data-testid="load-more"
                      disabled={results.isFetchingNextPage}
                      onClick={() => void results.fetchNextPage()}
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
        )}
      </main>
    </div>
  );
}

const noTraces: readonly never[] = [];

const ORDERS = [
  ['newest', 'Newest'],
  ['longest', 'Longest'],
] as const;

function SearchFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }): ReactNode {
  if (problemOf(error) !== undefined) {
    return (
      <Notice role="alert" title="The query cannot be read">
        <p data-testid="search-error">{messageOf(error)}</p>
      </Notice>
    );
  }
  return (
    <Notice
      role="alert"
      title="The search failed"
      actions={
        <button type="button" className={controls['button']} onClick={onRetry}>
          Try again
        </button>
      }
    >
      <p data-testid="search-error">{messageOf(error)}</p>
    </Notice>
  );
}

/** The part of an error that belongs at the query's text. */
function problemOf(error: unknown): QueryProblem | undefined {
  if (!(error instanceof QueryClientError)) return undefined;
  const { position, suggestion } = error.details;
  if (position === undefined && error.code !== 'invalid_query') return undefined;
  return {
    code: error.details.reason,
    message: error.message,
    suggestion,
    range: position === undefined ? undefined : { start: position.offset, end: position.offset + 1 },
  };
}
