import { useQuery } from '@tanstack/react-query';
import type { CriticalPathProfileAnswer, Reason, WindowParameters } from '@throughline/query/client';
import { type ReactNode, useMemo } from 'react';

import { backend } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatShare } from '../format/share.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { rangeOf, TracesLink } from '../search/traces-link.tsx';
import { Reasons } from '../shell/reasons.tsx';
import { ServiceDot, serviceColourClass } from '../shell/service-name.tsx';
import table from '../styles/table.module.css';
import { assignServiceColours } from '../trace/service-colours.ts';
import styles from './critical-path-profile.module.css';
import { Section } from './section.tsx';

const LIMIT = 12;

/** Which callee the time of a request goes to: in the middle of all requests and among the slowest. */
export function CriticalPathProfile({
  service,
  operation,
  window,
  told,
}: {
  readonly service: string;
  readonly operation: string | undefined;
  readonly window: WindowParameters;
  /** Why the page's first answer is incomplete. */
  readonly told: readonly Reason[];
}): ReactNode {
  const answer = useQuery({
    queryKey: ['critical-path', service, operation, window],
    queryFn: ({ signal }) => backend.criticalPathProfile(service, { ...window, operation, limit: LIMIT }, { signal }),
  });
  const note = answer.data !== undefined && answer.data.request_count > 0 && (
    <>
      critical path of {countOf(answer.data.request_count, 'request')} in{' '}
      {formatCount(answer.data.sample.read_trace_count)} of {countOf(answer.data.sample.trace_count, 'trace')}
    </>
  );
  return (
    <Section title="Where the time goes" testId="critical-path" note={note} answer={answer}>
      {(profile) => (
        <>
          <Reasons reasons={profile.reasons} told={told} />
          {profile.components.length === 0 ? (
            <div className={table['frame']}>
              <p className={table['empty']}>No requests to follow.</p>
            </div>
          ) : (
            <Profile profile={profile} />
          )}
        </>
      )}
    </Section>
  );
}

function Profile({ profile }: { readonly profile: CriticalPathProfileAnswer }): ReactNode {
  const colours = useMemo(
    () => assignServiceColours([profile.service, ...profile.components.map(({ service }) => service)]),
    [profile],
  );
  const most = Math.max(
    1,
    profile.gap.p50_nano,
    profile.gap.p99_nano,
    ...profile.components.flatMap(({ p50_nano, p99_nano }) => [p50_nano, p99_nano]),
  );
  const time = rangeOf(profile.window);
  return (
    <div className={table['frame']}>
      <table className={table['table']}>
        <thead>
          <tr>
            <th scope="col">Service and operation</th>
            <th scope="col">Around the median: {formatDuration(profile.duration.p50_nano)} a request</th>
            <th scope="col">Slowest percent: {formatDuration(profile.duration.p99_nano)} a request</th>
            <th scope="col" className={table['number']}>
              Requests
            </th>
          </tr>
        </thead>
        <tbody>
          {profile.components.map((component) => (
            <tr key={`${component.service} ${component.operation}`} data-testid="path-component">
              <td>
                <span className={table['name']}>
                  <ServiceDot colour={colours.get(component.service) ?? 0} />
                  <span>
                    {component.service} <span className={styles['operation']}>{component.operation}</span>
                  </span>
                </span>
              </td>
              {(['p50_nano', 'p99_nano'] as const).map((at) => (
                <td key={at}>
                  <Time
                    nano={component[at]}
                    most={most}
                    whole={profile.duration[at]}
                    colourClass={serviceColourClass(colours.get(component.service) ?? 0)}
                  />
                </td>
              ))}
              <td className={table['number']}>
                <TracesLink query={component.query} time={time} className={table['value']}>
                  {formatCount(component.request_count)}
                </TracesLink>
              </td>
            </tr>
          ))}
          {(profile.gap.p50_nano > 0 || profile.gap.p99_nano > 0) && (
            <tr>
              <td className={styles['operation']}>in nobody’s span</td>
              {(['p50_nano', 'p99_nano'] as const).map((at) => (
                <td key={at}>
                  <Time
                    nano={profile.gap[at]}
                    most={most}
                    whole={profile.duration[at]}
                    colourClass={styles['gap'] ?? ''}
                  />
                </td>
              ))}
              <td className={table['none']}>–</td>
            </tr>
          )}
        </tbody>
      </table>
      {profile.slowest.length > 0 && (
        <p className={styles['slowest']}>
          Slowest requests:{' '}
          {profile.slowest.slice(0, 5).map(({ trace_id, span_id, duration_nano }) => (
            <Link key={span_id} to={tracePath(trace_id, span_id)}>
              {formatDuration(duration_nano)}
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}

function Time({
  nano,
  most,
  whole,
  colourClass,
}: {
  readonly nano: number;
  readonly most: number;
  readonly whole: number;
  readonly colourClass: string;
}): ReactNode {
  return (
    <span className={`${styles['time']} ${colourClass}`}>
      <span className={styles['track']} aria-hidden="true">
        <span className={styles['bar']} style={{ width: `${(nano / most) * 100}%` }} />
      </span>
      <span className={styles['duration']}>{formatDuration(nano)}</span>
      <span className={styles['share']}>{whole > 0 ? formatShare(nano / whole) : '–'}</span>
    </span>
  );
}
