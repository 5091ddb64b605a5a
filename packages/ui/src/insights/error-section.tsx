import type { UseQueryResult } from '@tanstack/react-query';
import type { ErrorGroupAnswer, ErrorsAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { formatDateTime } from '../format/instant.ts';
import { ServiceDot } from '../shell/service-name.tsx';
import { QueryLink, TraceLinks } from './evidence.tsx';
import styles from './insights.module.css';
import type { ResolvedWindow } from './insights-state.ts';
import { Quiet, Reasons, Section } from './section.tsx';
import { formatMoment } from './words.ts';

/** Kinds of errors, the most frequent first. */
export function ErrorSection({
  query,
  window,
  nowMs,
  colours,
}: {
  readonly query: UseQueryResult<ErrorsAnswer>;
  readonly window: ResolvedWindow | undefined;
  readonly nowMs: number;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  return (
    <Section
      title="Errors"
      note={query.data === undefined ? undefined : summary(query.data)}
      testId="errors"
      query={query}
      pending="Gathering the errors by kind…"
    >
      {(answer) =>
        window === undefined ? null : answer.groups.length === 0 ? (
          <Quiet>No span of the window failed.</Quiet>
        ) : (
          <>
            <ul className={styles['rows']}>
              {answer.groups.map((group) => (
                <ErrorRow
                  key={group.fingerprint}
                  group={group}
                  share={group.count / Math.max(1, answer.error_count)}
                  window={window}
                  nowMs={nowMs}
                  colour={colours.get(group.service) ?? 0}
                />
              ))}
            </ul>
            <Reasons of={answer} />
          </>
        )
      }
    </Section>
  );
}

function summary({ error_count: count, group_count: groups }: ErrorsAnswer): string {
  return count === 0 ? 'none' : `${countOf(count, 'failed span')} of ${countOf(groups, 'kind')}`;
}

function ErrorRow({
  group,
  share,
  window,
  nowMs,
  colour,
}: {
  readonly group: ErrorGroupAnswer;
  readonly share: number;
  readonly window: ResolvedWindow;
  readonly nowMs: number;
  readonly colour: number;
}): ReactNode {
  const [firstMs, lastMs] = [group.first_time * 1000, group.last_time * 1000];
  return (
    <li className={styles['errorRow']} data-testid="error-group">
      <span className={styles['count']} title={countOf(group.count, 'span')}>
        <span className={styles['countText']}>{formatCount(group.count)}</span>
        <span className={styles['track']} aria-hidden="true">
          <span className={styles['barError']} style={{ width: `${Math.max(2, share * 100)}%` }} />
        </span>
      </span>
      <span className={styles['errorName']}>
        <span>
          <ServiceDot colour={colour} /> <strong>{group.service}</strong> {group.operation}
        </span>
        <span className={styles['message']}>
          {group.type !== '' && <code>{group.type}</code>}
          {group.message !== '' && <span>{group.message}</span>}
          {group.type === '' && group.message === '' && <span className={styles['muted']}>no message</span>}
        </span>
        <span className={styles['links']}>
          <TraceLinks traces={group.samples.map(({ trace_id: traceId, span_id: spanId }) => ({ traceId, spanId }))} />
          <QueryLink query={group.query} window={window} />
        </span>
      </span>
      <span className={styles['moment']} title={`${formatDateTime(firstMs)} to ${formatDateTime(lastMs)}`}>
        {formatMoment(firstMs, nowMs)} – {formatMoment(lastMs, nowMs)}
      </span>
    </li>
  );
}
