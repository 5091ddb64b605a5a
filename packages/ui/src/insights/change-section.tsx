import type { UseQueryResult } from '@tanstack/react-query';
import type { ChangesAnswer, OperationChangeAnswer } from '@throughline/query/client';
import { type ReactNode, useMemo, useState } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { formatDateTime } from '../format/instant.ts';
import { Link } from '../navigation/link.tsx';
import { ServiceDot } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import { FeatureList } from './cause-section.tsx';
import { ChangeStrip } from './change-strip.tsx';
import { QueryLink } from './evidence.tsx';
import { gatherChanges, isForWorse } from './gather-changes.ts';
import styles from './insights.module.css';
import { type ResolvedWindow, searchFor } from './insights-state.ts';
import { Quiet, Reasons, Section } from './section.tsx';
import { formatMoment, levelsInWords } from './words.ts';

const SHOWN_AT_FIRST = 6;
const MAX_EARLIER = 4;

const KIND_NAMES: Readonly<Record<OperationChangeAnswer['kind'], string>> = {
  slower: '▲ slower',
  failing: '✕ failing',
  faster: '▼ faster',
  recovered: '✓ recovered',
};

const SPLIT_REASONS: Readonly<Record<ChangesAnswer['split']['chosen'], string>> = {
  operation_change: 'when the most significant change began',
  window_start: 'when the window begins',
  middle_of_data: 'the middle of the data, as there is none before the window',
};

export function ChangeSection({
  query,
  window,
  nowMs,
  colours,
}: {
  readonly query: UseQueryResult<ChangesAnswer>;
  readonly window: ResolvedWindow | undefined;
  readonly nowMs: number;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  return (
    <Section
      title="What changed"
      note="levels of every operation, and what appeared"
      testId="changes"
      query={query}
      pending="Looking for levels in the series of every operation…"
    >
      {(answer) =>
        window === undefined ? null : (
          <Changes key={answer.split.time} answer={answer} window={window} nowMs={nowMs} colours={colours} />
        )
      }
    </Section>
  );
}

function Changes({
  answer,
  window,
  nowMs,
  colours,
}: {
  readonly answer: ChangesAnswer;
  readonly window: ResolvedWindow;
  readonly nowMs: number;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  const [all, setAll] = useState(false);
  const ordered = useMemo(() => gatherChanges(answer.operations), [answer]);
  const shown = all ? ordered : ordered.slice(0, SHOWN_AT_FIRST);
  const { split } = answer;
  const isNothingNew =
    answer.new_services.length + answer.new_edges.length + answer.new_errors.length + answer.features.length === 0;
  return (
    <>
      {ordered.length === 0 ? (
        <Quiet>No operation is slower, faster, failing or recovered: all keep their level.</Quiet>
      ) : (
        <ul className={styles['rows']}>
          {shown.map(({ change, earlierTimes }) => (
            <ChangeRow
              key={`${change.kind} ${change.service} ${change.operation}`}
              change={change}
              earlierTimes={earlierTimes}
              answer={answer}
              window={window}
              nowMs={nowMs}
              colour={colours.get(change.service) ?? 0}
            />
          ))}
          {ordered.length > shown.length && (
            <li className={styles['more']}>
              <button
                type="button"
                className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}
                onClick={() => setAll(true)}
              >
                {countOf(ordered.length - shown.length, 'more change', 'more changes')}
              </button>
            </li>
          )}
        </ul>
      )}
      <div className={styles['since']}>
        <h3>
          Since {formatMoment(split.time * 1000, nowMs)}
          <span className={styles['muted']}>
            {' '}
            ({SPLIT_REASONS[split.chosen]}; {formatCount(split.before.read_trace_count)} traces before,{' '}
            {formatCount(split.after.read_trace_count)} after)
          </span>
        </h3>
        {isNothingNew ? (
          <p className={styles['muted']}>
            No service, call, error or attribute value appeared or became more frequent.
          </p>
        ) : (
          <Appeared answer={answer} window={window} />
        )}
      </div>
      <Reasons of={answer} />
    </>
  );
}

function ChangeRow({
  change,
  earlierTimes,
  answer,
  window,
  nowMs,
  colour,
}: {
  readonly change: OperationChangeAnswer;
  readonly earlierTimes: readonly number[];
  readonly answer: ChangesAnswer;
  readonly window: ResolvedWindow;
  readonly nowMs: number;
  readonly colour: number;
}): ReactNode {
  const sinceMs = change.since_time * 1000;
  return (
    <li className={styles['change']} data-testid="change" data-kind={change.kind}>
      <span className={isForWorse(change) ? styles['worse'] : styles['better']}>{KIND_NAMES[change.kind]}</span>
      <span className={styles['changeName']}>
        <ServiceDot colour={colour} /> <strong>{change.service}</strong> <span>{change.operation}</span>
      </span>
      <span className={styles['levels']}>
        {levelsInWords(change)}
        {earlierTimes.length > 0 && (
          <span className={styles['muted']}>
            ; the same at{' '}
            {earlierTimes
              .slice(0, MAX_EARLIER)
              .map((time) => formatMoment(time * 1000, nowMs))
              .join(', ')}
            {earlierTimes.length > MAX_EARLIER && ` and ${earlierTimes.length - MAX_EARLIER} times more`}
          </span>
        )}
      </span>
      <span className={styles['moment']} title={formatDateTime(sinceMs)}>
        since {formatMoment(sinceMs, nowMs)}
        {change.until_time !== null && ` until ${formatMoment(change.until_time * 1000, nowMs)}`}
      </span>
      <ChangeStrip change={change} answer={answer} />
      <span className={styles['links']}>
        <QueryLink query={change.query} window={window} />
      </span>
    </li>
  );
}

/** What was not there before, or not as often. */
function Appeared({ answer, window }: { readonly answer: ChangesAnswer; readonly window: ResolvedWindow }): ReactNode {
  return (
    <div className={styles['appeared']} data-testid="appeared">
      {answer.new_services.map((service) => (
        <p key={service}>
          <span className={styles['tag']}>new service</span>
          <Link to={searchFor(`{ resource.service.name = ${JSON.stringify(service)} }`, window)}>{service}</Link>
        </p>
      ))}
      {answer.new_edges.map((edge) => (
        <p key={edge.query}>
          <span className={styles['tag']}>new call</span>
          <Link to={searchFor(edge.query, window)}>
            {edge.parent} → {edge.child}
          </Link>{' '}
          <span className={styles['muted']}>{countOf(Math.round(edge.call_count), 'call')}</span>
        </p>
      ))}
      {answer.new_errors.map((error) => (
        <p key={error.fingerprint}>
          <span className={styles['tag']}>new error</span>
          <Link to={searchFor(error.query, window)}>
            {error.service} {error.operation}
          </Link>{' '}
          <span className={styles['muted']}>
            {[error.type, error.message].filter((text) => text !== '').join(': ')} · {countOf(error.count, 'time')}
          </span>
        </p>
      ))}
      {answer.features.length > 0 && (
        <FeatureList features={answer.features} window={window} names={['before', 'after']} />
      )}
    </div>
  );
}
