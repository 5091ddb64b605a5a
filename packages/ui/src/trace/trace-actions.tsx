import type { ReactNode } from 'react';

import { CompareButton } from '../compare/compare-button.tsx';
import { hrefOf } from '../navigation/location.ts';
import { pageMode } from '../navigation/page-mode.ts';
import { tracePath } from '../navigation/routes.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { DownloadMenu } from './export/download-menu.tsx';
import { OpenInApp } from './export/open-in-app.tsx';
import type { CommandHost } from './run-command.ts';
import { Tool } from './tool.tsx';
import { printTraceAddress } from './trace-address.ts';
import styles from './trace-toolbar.module.css';
import type { TraceView } from './trace-view.ts';
import { addressOf } from './use-trace-address.ts';

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
      <OpenInApp traceId={columns.traceId} />
      {pageMode !== 'file' && <CompareButton traceId={columns.traceId} />}
      <DownloadMenu traceId={columns.traceId} />
      <Tool icon="keyboard" label="Keys (?)" onClick={host.toggleHelp} />
    </div>
  );
}
