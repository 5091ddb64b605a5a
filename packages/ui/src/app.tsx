import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { QueryClientError } from '@throughline/query/client';
import { lazy, type ReactNode, Suspense } from 'react';

import styles from './app.module.css';
import { Link } from './navigation/link.tsx';
import { useLocation } from './navigation/location.ts';
import { routeOf } from './navigation/routes.ts';
import { SearchPage } from './search/search-page.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { Notice } from './shell/notice.tsx';
import { TopBar } from './shell/top-bar.tsx';
import controls from './styles/controls.module.css';

const TracePage = lazy(() => import('./trace/trace-page.tsx'));

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
  return (
    <QueryClientProvider client={queries}>
      <div className={styles['app']}>
        <TopBar />
        <div className={styles['page']}>
          <ErrorBoundary>
            <Page />
          </ErrorBoundary>
        </div>
      </div>
    </QueryClientProvider>
  );
}

function Page(): ReactNode {
  const { path, search } = useLocation();
  const route = routeOf(path, search);
  switch (route.page) {
    case 'search':
      return <SearchPage />;
    case 'trace':
      return (
        <Suspense fallback={null}>
          <TracePage traceId={route.traceId} spanId={route.spanId} />
        </Suspense>
      );
    case 'not-found':
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
            <code>{path}</code> is neither the search nor a trace. A trace’s address is <code>/trace/</code> and its id,
            up to 32 hexadecimal digits.
          </p>
        </Notice>
      );
  }
}
