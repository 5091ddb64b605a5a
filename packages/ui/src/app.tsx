import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { QueryClientError } from '@throughline/query/client';
import { type ComponentType, lazy, type ReactNode, Suspense, useLayoutEffect } from 'react';

import styles from './app.module.css';
import { Link } from './navigation/link.tsx';
import { useLocation } from './navigation/location.ts';
import { pageMode } from './navigation/page-mode.ts';
import { type PageName, type Route, routeOf } from './navigation/routes.ts';
import { SearchPage } from './search/search-page.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { Notice } from './shell/notice.tsx';
import { CONTENT_ID, TopBar } from './shell/top-bar.tsx';
import controls from './styles/controls.module.css';
import { backend } from './api/backend.ts';
import { readTraceAhead } from './trace/trace-query.ts';

const TracePage = lazy(() => import('./trace/trace-page.tsx'));

/** The pages beside search and trace, each a chunk of its own. What stands here is in the navigation too. */
const PAGES: Partial<Record<PageName, ComponentType>> = {
  compare: lazy(() => import('./compare/compare-page.tsx')),
  services: lazy(() => import('./services/services-page.tsx')),
  map: lazy(() => import('./map/map-page.tsx')),
  status: lazy(() => import('./status/status-page.tsx')),
  insights: lazy(() => import('./insights/insights-page.tsx')),
};
const PAGE_NAMES: ReadonlySet<string> = new Set(['search', ...Object.keys(PAGES)]);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Results stay as they are while one reads them; searching again is a button.
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failureCount, error) => failureCount < 1 && error instanceof QueryClientError && error.retryable,
      retryDelay: 500,
    },
  },
});

export function App(): ReactNode {
  const { path, search } = useLocation();
  const route = routeOf(path, search);
  const traceId = route.page === 'trace' ? route.traceId : undefined;
  useLayoutEffect(() => (traceId === undefined ? undefined : readTraceAhead(queries, traceId, backend)), [traceId]);
  return (
    <QueryClientProvider client={queries}>
      <div className={styles['app']}>
        {pageMode === 'app' && <TopBar current={route.page} pages={PAGE_NAMES} search={search} />}
        <div className={styles['page']} id={CONTENT_ID} tabIndex={-1}>
          {/* What broke on one page is no reason not to show another. */}
          <ErrorBoundary key={route.page}>
            <Suspense fallback={<Pending />}>
              <Page route={route} path={path} />
            </Suspense>
          </ErrorBoundary>
        </div>
      </div>
    </QueryClientProvider>
  );
}

function Page({ route, path }: { readonly route: Route; readonly path: string }): ReactNode {
  switch (route.page) {
    case 'search':
      return <SearchPage />;
    case 'trace':
      return <TracePage traceId={route.traceId} />;
    case 'not-found':
      return <NotFound path={path} />;
    default: {
      const Named = PAGES[route.page];
      return Named === undefined ? <NotFound path={path} /> : <Named />;
    }
  }
}

function Pending(): ReactNode {
  return (
    <p className={styles['pending']} role="status">
      Loading…
    </p>
  );
}

function NotFound({ path }: { readonly path: string }): ReactNode {
  return (
    <Notice
      title="There is no such page"
      actions={
        <Link to="/search" className={controls['button']}>
          Search traces
        </Link>
      }
    >
      <p>
        <code>{path}</code> is none of the app’s pages. A trace’s address is <code>/trace/</code> and its id, up to 32
        hexadecimal digits.
      </p>
    </Notice>
  );
}
