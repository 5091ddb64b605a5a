import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { ErrorBoundary } from '../shell/error-boundary.tsx';
import { Notice } from '../shell/notice.tsx';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import TracePage from '../trace/trace-page.tsx';
import { embeddedTrace } from './embedded-trace.ts';
import styles from './portable-app.module.css';

const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });

/** The trace page without a server: of a file that holds the trace and this app. */
export function PortableApp(): ReactNode {
  if (embeddedTrace === undefined) {
    return (
      <Notice title="This file holds no trace" role="alert">
        <p>It is the viewer alone. Download a trace as HTML from Throughline to get a file with one.</p>
      </Notice>
    );
  }
  return (
    <QueryClientProvider client={queries}>
      <div className={styles['app']}>
        <header className={styles['bar']}>
          <b>Throughline</b>
          <span className={styles['note']}>A saved trace: what was stored when it was downloaded.</span>
          <ThemeSwitch />
        </header>
        <div className={styles['page']}>
          <ErrorBoundary>
            <TracePage traceId={embeddedTrace.traceId} />
          </ErrorBoundary>
        </div>
      </div>
    </QueryClientProvider>
  );
}
