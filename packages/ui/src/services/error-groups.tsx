import { useQuery } from '@tanstack/react-query';
import type { Reason, WindowParameters } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { backend } from '../api/backend.ts';
import { countOf, formatCount } from '../format/count.ts';
import { formatDateTime } from '../format/instant.ts';
import { shortTraceId } from '../format/trace-id.ts';
import { Link } from '../navigation/link.tsx';
import { tracePath } from '../navigation/routes.ts';
import { rangeOf, TracesLink } from '../search/traces-link.tsx';
import { Reasons } from '../shell/reasons.tsx';
import table from '../styles/table.module.css';
import styles from './error-groups.module.css';
import { Section } from './section.tsx';

const LIMIT = 20;

/** The service's errors, those that say the same together. */
export function ErrorGroups({
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
    queryKey: ['errors', service, operation, window],
    queryFn: ({ signal }) => backend.errors({ ...window, service, operation, limit: LIMIT }, { signal }),
  });
  const note = answer.data !== undefined && answer.data.group_count > 0 && (
    <>
      {countOf(answer.data.group_count, 'kind')},{' '}
      <TracesLink query={answer.data.query} time={rangeOf(answer.data.window)}>
        {countOf(answer.data.error_count, 'failed span')}
      </TracesLink>
    </>
  );
  return (
    <Section title="Errors" testId="errors" note={note} answer={answer}>
      {({ groups, reasons, window: answered }) => (
        <>
          <Reasons reasons={reasons} told={told} />
          <div className={table['frame']}>
            {groups.length === 0 ? (
              <p className={table['empty']}>No errors.</p>
            ) : (
              <table className={table['table']}>
                <thead>
                  <tr>
                    <th scope="col">Error</th>
                    <th scope="col">Operation</th>
                    <th scope="col" className={table['number']}>
                      Spans
                    </th>
                    <th scope="col">Last</th>
                    <th scope="col">Example</th>
                  </tr>
                </thead>
                <tbody>
                  {groups.map((group) => {
                    const [sample] = group.samples;
                    return (
                      <tr key={`${group.fingerprint} ${group.operation}`} data-testid="error-group">
                        <td className={styles['message']}>
                          {group.type !== '' && <code className={styles['type']}>{group.type}</code>}{' '}
                          {group.message === '' ? <span className={table['none']}>no message</span> : group.message}
                        </td>
                        <td className={table['plainName']}>{group.operation}</td>
                        <td className={table['number']}>
                          <TracesLink query={group.query} time={rangeOf(answered)} className={table['bad']}>
                            {formatCount(group.count)}
                          </TracesLink>
                        </td>
                        <td className={styles['time']}>{formatDateTime(group.last_time * 1000)}</td>
                        <td>
                          {sample !== undefined && (
                            <Link to={tracePath(sample.trace_id, sample.span_id)}>
                              <code>{shortTraceId(sample.trace_id)}</code>
                            </Link>
                          )}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            )}
          </div>
        </>
      )}
    </Section>
  );
}
