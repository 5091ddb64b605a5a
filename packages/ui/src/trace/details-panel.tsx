import type { SpanEvent, SpanLink } from '@throughline/model';
import { hexFromBytes, SpanKind, StatusCode } from '@throughline/model';
import { type ReactNode, useState } from 'react';

import { formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstantNano } from '../format/instant.ts';
import { Link } from '../navigation/link.tsx';
import { hrefOf } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { AttributeTable } from './attribute-table.tsx';
import styles from './details-panel.module.css';
import type { DetailsReader } from './span-details.ts';
import { selfTimeNano, spanIssuesInWords } from './trace-facts.ts';
import type { TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';

/** From this many attributes on there is a filter. */
const FILTER_FROM = 6;

/** All there is to know about the selected span; nothing while none is. */
export function DetailsPanel({
  view,
  details,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
}): ReactNode {
  const row = useViewState(view, (state) => state.selectedRow);
  if (row < 0) return null;
  return <SpanPanel key={row} view={view} details={details} row={row} />;
}

function SpanPanel({
  view,
  details,
  row,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly row: number;
}): ReactNode {
  const { columns } = view;
  const [filter, setFilter] = useState('');
  const span = details.span(row);
  const resource = details.resource(columns.resource[row] ?? 0);
  const scope = details.scope(columns.scope[row] ?? 0);
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const name = columns.strings[columns.name[row] ?? 0] ?? '';
  const spanId = hexFromBytes(columns.spanId, row * 8, 8);
  const parent = columns.parent[row] ?? -1;
  const parentId = hexFromBytes(columns.parentSpanId, row * 8, 8);
  const isError = columns.error[row] === 1;
  const issues = spanIssuesInWords(columns, row);
  const attributeCount = span.attributes.size + resource.attributes.size;
  return (
    <aside className={styles['panel']} aria-label="Span details" data-testid="span-details">
      <header className={styles['head']}>
        <div className={styles['title']}>
          <p className={styles['service']}>
            <ServiceDot colour={view.colours[columns.service[row] ?? 0] ?? 0} />
            {service}
          </p>
          <h2>{name}</h2>
        </div>
        <CopyButton
          label="a link to this span"
          text={() => new URL(hrefOf(tracePath(columns.traceId, spanId)), window.location.href).href}
        />
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
      <div className={styles['body']}>
        {isError && (
          <p className={styles['error']} data-testid="span-error">
            <Icon name="error" />
            <span>
              <b>Error</b>
              {span.status.message !== '' && `: ${span.status.message}`}
            </span>
          </p>
        )}
        {issues.map((issue) => (
          <p key={issue} className={styles['issue']}>
            <Icon name="warning" />
            {issue}
          </p>
        ))}
        <Times view={view} row={row} />
        {attributeCount >= FILTER_FROM && (
          <input
            className={`${controls['input']} ${styles['filter']}`}
            aria-label="Filter attributes"
            data-testid="attribute-filter"
            placeholder="Filter attributes…"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && filter !== '') {
                event.stopPropagation();
                setFilter('');
              }
            }}
          />
        )}
        <Section title="Attributes" count={span.attributes.size} dropped={span.droppedAttributesCount}>
          <AttributeTable attributes={span.attributes} filter={filter} searchable />
        </Section>
        {(span.events.length > 0 || span.droppedEventsCount > 0) && (
          <Section title="Events" count={span.events.length} dropped={span.droppedEventsCount}>
            <Events view={view} row={row} events={span.events} filter={filter} />
          </Section>
        )}
        {(span.links.length > 0 || span.droppedLinksCount > 0) && (
          <Section title="Links" count={span.links.length} dropped={span.droppedLinksCount}>
            <Links view={view} links={span.links} filter={filter} />
          </Section>
        )}
        <Section title="Resource" count={resource.attributes.size} dropped={resource.droppedAttributesCount}>
          <AttributeTable attributes={resource.attributes} filter={filter} searchable />
        </Section>
        {(scope.name !== '' || scope.attributes.size > 0) && (
          <Section title="Scope">
            <p className={styles['scope']}>
              {scope.name} {scope.version !== '' && <span className={styles['muted']}>{scope.version}</span>}
            </p>
            {scope.attributes.size > 0 && <AttributeTable attributes={scope.attributes} filter={filter} />}
          </Section>
        )}
        <Section title="Identity">
          <dl className={styles['ids']}>
            <Id label="Span" id={spanId} />
            <Id label="Trace" id={columns.traceId} />
            {parentId !== NO_PARENT && (
              <Id label="Parent" id={parentId}>
                {parent >= 0 && (
                  <button
                    type="button"
                    className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
                    onClick={() => {
                      view.reveal(parent);
                      view.select(parent);
                    }}
                  >
                    Go to
                  </button>
                )}
              </Id>
            )}
            {span.traceState !== '' && (
              <div>
                <dt>State</dt>
                <dd>
                  <code>{span.traceState}</code>
                </dd>
              </div>
            )}
          </dl>
        </Section>
      </div>
    </aside>
  );
}

