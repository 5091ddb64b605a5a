import type { UseQueryResult } from '@tanstack/react-query';
import type { ChangesAnswer, ErrorsAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { messageOf } from '../api/backend.ts';
import { countOf } from '../format/count.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { examinedInWords } from './cause-section.tsx';
import { gatherChanges, isForWorse } from './gather-changes.ts';
import { type ResolvedWindow, searchFor } from './insights-state.ts';
import type { Insights } from './use-insights.ts';
import { type Cause, LEAST_TRACES, type Verdict, verdictOf } from './verdict.ts';
import styles from './verdict-card.module.css';
import { formatMoment } from './words.ts';

/** The first sentence of the page: the cause, or that there is none. */
export function VerdictCard({
  rootCauses,
  changes,
  errors,
  window,
  nowMs,
  compareTo,
  widen,
}: {
  readonly rootCauses: Insights['rootCauses'];
  readonly changes: UseQueryResult<ChangesAnswer>;
  readonly errors: UseQueryResult<ErrorsAnswer>;
  readonly window: ResolvedWindow | undefined;
  readonly nowMs: number;
  /** Where the troubled spans are compared with the rest. */
  readonly compareTo: ((cause: Cause) => string | undefined) | undefined;
  /** Where a longer window is examined. */
  readonly widen: string;
}): ReactNode {
  const failure = rootCauses.error ?? errors.error;
  if (rootCauses.data === undefined) {
    return (
      <section
        className={styles['card']}
        data-testid="verdict"
        aria-live="polite"
        data-kind={failure === null ? 'pending' : 'failed'}
      >
        {failure === null ? (
          <p className={styles['headline']} role="status">
            <span className={styles['muted']}>Looking for what explains the trouble…</span>
          </p>
        ) : (
          <>
            <p className={styles['headline']}>The window could not be examined</p>
            <p className={styles['detail']}>{messageOf(failure)}</p>
            <div className={styles['actions']}>
              <button
                type="button"
                className={controls['button']}
                onClick={() => void (errors.isError ? errors.refetch() : rootCauses.refetch())}
              >
                Try again
              </button>
            </div>
          </>
        )}
      </section>
    );
  }
  const verdict = verdictOf(rootCauses.data, changes.data);
  return (
    <section
      className={verdict.kind === 'cause' ? styles['cardTrouble'] : styles['card']}
      data-testid="verdict"
      data-kind={verdict.kind}
      aria-live="polite"
    >
      <Headline verdict={verdict} nowMs={nowMs} changes={changes.data} errors={errors.data} widen={widen} />
      {verdict.kind === 'cause' && window !== undefined && (
        <Actions cause={verdict.cause} window={window} compareTo={compareTo} />
      )}
      <p className={styles['examined']}>Examined: {examinedInWords(rootCauses.data)}.</p>
    </section>
  );
}

function Headline({
  verdict,
  nowMs,
  changes,
  errors,
  widen,
}: {
  readonly verdict: Verdict;
  readonly nowMs: number;
  readonly changes: ChangesAnswer | undefined;
  readonly errors: ErrorsAnswer | undefined;
  readonly widen: string;
}): ReactNode {
  switch (verdict.kind) {
    case 'no_traces':
      return (
        <>
          <p className={styles['headline']}>There are no traces in this window</p>
          <p className={styles['detail']}>
            <Link to={widen}>Examine the last 24 hours</Link>
          </p>
        </>
      );
    case 'too_few':
      return (
        <>
          <p className={styles['headline']}>Too few traces to tell</p>
          <p className={styles['detail']}>
            The window has {countOf(verdict.traceCount, 'trace')}
            {verdict.referenceCount !== undefined && ` and the reference ${verdict.referenceCount}`}; from{' '}
            {LEAST_TRACES} of each on there is something to compare. <Link to={widen}>Examine the last 24 hours</Link>
          </p>
        </>
      );
    case 'nothing':
      return (
        <>
          <p className={styles['headline']}>
            <Icon name="check" size={18} /> Nothing out of the ordinary
          </p>
          <p className={styles['detail']}>
            No service deviates clearly from what is usual
            {verdict.lead !== undefined && `; the strongest lead, a slight one, is ${verdict.lead.name}`}.
            {changes !== undefined && ` ${levelsOf(changes)}`}
            {errors !== undefined &&
              errors.error_count > 0 &&
              ` ${countOf(errors.error_count, 'span')} failed all the same.`}
          </p>
        </>
      );
    case 'cause':
      return <CauseHeadline cause={verdict.cause} nowMs={nowMs} />;
  }
}

function levelsOf({ operations }: ChangesAnswer): string {
  const worse = gatherChanges(operations).filter(({ change }) => isForWorse(change)).length;
  return worse === 0
    ? 'Every operation keeps its level.'
    : `${countOf(worse, 'operation')} changed for the worse, see below.`;
}

function CauseHeadline({ cause, nowMs }: { readonly cause: Cause; readonly nowMs: number }): ReactNode {
  return (
    <>
      <p className={styles['headline']}>
        <strong>{cause.name}</strong> is the most likely cause
        {cause.aheadOf !== undefined && (
          <>
            , closely followed by <strong>{cause.aheadOf}</strong>
          </>
        )}
      </p>
      <p className={styles['detail']}>
        {cause.what}
        {cause.sinceMs !== undefined && (
          <>
            , <strong>since {formatMoment(cause.sinceMs, nowMs)}</strong>
          </>
        )}
        {cause.untilMs !== undefined && <> until {formatMoment(cause.untilMs, nowMs)}</>}
        {cause.instance !== undefined && (
          <>
            , mainly on <strong>{cause.instance}</strong>
          </>
        )}
        {cause.marker !== undefined && (
          <>
            , mostly with <strong>{cause.marker}</strong>
          </>
        )}
        .
      </p>
    </>
  );
}

function Actions({
  cause: { evidence, ...cause },
  window,
  compareTo,
}: {
  readonly cause: Cause;
  readonly window: ResolvedWindow;
  readonly compareTo: ((cause: Cause) => string | undefined) | undefined;
}): ReactNode {
  const sample = evidence.samples[0];
  const compare = compareTo?.({ evidence, ...cause });
  return (
    <div className={styles['actions']}>
      {sample !== undefined && (
        <Link
          to={tracePath(sample.trace_id, sample.span_id)}
          className={`${controls['button']} ${controls['primary']}`}
          data-testid="verdict-trace"
        >
          Open a trace that shows it
        </Link>
      )}
      <Link to={searchFor(evidence.query, window)} className={controls['button']} data-testid="verdict-query">
        List its traces
      </Link>
      {compare !== undefined && (
        <Link to={compare} className={controls['button']} data-testid="verdict-compare">
          Compare them with the rest
        </Link>
      )}
    </div>
  );
}
