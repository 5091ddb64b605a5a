import type { SpanLink } from '@throughline/model';
import { type ReactNode, useState } from 'react';

import { countOf } from '../../format/count.ts';
import { shortTraceId } from '../../format/trace-id.ts';
import { Link } from '../../navigation/link.tsx';
import { tracePath } from '../../navigation/routes.ts';
import { CopyButton } from '../../shell/copy-button.tsx';
import { Icon } from '../../shell/icons.tsx';
import { ServiceDot } from '../../shell/service-name.tsx';
import controls from '../../styles/controls.module.css';
import { textOf } from '../attribute-value.ts';
import { rowOfSpanId } from '../span-ids.ts';
import type { TraceView } from '../trace-view.ts';
import { matchesFilter } from './attribute-groups.ts';
import { AttributeTable } from './attribute-table.tsx';
import styles from './span-links.module.css';

/** Links shown at first; batch consumers have one a message. */
const SHOWN_AT_FIRST = 20;

/** Where a span's links lead: within this trace to the span itself, else to the other trace. */
export function SpanLinks({
  view,
  links,
  filter,
}: {
  readonly view: TraceView;
  readonly links: readonly SpanLink[];
  readonly filter: string;
}): ReactNode {
  const [shownCount, setShownCount] = useState(SHOWN_AT_FIRST);
  const matching = links.filter((link) => matchesFilter(textOfLink(link), filter));
  if (matching.length === 0) return <p className={styles['none']}>{links.length === 0 ? 'None' : 'No link matches'}</p>;
  return (
    <>
      <ul className={styles['links']}>
        {matching.slice(0, shownCount).map((link, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a link may repeat
          <li key={index} data-testid="span-link">
            <div className={styles['line']}>
              <LinkTarget view={view} link={link} />
              <CopyButton text={link.traceId} label="the linked trace id" />
            </div>
            {link.attributes.size > 0 && <AttributeTable attributes={link.attributes} place="link" filter={filter} />}
          </li>
        ))}
      </ul>
      {matching.length > shownCount && (
        <button
          type="button"
          className={`${controls['button']} ${controls['small']}`}
          onClick={() => setShownCount((count) => count * 4)}
        >
          Show more of {countOf(matching.length, 'link')}
        </button>
      )}
    </>
  );
}

function LinkTarget({ view, link }: { readonly view: TraceView; readonly link: SpanLink }): ReactNode {
  const { columns } = view;
  const row = link.traceId === columns.traceId ? rowOfSpanId(columns, link.spanId) : -1;
  if (row < 0) {
    return (
      <Link to={tracePath(link.traceId, link.spanId)} className={styles['target']}>
        <Icon name="link" size={14} />
        <code>{shortTraceId(link.traceId, 16)}…</code>
        <span className={styles['muted']}>
          span <code>{link.spanId}</code>
        </span>
      </Link>
    );
  }
  const service = columns.service[row] ?? 0;
  return (
    <Link
      to={tracePath(link.traceId, link.spanId)}
      className={styles['target']}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        view.reveal(row);
        view.select(row);
      }}
    >
      <Icon name="link" size={14} />
      <ServiceDot colour={view.colours[service] ?? 0} />
      {columns.strings[service]}
      <b>{columns.strings[columns.name[row] ?? 0]}</b>
      <span className={styles['muted']}>in this trace</span>
    </Link>
  );
}

function textOfLink(link: SpanLink): string {
  const attributes = [...link.attributes].map(([key, value]) => `${key}\n${textOf(value)}`);
  return [link.traceId, link.spanId, ...attributes].join('\n');
}
