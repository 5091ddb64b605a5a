import { type DetailsPresence, hexFromBytes } from '@throughline/model';
import { encodeOtlpJson } from '@throughline/query/client';
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';

import { Link } from '../../navigation/link.tsx';
import { hrefOf } from '../../navigation/location.ts';
import { pageMode } from '../../navigation/page-mode.ts';
import { tracePath } from '../../navigation/routes.ts';
import { CopyButton } from '../../shell/copy-button.tsx';
import { Icon } from '../../shell/icons.tsx';
import { ServiceDot } from '../../shell/service-name.tsx';
import controls from '../../styles/controls.module.css';
import { AfterDetails } from '../after-details.tsx';
import type { DetailsReader, SpanDetails } from '../span-details.ts';
import { spanIssuesInWords } from '../trace-facts.ts';
import { PANEL_ID } from '../trace-tabs.tsx';
import type { TraceView } from '../trace-view.ts';
import { useViewState } from '../use-view-state.ts';
import { spansLikeThis } from './attribute-search.ts';
import { AttributeTable } from './attribute-table.tsx';
import { BackLinks } from './back-links.tsx';
import styles from './details-panel.module.css';
import { genAiCall } from './gen-ai/gen-ai-call.ts';
import { GenAiSection } from './gen-ai/gen-ai-section.tsx';
import { LogsLink } from './logs-link-button.tsx';
import { type ClosedSections, ClosedSectionsContext, Section } from './section.tsx';
import { ErrorBanner } from './error-banner.tsx';
import { SpanEvents } from './span-events.tsx';
import { spanOfRow } from './span-from-columns.ts';
import { SpanIdentity } from './span-identity.tsx';
import { SpanLinks } from './span-links.tsx';
import { SpanTimes } from './span-times.tsx';

/** All there is to know about the selected span; nothing while none is. */
export function DetailsPanel({
  view,
  details,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
}): ReactNode {
  const row = useViewState(view, (state) => state.selectedRow);
  // Kept from span to span, so that one attribute can be followed through a trace.
  const [filter, setFilter] = useState('');
  const [closedTitles, setClosedTitles] = useState<ReadonlySet<string>>(new Set());
  const closed: ClosedSections = useMemo(
    () => ({
      titles: closedTitles,
      toggle: (title) =>
        setClosedTitles((before) => {
          const after = new Set(before);
          if (!after.delete(title)) after.add(title);
          return after;
        }),
    }),
    [closedTitles],
  );
  useKeptFocus(row);
  if (row < 0) return null;
  return (
    <ClosedSectionsContext value={closed}>
      <SpanPanel key={row} view={view} details={details} row={row} filter={filter} onFilter={setFilter} />
    </ClosedSectionsContext>
  );
}

/** A panel that is closed, or becomes another span's, takes its buttons along: the focus goes back to the spans. */
function useKeptFocus(row: number): void {
  const before = useRef(-1);
  useLayoutEffect(() => {
    const wasOpen = before.current >= 0 && before.current !== row;
    before.current = row;
    if (!wasOpen || document.activeElement !== document.body) return;
    document.getElementById(PANEL_ID)?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }, [row]);
}

interface SpanProps {
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly row: number;
}

interface FilteredSpanProps extends SpanProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

function SpanPanel({ view, details, row, filter, onFilter }: FilteredSpanProps): ReactNode {
  const { columns } = view;
  const presence = useSyncExternalStore(view.arrival.subscribe, () => details.presence(row));
  const span = presence === 'here' ? details.span(row) : undefined;
  const resource = details.resource(columns.resource[row] ?? 0);
  const scope = details.scope(columns.scope[row] ?? 0);
  const spanId = hexFromBytes(columns.spanId, row * 8, 8);
  return (
    <aside className={styles['panel']} aria-label="Span details" data-testid="span-details">
      <PanelHead view={view} details={details} row={row} spanId={spanId} hasDetails={span !== undefined} />
      <div className={styles['body']}>
        {columns.error[row] === 1 && <ErrorBanner message={span?.status.message ?? ''} events={span?.events ?? []} />}
        {spanIssuesInWords(columns, row).map((issue) => (
          <p key={issue} className={styles['issue']}>
            <Icon name="warning" />
            {issue}
          </p>
        ))}
        <SpanTimes view={view} row={row} />
        {span === undefined && <Missing presence={presence} />}
        <FilterField filter={filter} onFilter={onFilter} />
        {span !== undefined && <SpanRecord view={view} details={details} row={row} span={span} filter={filter} />}
        <AfterDetails arrival={view.arrival}>
          {() => <BackLinks view={view} details={details} row={row} spanId={spanId} />}
        </AfterDetails>
        <Section title="Resource" count={resource.attributes.size} dropped={resource.droppedAttributesCount}>
          <AttributeTable attributes={resource.attributes} place="resource" filter={filter} />
        </Section>
        {(scope.name !== '' || scope.attributes.size > 0) && (
          <Section title="Scope" count={scope.attributes.size} dropped={scope.droppedAttributesCount}>
            <p className={styles['scope']}>
              {scope.name} {scope.version !== '' && <span className={styles['muted']}>{scope.version}</span>}
            </p>
            {scope.attributes.size > 0 && (
              <AttributeTable attributes={scope.attributes} place="instrumentation" filter={filter} />
            )}
          </Section>
        )}
        <Section title="Identity">
          <SpanIdentity view={view} row={row} spanId={spanId} details={span} />
        </Section>
      </div>
    </aside>
  );
}

