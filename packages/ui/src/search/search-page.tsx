import { useQueryClient } from '@tanstack/react-query';
import { QueryClientError } from '@throughline/query/client';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';

import { messageOf } from '../api/backend.ts';
import { navigate, useLocation } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import type { Focusable } from '../query-editor/plain-field.tsx';
import { problemOfText, type QueryProblem } from '../query-editor/query-problem.ts';
import { isTyping } from '../shell/is-typing.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { NothingFound } from './nothing-found.tsx';
import { attributeKeys, storedColumns } from './result-columns.ts';
import { sortTraces } from './result-sort.ts';
import { ResultsPanel } from './results-panel.tsx';
import { recentSearches, withRecent } from './kept-searches.ts';
import { KeptSearchesMenu } from './kept-searches-menu.tsx';
import { PlotPanel } from './plot-panel.tsx';
import { QueryBar } from './query-bar.tsx';
import { hasWrongDuration, hasWrongTag, SearchForm } from './search-form.tsx';
import styles from './search-page.module.css';
import {
  filterParameters,
  initialSearch,
  sameSearch,
  searchFromUrl,
  type SearchState,
  searchToUrl,
} from './search-state.ts';
import { Facets } from './facets.tsx';
import { clearedSearch } from './form-query.ts';
import { useStored } from './stored.ts';
import { withFound } from './tail-list.ts';
import { toggleTicked } from './ticked-traces.ts';
import { useDraft } from './use-draft.ts';
import { useIsScrolled } from './use-is-scrolled.ts';
import { useFoundTraces } from './use-found-traces.ts';
import { useHeatMap, useSearch } from './use-search.ts';
import { useTail } from './use-tail.ts';

/** Where in the list one is. Only keys scroll to the row they reach: under a pointer nothing may move. */
interface ListPlace {
  readonly searchKey: string;
  readonly index: number;
  readonly byKeyboard: boolean;
}

