import type { UseQueryResult } from '@tanstack/react-query';
import type { CriticalPathProfileAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatShare } from '../format/share.ts';
import { ServiceDot } from '../shell/service-name.tsx';
import { QueryLink, TraceLinks } from './evidence.tsx';
import styles from './insights.module.css';
import type { ResolvedWindow } from './insights-state.ts';
import { Quiet, Reasons, Section } from './section.tsx';

const TIMES = [
  ['p50_nano', 'median'],
  ['p99_nano', 'slowest'],
] as const;

/** Who owns the time of the requests that the longest traces begin with: the critical paths of many, added up. */
export function PathSection({
  query,
  window,
  colours,
}: {
  /** Undefined where there is no trace to ask about. */
  readonly query: Pick<UseQueryResult<CriticalPathProfileAnswer | null>, 'data' | 'error' | 'isError' | 'refetch'>;
  readonly window: ResolvedWindow | undefined;
  readonly colours: ReadonlyMap<string, number>;
}): ReactNode {
  return (
    <Section
      title="Where the time goes"
      note={noteOf(query.data)}
      testId="path-profile"
      query={query}
      pending="Following the critical paths…"
    >
      {(profile) =>
        profile === null || window === undefined || profile.components.length === 0 ? (
          <Quiet>There are no requests to follow.</Quiet>
        ) : (
          <>
            <ul className={styles['rows']}>
              {profile.components.map((component) => (
                <li
                  key={`${component.service} ${component.operation}`}
                  className={styles['path']}
                  data-testid="path-owner"
                >
                  <span className={styles['pathName']}>
                    <ServiceDot colour={colours.get(component.service) ?? 0} /> <strong>{component.service}</strong>{' '}
                    {component.operation}
                  </span>
                  {TIMES.map(([at, name]) => (
                    <PathTime key={at} name={name} nano={component[at]} wholeNano={profile.duration[at]} />
                  ))}
                  <QueryLink query={component.query} window={window} count={component.request_count} />
                </li>
              ))}
            </ul>
            <div className={styles['foot']}>
              <TraceLinks
                traces={profile.slowest.map((each) => ({
                  traceId: each.trace_id,
                  spanId: each.span_id,
                  label: formatDuration(each.duration_nano),
                }))}
              />
            </div>
            <Reasons of={profile} />
          </>
        )
      }
    </Section>
  );
}

function noteOf(profile: CriticalPathProfileAnswer | null | undefined): string | undefined {
  if (profile === undefined || profile === null) return undefined;
  return `critical path of ${countOf(profile.request_count, 'request')} to ${profile.service}`;
}

function PathTime({
  name,
  nano,
  wholeNano,
}: {
  readonly name: string;
  readonly nano: number;
  readonly wholeNano: number;
}): ReactNode {
  const share = wholeNano > 0 ? nano / wholeNano : 0;
  return (
    <span className={styles['pathTime']} title={`${formatShare(share)} of ${formatDuration(wholeNano)}`}>
      <span className={styles['muted']}>{name}</span>
      <span className={styles['track']} aria-hidden="true">
        <span className={styles['bar']} style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span>
        {formatDuration(nano)} <span className={styles['muted']}>{formatShare(share)}</span>
      </span>
    </span>
  );
}