const NO_PARENT = '0'.repeat(16);

const KIND_WORDS: Readonly<Record<number, string>> = {
  [SpanKind.UNSPECIFIED]: 'unspecified',
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const STATUS_WORDS: Readonly<Record<number, string>> = {
  [StatusCode.UNSET]: 'unset',
  [StatusCode.OK]: 'ok',
  [StatusCode.ERROR]: 'error',
};

function Times({ view, row }: { readonly view: TraceView; readonly row: number }): ReactNode {
  const { columns } = view;
  const startOffset = columns.startOffsetNano[row] ?? 0;
  const duration = columns.durationNano[row] ?? 0;
  const share = view.durationNano > 0 ? (duration / view.durationNano) * 100 : 100;
  const facts: readonly (readonly [string, string, string?])[] = [
    ['Duration', formatDuration(duration), `${share < 10 ? share.toFixed(1) : share.toFixed(0)} % of the trace`],
    ['Self time', formatDuration(selfTimeNano(columns, row)), 'The span’s time without a child running'],
    ['Starts after', formatDuration(startOffset), 'From the start of the trace'],
    ['Kind', KIND_WORDS[columns.kind[row] ?? 0] ?? 'unspecified'],
    ['Status', STATUS_WORDS[columns.statusCode[row] ?? 0] ?? 'unset'],
    ['Started', formatInstantNano(columns.startTimeUnixNano + BigInt(Math.round(startOffset)))],
  ];
  return (
    <dl className={styles['facts']}>
      {facts.map(([label, value, title]) => (
        <div key={label} title={title}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Section({
  title,
  count,
  dropped = 0,
  children,
}: {
  readonly title: string;
  readonly count?: number;
  /** How many the sender left out, as it says. */
  readonly dropped?: number;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <details className={styles['section']} open>
      <summary>
        <Icon name="right" size={12} />
        <h3>{title}</h3>
        {count !== undefined && <span className={styles['muted']}>{formatCount(count)}</span>}
        {dropped > 0 && <span className={styles['dropped']}>{formatCount(dropped)} more dropped by the sender</span>}
      </summary>
      <div className={styles['sectionBody']}>{children}</div>
    </details>
  );
}

function Events({
  view,
  row,
  events,
  filter,
}: {
  readonly view: TraceView;
  readonly row: number;
  readonly events: readonly SpanEvent[];
  readonly filter: string;
}): ReactNode {
  const { columns } = view;
  const spanStart = columns.startOffsetNano[row] ?? 0;
  const duration = Math.max(1, columns.durationNano[row] ?? 0);
  const ordered = events.toSorted((a, b) => (a.timeUnixNano < b.timeUnixNano ? -1 : 1));
  const offsetOf = (event: SpanEvent): number => Number(event.timeUnixNano - columns.startTimeUnixNano) - spanStart;
  return (
    <>
      <div className={styles['timeline']} aria-hidden="true">
        {ordered.map((event, index) => (
          <i
            // oxlint-disable-next-line react/no-array-index-key -- events have no identity but their place
            key={index}
            style={{ left: `${Math.min(100, Math.max(0, (offsetOf(event) / duration) * 100))}%` }}
          />
        ))}
      </div>
      <ol className={styles['events']}>
        {ordered.map((event, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- events have no identity but their place
          <li key={index} data-testid="span-event">
            <p className={styles['eventHead']}>
              <span className={styles['eventTime']}>{formatDuration(offsetOf(event))}</span>
              <b>{event.name}</b>
            </p>
            {event.attributes.size > 0 && <AttributeTable attributes={event.attributes} filter={filter} />}
          </li>
        ))}
      </ol>
    </>
  );
}

function Links({
  view,
  links,
  filter,
}: {
  readonly view: TraceView;
  readonly links: readonly SpanLink[];
  readonly filter: string;
}): ReactNode {
  return (
    <ul className={styles['events']}>
      {links.map((link, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a link may repeat
        <li key={index} data-testid="span-link">
          <Link to={tracePath(link.traceId, link.spanId)} className={styles['linkTo']}>
            <Icon name="link" size={14} />
            {link.traceId === view.columns.traceId ? 'This trace' : <code>{link.traceId.slice(0, 16)}…</code>}
            <span className={styles['muted']}>
              span <code>{link.spanId}</code>
            </span>
          </Link>
          {link.attributes.size > 0 && <AttributeTable attributes={link.attributes} filter={filter} />}
        </li>
      ))}
    </ul>
  );
}

function Id({
  label,
  id,
  children,
}: {
  readonly label: string;
  readonly id: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{id}</code>
        <CopyButton text={id} label={`${label.toLowerCase()} id`} />
        {children}
      </dd>
    </div>
  );
}
