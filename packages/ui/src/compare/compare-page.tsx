import { type ReactNode, useEffect, useMemo } from 'react';

import { Link } from '../navigation/link.tsx';
import { useLocation } from '../navigation/location.ts';
import { INITIAL_TIME_RANGE } from '../time-range/time-range.ts';
import styles from './compare-page.module.css';
import { compareFromUrl, compareToUrl } from './compare-state.ts';
import { SetsPage } from './sets-page.tsx';
import { TracesPage } from './traces-page.tsx';

/** What B has that A has not: of two traces, or of two sets of traces. */
export default function ComparePage(): ReactNode {
  const { search } = useLocation();
  const state = useMemo(() => compareFromUrl(search), [search]);
  useEffect(() => {
    document.title = 'Compare · Throughline';
  }, []);
  return (
    <main className={styles['page']} data-testid="compare-page">
      <header className={styles['head']}>
        <h1>Compare</h1>
        <nav className={styles['kinds']} aria-label="What is compared">
          <Link to="/compare" aria-current={state.kind === 'traces' ? 'page' : undefined} data-testid="compare-traces">
            Two traces
          </Link>
          <Link
            to={compareToUrl({
              kind: 'sets',
              a: '',
              b: '',
              time: INITIAL_TIME_RANGE,
              aTime: undefined,
              bTime: undefined,
            })}
            aria-current={state.kind === 'sets' ? 'page' : undefined}
            data-testid="compare-sets"
          >
            Two sets of traces
          </Link>
        </nav>
      </header>
      {state.kind === 'traces' ? <TracesPage state={state} /> : <SetsPage state={state} />}
    </main>
  );
}
