import { type ReactNode, useSyncExternalStore } from 'react';

import { shortTraceId } from '../format/trace-id.ts';
import { Link } from '../navigation/link.tsx';
import { comparePath } from '../navigation/routes.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { keptTrace, keepTrace, subscribeToKept } from './kept-trace.ts';

/**
 * Keeps a trace to compare another with, and on the other's page compares both: the kept one is A. The link beside it goes
 * to the choice of a usual one.
 */
export function CompareButton({ traceId }: { readonly traceId: string }): ReactNode {
  const kept = useSyncExternalStore(subscribeToKept, keptTrace);
  const look = `${controls['button']} ${controls['quiet']} ${controls['small']}`;
  if (kept !== undefined && kept !== traceId) {
    return (
      <>
        <Link
          to={comparePath(kept, traceId)}
          className={look}
          data-testid="compare-with-kept"
          title={`Compare trace ${kept} (A) with this one (B)`}
        >
          <Icon name="link" size={14} /> Compare with {shortTraceId(kept)}
        </Link>
        <button
          type="button"
          className={look}
          onClick={() => keepTrace(undefined)}
          aria-label="Compare with no kept trace"
        >
          <Icon name="close" size={12} />
        </button>
      </>
    );
  }
  return (
    <Link
      to={`/compare?b=${traceId}`}
      className={look}
      data-testid="compare-with"
      title="Compare with another trace; the trace is also remembered for the next one you open"
      onClick={() => keepTrace(traceId)}
    >
      <Icon name="link" size={14} /> Compare…
    </Link>
  );
}
