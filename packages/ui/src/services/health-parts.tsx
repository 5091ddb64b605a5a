import type { ReactNode } from 'react';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatShare } from '../format/share.ts';
import { rangeOf, TracesLink, withCondition } from '../search/traces-link.tsx';
import styles from './health-parts.module.css';
import type { WindowHealth } from './use-health.ts';

/** What a health of less than 100 is made of: each deduction with the number behind it, which opens its traces. */
export function HealthParts({ answer }: { readonly answer: WindowHealth }): ReactNode {
  const { health, durations } = answer;
  if (health === null) return <p>No requests, so there is no health to tell.</p>;
  const time = rangeOf(answer.window);
  const { deductions } = health;
  const p95 = durations?.p95_nano ?? 0;
  return (
    <dl className={styles['parts']} data-testid="health-parts">
      <Part label="Error rate" points={deductions.error_rate}>
        {answer.error_count === 0 ? (
          '0 %'
        ) : (
          <TracesLink query={answer.error_query} time={time}>
            {formatShare(answer.error_rate)}
          </TracesLink>
        )}{' '}
        of requests; 1 % is free
      </Part>
      <Part label="p95" points={deductions.p95}>
        <TracesLink query={withCondition(answer.query, `duration >= ${Math.floor(p95)}ns`)} time={time}>
          {formatDuration(p95)}
        </TracesLink>
        ; {formatDuration(health.p95_objective_nano)} is free
      </Part>
      <Part label="Slow traces" points={deductions.slow_traces}>
        <Traces count={answer.slow_trace_count} query={answer.slow_trace_query} time={time} /> of{' '}
        {countOf(answer.trace_count, 'trace')} above {formatDuration(answer.slow_above_nano)}
      </Part>
      <Part label="Traces with errors" points={deductions.error_traces}>
        <Traces count={answer.error_trace_count} query={answer.error_trace_query} time={time} /> of{' '}
        {countOf(answer.trace_count, 'trace')}
      </Part>
    </dl>
  );
}

/** Of no traces there is nothing to open. */
function Traces({
  count,
  query,
  time,
}: {
  readonly count: number;
  readonly query: string;
  readonly time: { readonly fromMs: number; readonly toMs: number };
}): ReactNode {
  const text = countOf(count, 'trace');
  return count === 0 ? (
    text
  ) : (
    <TracesLink query={query} time={time}>
      {text}
    </TracesLink>
  );
}

function Part({
  label,
  points,
  children,
}: {
  readonly label: string;
  readonly points: number;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={styles['part']}>
      <dt>
        <span className={points > 0 ? styles['taken'] : styles['none']}>{pointsText(points)}</span> {label}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function pointsText(points: number): string {
  return points === 0 ? '±0' : `−${points < 9.95 ? points.toFixed(1) : points.toFixed(0)}`;
}
