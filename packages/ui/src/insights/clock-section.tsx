import type { UseQueryResult } from '@tanstack/react-query';
import type { ClockSkewAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf } from '../format/count.ts';
import { clockInWords, wrongClocks } from './clocks.ts';
import { QueryLink } from './evidence.tsx';
import styles from './insights.module.css';
import type { ResolvedWindow } from './insights-state.ts';
import { Quiet, Reasons, Section } from './section.tsx';

/** Hosts whose clocks are off, so that spans seem to begin before they were asked for. */
export function ClockSection({
  query,
  window,
}: {
  readonly query: UseQueryResult<ClockSkewAnswer>;
  readonly window: ResolvedWindow | undefined;
}): ReactNode {
  return (
    <Section
      title="Clocks"
      note={query.data === undefined ? undefined : `of ${countOf(query.data.hosts.length, 'host')}`}
      testId="clocks"
      query={query}
      pending="Estimating the clocks from the calls between hosts…"
    >
      {(answer) => {
        const wrong = wrongClocks(answer);
        return (
          <>
            {wrong.length === 0 || window === undefined ? (
              <Quiet>No clock is surely off by the {countOf(callCount(answer), 'call')} between hosts.</Quiet>
            ) : (
              <>
                <ul className={styles['rows']}>
                  {wrong.map((clock) => (
                    <li key={clock.host} className={styles['clock']} data-testid="clock" data-host={clock.host}>
                      <span>
                        <strong>{clock.host}</strong> is {clockInWords(clock)}
                      </span>
                      <QueryLink query={clock.query} window={window} />
                    </li>
                  ))}
                </ul>
                <p className={styles['foot']}>Within a trace the key t shows the times with clocks put right.</p>
              </>
            )}
            <Reasons of={answer} />
          </>
        );
      }}
    </Section>
  );
}

function callCount({ pairs }: ClockSkewAnswer): number {
  return pairs.reduce((sum, { call_count: count }) => sum + count, 0);
}
