import { type ReactNode, useMemo, useState } from 'react';

import { incompleteCodes } from '@throughline/query/client';

import { messageOf } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime, formatInstantNano, formatRelative } from '../format/instant.ts';
import { shortTraceId } from '../format/trace-id.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon } from '../shell/icons.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { useDetailsState } from './details-arrival.ts';
import { traceFacts } from './trace-facts.ts';
import styles from './trace-header.module.css';
import { isTimedView, type TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';

/** From this many services on they may not fit into one line, and the rest is folded away. */
const MANY_SERVICES = 6;

/** Codes of the server's completeness that the trace's own columns do not tell. */
const INCOMPLETE_WORDS: Readonly<Record<string, string>> = {
  trace_truncated: 'The trace has more spans than the server reads of one trace; the rest is not shown.',
  details_left_out: 'The attributes and events of some spans are left out, because those of the trace are too large.',
};

/** Reads the trace again. */
export interface ReadAgain {
  readonly refetch: () => unknown;
  readonly isFetching: boolean;
  /** Why that failed. */
  readonly error: Error | null;
}

/** What the trace is and whether it is all there. */
export function TraceHeader({
  view,
  incomplete,
  again,
}: {
  readonly view: TraceView;
  readonly incomplete: readonly string[];
  readonly again: ReadAgain;
}): ReactNode {
  const { columns } = view;
  const facts = useMemo(() => traceFacts(columns), [columns]);
  const [nowMs] = useState(() => Date.now());
  const [allServices, setAllServices] = useState(false);
  const isTimed = useViewState(view, ({ wishes }) => isTimedView(wishes));
  const isCorrected = useViewState(view, ({ wishes }) => wishes.corrected);
  const detailsState = useDetailsState(view.arrival);
  const codes = detailsState.kind === 'complete' ? incompleteCodes({ columns, incomplete }) : incomplete;
  const issues = [...codes.flatMap((code) => INCOMPLETE_WORDS[code] ?? []), ...facts.issues];
  const startMs = Number(columns.startTimeUnixNano / 1_000_000n);
  return (
    <header className={styles['header']} data-testid="trace-header">
      <div className={styles['title']}>
        <h1>
          <ServiceDot colour={view.colourOfService(facts.rootService)} />
          <span className={styles['service']}>{facts.rootService}</span>
          <span className={styles['operation']}>{facts.rootName}</span>
        </h1>
        <span className={styles['id']}>
          <code title={columns.traceId}>{shortTraceId(columns.traceId)}</code>
          <CopyButton text={columns.traceId} label="the trace id" />
        </span>
      </div>
      <dl className={styles['facts']}>
        <Fact label="Duration">{formatDuration(facts.durationNano)}</Fact>
        <Fact label="Started" title={formatInstantNano(columns.startTimeUnixNano)}>
          {formatDateTime(startMs)} <span className={styles['muted']}>{formatRelative(startMs, nowMs)}</span>
        </Fact>
        <Fact label="Spans">{formatCount(facts.spanCount)}</Fact>
        <Fact label="Depth">{formatCount(facts.levelCount)}</Fact>
        <Fact label="Services">{formatCount(facts.services.length)}</Fact>
        <Fact label="Errors">
          {facts.errorCount === 0 ? (
            <span className={styles['muted']}>none</span>
          ) : (
            <span className={controls['errorMark']}>
              <Icon name="error" size={14} />
              {formatCount(facts.errorCount)}
            </span>
          )}
        </Fact>
      </dl>
      <div className={styles['serviceLine']}>
        <ul className={allServices ? styles['services'] : styles['servicesLine']} aria-label="Services">
          {facts.services.map(({ service, spanCount, errorCount }) => (
            <li key={service}>
              <ServiceDot colour={view.colourOfService(service)} />
              {service}
              <span className={styles['muted']}>{formatCount(spanCount)}</span>
              {errorCount > 0 && (
                <span className={controls['errorMark']} title={countOf(errorCount, 'error')}>
                  <Icon name="error" size={12} />
                  {formatCount(errorCount)}
                </span>
              )}
            </li>
          ))}
        </ul>
        {facts.services.length >= MANY_SERVICES && (
          <button
            type="button"
            className={styles['more']}
            onClick={() => setAllServices((all) => !all)}
            aria-expanded={allServices}
          >
            {allServices ? 'Fewer' : `All ${facts.services.length}`}
          </button>
        )}
      </div>
      {issues.length > 0 && (
        <p className={styles['issues']} data-testid="trace-issues">
          <Icon name="warning" size={14} />
          <span>{issues.join(' ')}</span>
          {facts.areClocksOff && isTimed && (
            <button
              type="button"
              className={styles['more']}
              data-testid="clocks-differ"
              title="Reckon the clocks’ offsets from the calls (t)"
              onClick={() => view.wish({ corrected: !isCorrected })}
            >
              {isCorrected ? 'Show them as recorded' : 'Correct the clocks'}
            </button>
          )}
        </p>
      )}
      {detailsState.kind === 'failed' && (
        <p className={styles['issues']} role="alert" data-testid="details-failed">
          <Icon name="warning" size={14} />
          <span>Attributes and events of some spans have not come. {messageOf(again.error ?? detailsState.error)}</span>
          <button
            type="button"
            className={`${controls['button']} ${controls['small']}`}
            disabled={again.isFetching}
            onClick={() => void again.refetch()}
          >
            {again.isFetching ? 'Reading again…' : 'Try again'}
          </button>
        </p>
      )}
    </header>
  );
}

function Fact({
  label,
  title,
  children,
}: {
  readonly label: string;
  readonly title?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
