import { useQuery } from '@tanstack/react-query';
import { QueryClientError } from '@throughline/query/client';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';

import { shortTraceId } from '../format/trace-id.ts';
import { backend, messageOf } from '../api/backend.ts';
import { Link } from '../navigation/link.tsx';
import type { TraceViewName } from '../navigation/routes.ts';
import { isTyping } from '../shell/is-typing.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { DetailsPanel } from './details/details-panel.tsx';
import { KeyHelp } from './key-help.tsx';
import { commandOf } from './keyboard.ts';
import { Minimap } from './minimap-view.tsx';
import { type CommandHost, runCommand } from './run-command.ts';
import { ShownPart } from './shown-part.tsx';
import { createDetailsReader, type DetailsReader } from './span-details.ts';
import { rowOfSpanId } from './span-ids.ts';
import { TraceActions } from './trace-actions.tsx';
import { type ReadAgain, TraceHeader } from './trace-header.tsx';
import styles from './trace-page.module.css';
import { PANEL_ID, tabElementId, TraceTabs } from './trace-tabs.tsx';
import { traceQuery } from './trace-query.ts';
import { TraceToolbar } from './trace-toolbar.tsx';
import { createTraceView, isTimedView, type TraceView } from './trace-view.ts';
import { useTraceAddress } from './use-trace-address.ts';
import { useTraceWork } from './use-trace-work.ts';
import { useViewState } from './use-view-state.ts';
import { Waterfall } from './waterfall.tsx';

const FlameGraph = lazy(() => import('./flame/flame-graph.tsx'));
const RawView = lazy(() => import('./raw-view/raw-view.tsx'));
const TraceGraph = lazy(() => import('./graph/trace-graph.tsx'));
const SpanTable = lazy(() => import('./table/span-table.tsx'));
const StatisticsView = lazy(() => import('./statistics/statistics-view.tsx'));
const TraceInsights = lazy(() => import('../insights/trace-insights.tsx'));

export default function TracePage({ traceId }: { readonly traceId: string }): ReactNode {
  // Asked for by `readTraceAhead` just before; after a failure to show it the page asks itself.
  const answer = useQuery({ ...traceQuery(traceId, backend), staleTime: Infinity });
  const opened = answer.data;
  const view = useMemo(
    () => (opened === undefined ? undefined : createTraceView(opened.columns, opened.arrival)),
    [opened],
  );
  useEffect(() => {
    document.title = `Trace ${shortTraceId(traceId)} · Throughline`;
  }, [traceId]);
  if (view !== undefined) {
    return <LoadedTrace key={traceId} view={view} incomplete={opened?.incomplete ?? []} again={answer} />;
  }
  if (answer.isError) {
    return <TraceFailed traceId={traceId} error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  return (
    <p className={styles['pending']} role="status">
      Loading the trace…
    </p>
  );
}

function LoadedTrace({
  view,
  incomplete,
  again,
}: {
  readonly view: TraceView;
  readonly incomplete: readonly string[];
  readonly again: ReadAgain;
}): ReactNode {
  const { columns } = view;
  const details = useMemo(() => createDetailsReader(columns), [columns]);
  const findInput = useRef<HTMLInputElement>(null);
  const [helpOpen, setHelpOpen] = useState(false);
  const host: CommandHost = useMemo(
    () => ({
      focusFind: () => {
        findInput.current?.focus();
        findInput.current?.select();
      },
      toggleHelp: () => setHelpOpen((open) => !open),
      closeOverlay: () => false,
      showTab: (tab) => view.wish({ tab }),
      toggleClocks: () => view.wish({ corrected: !view.state().wishes.corrected }),
    }),
    [view],
  );
  useTraceAddress(view);
  useTraceWork(view);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isTyping(event.target) || event.defaultPrevented) return;
      // Enter and blank belong to whatever button or link has the focus; an open dialog has all keys.
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest('dialog') !== null && target?.closest('dialog') !== undefined) return;
      if ((event.key === 'Enter' || event.key === ' ') && target?.closest('a, button, summary, input')) return;
      const command = commandOf(event);
      if (command === undefined) return;
      if (runCommand(command, view, host)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [view, host]);
  const isOpen = useViewState(view, (state) => state.selectedRow >= 0);
  const tab = useViewState(view, (state) => state.wishes.tab);
  const isTimed = useViewState(view, ({ wishes }) => isTimedView(wishes));
  return (
    <main className={styles['page']} data-testid="trace-page">
      <TraceHeader view={view} incomplete={incomplete} again={again} />
      {isTimed && <Minimap view={view} />}
      <div className={styles['tabLine']}>
        <TraceTabs view={view} />
        <TraceActions view={view} host={host} />
      </div>
      <TraceToolbar view={view} findInput={findInput} host={host} />
      <ShownPart view={view} />
      <div className={isOpen ? styles['mainOpen'] : styles['main']}>
        <div id={PANEL_ID} role="tabpanel" aria-labelledby={tabElementId(tab)} className={styles['panel']}>
          <Suspense
            fallback={
              <p className={styles['pending']} role="status">
                Loading…
              </p>
            }
          >
            <TracePanel tab={tab} view={view} details={details} />
          </Suspense>
        </div>
        <DetailsPanel view={view} details={details} />
      </div>
      <KeyHelp open={helpOpen} onClose={() => setHelpOpen(false)} />
    </main>
  );
}

function TracePanel({
  tab,
  view,
  details,
}: {
  readonly tab: TraceViewName;
  readonly view: TraceView;
  readonly details: DetailsReader;
}): ReactNode {
  switch (tab) {
    case 'flame':
      return <FlameGraph view={view} />;
    case 'insights':
      return <TraceInsights traceId={view.columns.traceId} onSpan={(spanId) => goToSpan(view, spanId)} />;
    case 'raw':
      return <RawView view={view} details={details} />;
    case 'graph':
      return <TraceGraph view={view} />;
    case 'statistics':
      return <StatisticsView view={view} />;
    case 'table':
      return <SpanTable view={view} />;
    default:
      return <Waterfall view={view} details={details} />;
  }
}

function goToSpan(view: TraceView, spanId: string): void {
  const row = rowOfSpanId(view.columns, spanId);
  if (row < 0) return;
  view.reveal(row);
  view.select(row);
}

function TraceFailed({
  traceId,
  error,
  onRetry,
}: {
  readonly traceId: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}): ReactNode {
  const retry = (
    <button type="button" className={controls['button']} data-testid="retry" onClick={onRetry}>
      Try again
    </button>
  );
  const back = (
    <Link to="/search" className={`${controls['button']} ${controls['quiet']}`}>
      Search traces
    </Link>
  );
  if (error instanceof QueryClientError && error.code === 'trace_not_found') {
    return (
      <Notice
        title="This trace is not stored"
        role="alert"
        actions={
          <>
            {retry}
            {back}
          </>
        }
      >
        <p>
          No span with trace id <code>{traceId}</code> is here. What could be the cause:
        </p>
        <ul>
          <li>Its spans have not been sent yet: exporters wait some seconds before they send a batch.</li>
          <li>The trace was not sampled, or its spans were refused or lost on the way.</li>
          <li>It belongs to another tenant or another server, or it was deleted.</li>
        </ul>
      </Notice>
    );
  }
  return (
    <Notice
      title="The trace could not be loaded"
      role="alert"
      actions={
        <>
          {retry}
          {back}
        </>
      }
    >
      <p>{messageOf(error)}</p>
    </Notice>
  );
}