export function SearchPage(): ReactNode {
  const { search } = useLocation();
  const state = useMemo(() => searchFromUrl(search), [search]);
  // How the traces are shown is no matter of which they are.
  const key = searchToUrl({ ...state, plot: initialSearch.plot, sort: undefined, live: false });
  const queries = useQueryClient();
  const formId = useId();
  // Where there is no room for them beside the results.
  const [areFiltersOpen, setFiltersOpen] = useState(false);
  const draft = useDraft(state, key);
  // The page knows the language: what cannot be read is not asked for.
  const mistake = useMemo(() => (state.mode === 'query' ? problemOfText(state.query) : undefined), [state]);
  const columns = useStored(storedColumns);
  const select = useMemo(() => attributeKeys(columns), [columns]);
  const results = useSearch(state, key, select, mistake === undefined);
  // State rather than a ref: the list below needs the element when it mounts together with it.
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  // One after the other, what one waits for first: the traces, all of them over time, their values.
  const isMap = state.plot === 'heat-map';
  const isFound = results.isFetched && !results.isPlaceholderData;
  const map = useHeatMap(state, isMap && isFound);
  const areValuesNext = isFound && results.isSuccess && (!isMap || (map.isFetched && !map.isPlaceholderData));
  // What one points at or has scrolled to must not move away.
  const [isPointedAt, setPointedAt] = useState(false);
  const isScrolled = useIsScrolled(scroller, state.live);
  const isPaused = isPointedAt || isScrolled;
  const tail = useTail(filterParameters(state), state.live && mistake === undefined, isPaused);
  const found = useFoundTraces(state, key, results.data, results.isPlaceholderData, select);
  const loaded = useMemo(() => withFound(tail.traces, found), [tail.traces, found]);
  const traces = useMemo(() => sortTraces(loaded, state.sort), [loaded, state.sort]);
  const [place, setPlace] = useState<ListPlace | undefined>(undefined);
  const active = place?.searchKey === key ? place.index : -1;
  const setActive = (index: number): void => setPlace({ searchKey: key, index, byKeyboard: false });
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const tick = (traceId: string): void => setTicked((before) => toggleTicked(before, traceId));
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
      } else if (event.key === 'x') {
        const trace = traces[active];
        if (trace !== undefined) setTicked((before) => toggleTicked(before, trace.traceId));
      } else if (
        event.key === 'Enter' &&
        !(event.target instanceof Element && event.target.closest('a, button, input'))
      ) {
        const trace = traces[active];
        if (trace !== undefined) navigate(tracePath(trace.traceId));
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [traces, active, key]);

  const refresh = (): void => {
    void results.refetch();
    void queries.invalidateQueries({ queryKey: ['heat-map'] });
  };
  const startSearch = (next: SearchState): void => {
    setPointedAt(false);
    const to = searchToUrl(next);
    // The same search again asks the server again.
    if (to === searchToUrl(state)) refresh();
    else navigate(to);
  };

  const run = (): void => {
    // What is wrong is said where it is written.
    if (hasWrongDuration(draft.form) || hasWrongTag(draft.tagText)) return;
    // How it is shown is no part of the draft.
    const next = { ...draft.complete(), plot: state.plot, sort: state.sort, live: state.live };
    // A part of one population is none of another.
    const chosen = sameSearch(next, state) ? next : { ...next, region: undefined };
    recentSearches.set(withRecent(recentSearches.get(), searchToUrl(chosen)));
    startSearch(chosen);
  };

  return (
    <div className={styles['page']}>
      <QueryBar
        draft={draft}
        problem={draft.state.query === state.query ? problemOf(results.error) : undefined}
        formId={formId}
        focusRef={focusTarget}
        onRun={run}
      >
        <button
          type="button"
          className={`${controls['button']} ${controls['quiet']} ${styles['filters']}`}
          data-testid="filters-toggle"
          aria-expanded={areFiltersOpen}
          onClick={() => setFiltersOpen(!areFiltersOpen)}
        >
          Filters
        </button>
        <KeptSearchesMenu path={searchToUrl(draft.complete())} />
        <button
          type="button"
          className={`${controls['button']} ${styles['live']}`}
          data-testid="live"
          aria-pressed={state.live}
          title="List traces as they arrive"
          // What arrives is of now, and on top.
          onClick={() => navigate(searchToUrl({ ...state, ...NEWEST, live: !state.live }))}
        >
          Live
        </button>
      </QueryBar>
      <aside className={styles['side']} aria-label="Filters" data-open={areFiltersOpen}>
        <SearchForm
          id={formId}
          draft={draft}
          onRun={run}
          onClear={() => startSearch({ ...clearedSearch(draft.state), plot: state.plot })}
        />
        <Facets state={state} enabled={areValuesNext} onChange={startSearch} />
      </aside>
      <main className={styles['main']} ref={setScroller} tabIndex={-1}>
        <h1 className={controls['hiddenText']}>Search traces</h1>
        {(traces.length > 0 || state.region !== undefined) && (
          <PlotPanel
            state={state}
            map={map}
            traces={traces}
            active={active}
            onActivate={setActive}
            onOpen={(index) => {
              const trace = traces[index];
              if (trace !== undefined) navigate(tracePath(trace.traceId));
            }}
            onChange={startSearch}
          />
        )}
        {mistake !== undefined ? (
          <Unreadable message={mistake.message} />
        ) : results.isPending ? (
          <p className={styles['pending']} role="status">
            Searching…
          </p>
        ) : results.isError && results.data === undefined ? (
          <SearchFailed error={results.error} onRetry={refresh} />
        ) : traces.length === 0 && !state.live ? (
          <NothingFound state={state} reasons={results.data?.reasons ?? []} onSearch={startSearch} />
        ) : (
          <div
            className={styles['results']}
            aria-busy={results.isPlaceholderData}
            onPointerEnter={() => setPointedAt(true)}
            onPointerLeave={() => setPointedAt(false)}
          >
            <ResultsPanel
              state={state}
              tail={tail}
              isPaused={isPaused}
              results={results}
              traces={traces}
              searchKey={key}
              active={active}
              ticked={ticked}
              inSight={place?.searchKey === key && place.byKeyboard ? place : undefined}
              scroller={scroller}
              onActivate={setActive}
              onTick={tick}
              onTickNone={() => setTicked([])}
              onChange={startSearch}
              onRefresh={refresh}
            />
          </div>
        )}
      </main>
    </div>
  );
}

const NEWEST = { order: 'newest', sort: undefined, region: undefined } as const;

function Unreadable({ message }: { readonly message: string }): ReactNode {
  return (
    <Notice role="alert" title="The query cannot be read">
      <p data-testid="search-error">{message}</p>
    </Notice>
  );
}

function SearchFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }): ReactNode {
  if (problemOf(error) !== undefined) return <Unreadable message={messageOf(error)} />;
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