function Missing({ presence }: { readonly presence: DetailsPresence }): ReactNode {
  return presence === 'coming' ? (
    <p role="status" className={styles['muted']}>
      Attributes and events are on their way…
    </p>
  ) : (
    <p className={styles['issue']}>
      <Icon name="warning" />
      The attributes, events and links of this span are not here.
    </p>
  );
}

/** What was recorded in the span. */
function SpanRecord({
  view,
  details,
  row,
  span,
  filter,
}: SpanProps & { readonly span: SpanDetails; readonly filter: string }): ReactNode {
  const { columns } = view;
  const call = useMemo(() => genAiCall(span.attributes, span.events), [span]);
  const spanStart = columns.startTimeUnixNano + BigInt(Math.round(columns.startOffsetNano[row] ?? 0));
  return (
    <>
      {call !== undefined && <GenAiSection call={call} view={view} details={details} row={row} filter={filter} />}
      <Section title="Attributes" count={span.attributes.size} dropped={span.droppedAttributesCount}>
        <AttributeTable attributes={span.attributes} place="span" filter={filter} />
      </Section>
      {(span.events.length > 0 || span.droppedEventsCount > 0) && (
        <Section title="Events" count={span.events.length} dropped={span.droppedEventsCount}>
          <SpanEvents
            events={span.events}
            spanStartUnixNano={spanStart}
            durationNano={columns.durationNano[row] ?? 0}
            filter={filter}
          />
        </Section>
      )}
      {(span.links.length > 0 || span.droppedLinksCount > 0) && (
        <Section title="Links" count={span.links.length} dropped={span.droppedLinksCount}>
          <SpanLinks view={view} links={span.links} filter={filter} />
        </Section>
      )}
    </>
  );
}

function PanelHead({
  view,
  details,
  row,
  spanId,
  hasDetails,
}: SpanProps & { readonly spanId: string; readonly hasDetails: boolean }): ReactNode {
  const { columns } = view;
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const name = columns.strings[columns.name[row] ?? 0] ?? '';
  return (
    <header className={styles['head']}>
      <div className={styles['title']}>
        <p className={styles['service']}>
          <ServiceDot colour={view.colours[columns.service[row] ?? 0] ?? 0} />
          {service}
        </p>
        <h2>{name}</h2>
        <p className={styles['actions']}>
          {pageMode !== 'file' && (
            <Link to={spansLikeThis(service, name)} data-testid="spans-like-this">
              All spans like this
            </Link>
          )}
          <LogsLink view={view} row={row} spanId={spanId} />
          {hasDetails && (
            <CopyButton label="the span as OTLP JSON" text={() => spanJson(view, details, row)}>
              JSON
            </CopyButton>
          )}
          <CopyButton
            label="a link to this span"
            icon="link"
            text={() => new URL(hrefOf(tracePath(columns.traceId, spanId)), window.location.href).href}
          >
            Link
          </CopyButton>
        </p>
      </div>
      <button
        type="button"
        className={`${controls['button']} ${controls['quiet']} ${controls['icon']}`}
        aria-label="Close details"
        title="Close (Esc)"
        onClick={() => view.select(-1)}
      >
        <Icon name="close" size={14} />
      </button>
    </header>
  );
}

/** The span alone, as an export request laid out over lines. */
function spanJson(view: TraceView, details: DetailsReader, row: number): string {
  return JSON.stringify(JSON.parse(encodeOtlpJson([spanOfRow(view.columns, details, row)])), undefined, 2);
}

function FilterField({
  filter,
  onFilter,
}: {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}): ReactNode {
  return (
    <input
      className={`${controls['input']} ${styles['filter']}`}
      type="search"
      aria-label="Filter attributes, events and links"
      data-testid="attribute-filter"
      placeholder="Filter attributes, events, links…"
      value={filter}
      onChange={(event) => onFilter(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && filter !== '') {
          event.stopPropagation();
          onFilter('');
        }
      }}
    />
  );
}
