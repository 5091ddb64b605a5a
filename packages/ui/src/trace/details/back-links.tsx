import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { backend, messageOf } from '../../api/backend.ts';
import { countOf } from '../../format/count.ts';
import { formatDateTime } from '../../format/instant.ts';
import { Link } from '../../navigation/link.tsx';
import { tracePath } from '../../navigation/routes.ts';
import { initialSearch, searchToUrl } from '../../search/search-state.ts';
import { Icon } from '../../shell/icons.tsx';
import styles from './span-links.module.css';

/** Traces listed here; the search has all of them. */
const MAX_LISTED = 20;

/** The traces with a span that links to this one: consumers of its message, what a batch made of it. */
export function BackLinks({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): ReactNode {
  const query = `{ link:traceID = "${traceId}" && link:spanID = "${spanId}" }`;
  const answer = useQuery({
    queryKey: ['back-links', traceId, spanId],
    queryFn: ({ signal }) => backend.searchTraces({ q: query, limit: MAX_LISTED }, { signal }),
    staleTime: 60_000,
  });
  if (answer.isPending) return <p className={styles['none']}>Looking for links to this span…</p>;
  if (answer.isError) return <p className={styles['none']}>{messageOf(answer.error)}</p>;
  const { traces, complete, cursor } = answer.data;
  return (
    <>
      {traces.length === 0 && <p className={styles['none']}>No stored span links to this one.</p>}
      <ul className={styles['links']}>
        {traces.map((trace) => (
          <li key={trace.trace_id} data-testid="back-link">
            <Link to={tracePath(trace.trace_id)} className={styles['target']}>
              <Icon name="link" size={14} />
              {trace.trace_id === traceId ? 'A span of this trace' : trace.root_service} <b>{trace.root_operation}</b>
              <span className={styles['muted']}>
                {formatDateTime(trace.start_time * 1000)}, {countOf(trace.span_count, 'span')}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {(cursor !== null || !complete) && (
        <p className={styles['none']}>
          There may be more:{' '}
          <Link to={searchToUrl({ ...initialSearch, mode: 'query', query, time: { kind: 'all' } })}>
            search for all
          </Link>
        </p>
      )}
    </>
  );
}
