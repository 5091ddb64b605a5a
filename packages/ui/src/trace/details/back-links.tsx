import { useQuery } from '@tanstack/react-query';
import type { BackLinkAnswer } from '@throughline/query/client';
import { type ReactNode, useMemo } from 'react';

import { backend, messageOf } from '../../api/backend.ts';
import { formatDateTime } from '../../format/instant.ts';
import { Link } from '../../navigation/link.tsx';
import { pageMode } from '../../navigation/page-mode.ts';
import { tracePath } from '../../navigation/routes.ts';
import { initialSearch, searchToUrl } from '../../search/search-state.ts';
import { Icon } from '../../shell/icons.tsx';
import { ServiceDot } from '../../shell/service-name.tsx';
import type { DetailsReader } from '../span-details.ts';
import type { TraceView } from '../trace-view.ts';
import { rowsLinkingTo } from './inner-links.ts';
import { Section } from './section.tsx';
import styles from './span-links.module.css';

/** Spans that link to the trace, asked for once for all of its spans. */
const MAX_BACK_LINKS = 1_000;

/** The spans that link to this one: consumers of its message, what a batch made of it. Nothing if there are none. */
export function BackLinks({
  view,
  details,
  row,
  spanId,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly row: number;
  readonly spanId: string;
}): ReactNode {
  const { columns } = view;
  const answer = useQuery({
    queryKey: ['back-links', columns.traceId],
    queryFn: ({ signal }) => backend.backLinks(columns.traceId, { limit: MAX_BACK_LINKS }, { signal }),
    staleTime: 60_000,
    enabled: pageMode !== 'file',
  });
  const inner = useMemo(() => rowsLinkingTo(columns, details, row), [columns, details, row]);
  const outer = answer.data?.links.filter((link) => link.linked_span_id === spanId) ?? [];
  const more = answer.data?.more === true;
  const count = inner.length + outer.length;
  if (count === 0 && !more && !answer.isError) return null;
  return (
    <Section title="Linked from" count={count}>
      <ul className={styles['links']}>
        {inner.map((linking) => (
          <InnerLink key={linking} view={view} row={linking} />
        ))}
        {outer.map((link) => (
          <OuterLink key={`${link.trace_id} ${link.span_id}`} view={view} link={link} />
        ))}
      </ul>
      {answer.isError && <p className={styles['none']}>Other traces: {messageOf(answer.error)}</p>}
      {more && <SearchForAll traceId={columns.traceId} spanId={spanId} />}
    </Section>
  );
}

function InnerLink({ view, row }: { readonly view: TraceView; readonly row: number }): ReactNode {
  const { columns } = view;
  return (
    <li data-testid="back-link">
      <button
        type="button"
        className={`${styles['target']} ${styles['button']}`}
        onClick={() => {
          view.reveal(row);
          view.select(row);
        }}
      >
        <Icon name="link" size={14} />
        <ServiceDot colour={view.colours[columns.service[row] ?? 0] ?? 0} />
        {columns.strings[columns.service[row] ?? 0]} <b>{columns.strings[columns.name[row] ?? 0]}</b>
        <span className={styles['muted']}>in this trace</span>
      </button>
    </li>
  );
}

function OuterLink({ view, link }: { readonly view: TraceView; readonly link: BackLinkAnswer }): ReactNode {
  return (
    <li data-testid="back-link">
      <Link to={tracePath(link.trace_id, link.span_id)} className={styles['target']}>
        <Icon name="link" size={14} />
        <ServiceDot colour={view.colourOfService(link.service)} />
        {link.service} <b>{link.name}</b>
        <span className={styles['muted']}>{formatDateTime(link.start_time * 1000)}</span>
      </Link>
    </li>
  );
}

function SearchForAll({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): ReactNode {
  const query = `{ link:traceID = "${traceId}" && link:spanID = "${spanId}" }`;
  return (
    <p className={styles['none']}>
      More than {MAX_BACK_LINKS} spans link to this trace:{' '}
      <Link to={searchToUrl({ ...initialSearch, mode: 'query', query, time: { kind: 'all' } })}>search for all</Link>
    </p>
  );
}
