import type { ReactNode } from 'react';

import { exportHref } from '../api/backend.ts';
import { hrefOf } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import type { CommandHost } from './run-command.ts';
import { closeWhenLeft, Tool } from './tool.tsx';
import { printTraceAddress } from './trace-address.ts';
import styles from './trace-toolbar.module.css';
import type { TraceView } from './trace-view.ts';
import { addressOf } from './use-trace-address.ts';

const FORMATS = [
  ['otlp', 'OTLP JSON'],
  ['jaeger', 'Jaeger JSON'],
  ['zipkin', 'Zipkin JSON'],
  ['simple', 'Simple span list'],
] as const;

/** What can be done with the trace as a whole. */
export function TraceActions({ view, host }: { readonly view: TraceView; readonly host: CommandHost }): ReactNode {
  const { columns } = view;
  return (
    <div className={styles['actions']}>
      <CopyButton
        label="a link to what is shown"
        text={() => {
          const search = printTraceAddress(addressOf(view), '');
          return new URL(hrefOf(tracePath(columns.traceId) + search), window.location.href).href;
        }}
      >
        Link
      </CopyButton>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- closes when the focus leaves */}
      <details className={styles['menu']} onBlur={closeWhenLeft}>
        <summary className={`${controls['button']} ${controls['quiet']} ${controls['small']}`}>
          <Icon name="download" size={14} /> Download
        </summary>
        <ul className={styles['menuList']}>
          {FORMATS.map(([format, label]) => (
            <li key={format}>
              <a
                href={exportHref(columns.traceId, format)}
                download={`trace-${columns.traceId}.${format}.json`}
                data-testid={`download-${format}`}
              >
                {label}
              </a>
            </li>
          ))}
        </ul>
      </details>
      <Tool icon="keyboard" label="Keys (?)" onClick={host.toggleHelp} />
    </div>
  );
}
