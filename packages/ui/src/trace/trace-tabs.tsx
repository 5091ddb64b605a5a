import type { KeyboardEvent, ReactNode } from 'react';

import { pageMode } from '../navigation/page-mode.ts';
import { TRACE_VIEWS, type TraceViewName } from '../navigation/routes.ts';
import styles from './trace-tabs.module.css';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';

/** The part of the page that the tabs choose. */
export const PANEL_ID = 'trace-panel';

export function tabElementId(tab: TraceViewName): string {
  return `trace-tab-${tab}`;
}

const LABELS: Readonly<Record<TraceViewName, string>> = {
  waterfall: 'Waterfall',
  flame: 'Flame graph',
  table: 'Span table',
  statistics: 'Statistics',
  graph: 'Trace graph',
  raw: 'Raw',
  insights: 'Why so slow',
};

/** A saved page has no server that could say why. */
const SHOWN_VIEWS: readonly TraceViewName[] =
  pageMode === 'file' ? TRACE_VIEWS.filter((view) => view !== 'insights') : TRACE_VIEWS;

/** Tabs as the ARIA pattern has them: one stop for the Tab key, arrows go along. */
export function TraceTabs({ view }: { readonly view: TraceView }): ReactNode {
  const current = useViewState(view, (state) => state.wishes.tab);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    // The page's own arrow keys walk the tree.
    event.stopPropagation();
    const next = SHOWN_VIEWS[(SHOWN_VIEWS.indexOf(current) + step + SHOWN_VIEWS.length) % SHOWN_VIEWS.length];
    if (next === undefined) return;
    view.wish({ tab: next });
    document.getElementById(tabElementId(next))?.focus();
  };
  return (
    <div className={styles['tabs']} role="tablist" aria-label="Views of the trace">
      {SHOWN_VIEWS.map((tab) => (
        <button
          key={tab}
          id={tabElementId(tab)}
          type="button"
          role="tab"
          aria-selected={tab === current}
          aria-controls={PANEL_ID}
          tabIndex={tab === current ? 0 : -1}
          className={styles['tab']}
          data-testid={`tab-${tab}`}
          title={`${LABELS[tab]} (${TRACE_VIEWS.indexOf(tab) + 1})`}
          onClick={() => view.wish({ tab })}
          onKeyDown={onKeyDown}
        >
          {LABELS[tab]}
        </button>
      ))}
    </div>
  );
}
