import type { RedGroupAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { Sparkline } from '../charts/sparkline.tsx';
import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate } from '../format/rate.ts';
import { formatShare } from '../format/share.ts';
import { type AnsweredWindow, rangeOf, TracesLink, withCondition } from '../search/traces-link.tsx';
import table from '../styles/table.module.css';
import { redSeries, type StepGrid } from './red-series.ts';

/** Rate, errors and durations of a service or an operation: five cells, every number a link to its traces. */
export function RedCells({
  group,
  grid,
  window,
}: {
  readonly group: RedGroupAnswer;
  readonly grid: StepGrid;
  readonly window: AnsweredWindow;
}): ReactNode {
  const series = redSeries(group.points, grid);
  const time = rangeOf(window);
  return (
    <>
      <td className={table['number']}>
        <span className={table['withLine']}>
          <Sparkline values={series.requestRates} />
          <TracesLink
            query={group.query}
            time={time}
            className={table['value']}
            title={`Traces of ${countOf(group.request_count, 'request')}`}
            data-testid="rate"
          >
            {formatRate(group.requests_per_second)}
          </TracesLink>
        </span>
      </td>
      <td className={table['number']}>
        {group.error_count === 0 ? (
          <span className={table['none']}>0 %</span>
        ) : (
          <span className={table['withLine']}>
            <Sparkline values={series.errorRates} tone="error" />
            <TracesLink
              query={group.error_query}
              time={time}
              className={table['bad']}
              title={`Traces of ${countOf(group.error_count, 'failed request')}`}
              data-testid="error-rate"
            >
              {formatShare(group.error_rate)}
            </TracesLink>
          </span>
        )}
      </td>
      <DurationCell group={group} nano={group.durations?.p50_nano} time={time} name="p50" />
      <DurationCell group={group} nano={group.durations?.p95_nano} time={time} name="p95" line={series.p95s} />
      <DurationCell group={group} nano={group.durations?.p99_nano} time={time} name="p99" />
    </>
  );
}

function DurationCell({
  group,
  nano,
  time,
  name,
  line,
}: {
  readonly group: RedGroupAnswer;
  readonly nano: number | undefined;
  readonly time: { readonly fromMs: number; readonly toMs: number };
  readonly name: string;
  readonly line?: readonly (number | undefined)[];
}): ReactNode {
  if (nano === undefined) return <td className={`${table['number']} ${table['none']}`}>–</td>;
  return (
    <td className={table['number']}>
      <span className={table['withLine']}>
        {line !== undefined && <Sparkline values={line} />}
        <TracesLink
          query={withCondition(group.query, `duration >= ${Math.floor(nano)}ns`)}
          time={time}
          className={table['value']}
          title={`Traces of requests that took as long or longer`}
          data-testid={name}
        >
          {formatDuration(nano)}
        </TracesLink>
      </span>
    </td>
  );
}
