import type { PerformanceAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate } from '../format/rate.ts';
import { formatShare } from '../format/share.ts';
import { rangeOf, TracesLink, withCondition } from '../search/traces-link.tsx';
import { HealthMeter } from './health-meter.tsx';
import styles from './service-facts.module.css';

/** The service in eight numbers, each of which opens its traces. */
export function ServiceFacts({ answer }: { readonly answer: PerformanceAnswer }): ReactNode {
  const time = rangeOf(answer.window);
  const { durations } = answer;
  const durationFacts: readonly (readonly [string, number | undefined])[] = [
    ['p50', durations?.p50_nano],
    ['p95', durations?.p95_nano],
    ['p99', durations?.p99_nano],
    ['Longest', durations?.max_nano],
  ];
  return (
    <dl className={styles['facts']} data-testid="service-facts">
      <div className={styles['fact']}>
        <dt>Health</dt>
        <dd className={styles['health']}>{answer.health === null ? '–' : <HealthMeter health={answer.health} />}</dd>
      </div>
      <Fact label="Requests" note={countOf(answer.request_count, 'request')}>
        <TracesLink query={answer.query} time={time} data-testid="fact-requests">
          {formatRate(answer.requests_per_second)}
        </TracesLink>
      </Fact>
      <Fact label="Errors" note={countOf(answer.error_count, 'failed request')}>
        {answer.error_count === 0 ? (
          '0 %'
        ) : (
          <TracesLink query={answer.error_query} time={time} className={styles['bad']} data-testid="fact-errors">
            {formatShare(answer.error_rate)}
          </TracesLink>
        )}
      </Fact>
      {durationFacts.map(([label, nano]) => (
        <Fact key={label} label={label}>
          {nano === undefined ? (
            '–'
          ) : (
            <TracesLink query={withCondition(answer.query, `duration >= ${Math.floor(nano)}ns`)} time={time}>
              {formatDuration(nano)}
            </TracesLink>
          )}
        </Fact>
      ))}
      <Fact label="Traces" note={`${formatCount(answer.error_trace_count)} with its errors`}>
        <TracesLink query={answer.trace_query} time={time} data-testid="fact-traces">
          {formatCount(answer.trace_count)}
        </TracesLink>
      </Fact>
    </dl>
  );
}

function Fact({
  label,
  note,
  children,
}: {
  readonly label: string;
  readonly note?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>
        <span className={styles['number']}>{children}</span>
        {note !== undefined && <span className={styles['note']}>{note}</span>}
      </dd>
    </div>
  );
}
