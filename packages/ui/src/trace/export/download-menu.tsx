import type { ExportFormat } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { exportHref } from '../../api/backend.ts';
import { pageMode } from '../../navigation/page-mode.ts';
import { Icon } from '../../shell/icons.tsx';
import controls from '../../styles/controls.module.css';
import styles from './download-menu.module.css';

const FORMATS: readonly { readonly format: ExportFormat; readonly label: string; readonly hint: string }[] = [
  { format: 'html', label: 'HTML page', hint: 'opens in a browser, without a server' },
  { format: 'otlp', label: 'OTLP JSON', hint: 'all there is; can be imported' },
  { format: 'simple', label: 'Simple span list', hint: 'all there is; can be imported' },
  { format: 'jaeger', label: 'Jaeger JSON', hint: 'for Jaeger’s UI' },
  { format: 'zipkin', label: 'Zipkin JSON', hint: 'for Zipkin' },
];

/** The trace as a file in every format. A saved page has no server to make one. */
export function DownloadMenu({ traceId }: { readonly traceId: string }): ReactNode {
  if (pageMode === 'file') return null;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- closes when the focus leaves
    <details
      className={styles['menu']}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !event.currentTarget.open) return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector('summary')?.focus();
        event.stopPropagation();
      }}
    >
      <summary className={`${controls['button']} ${controls['quiet']} ${controls['small']}`} data-testid="download">
        <Icon name="download" size={14} /> Download
      </summary>
      <ul className={styles['list']}>
        {FORMATS.map(({ format, label, hint }) => (
          <li key={format}>
            <a
              href={exportHref(traceId, format)}
              download={`trace-${traceId}.${format === 'html' ? 'html' : `${format}.json`}`}
              data-testid={`download-${format}`}
            >
              {label}
              <span className={styles['hint']}>{hint}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
