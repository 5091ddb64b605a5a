import type { ReactNode } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import styles from './tail-status.module.css';
import type { Tail } from './use-tail.ts';

/** Whether traces are arriving, are held back or are too many to be listed. */
export function TailStatus({ tail, isPaused }: { readonly tail: Tail; readonly isPaused: boolean }): ReactNode {
  if (tail.state === 'off') return null;
  return (
    <span className={styles['status']} data-testid="tail-status" role="status">
      <span className={tail.state === 'open' && !isPaused ? styles['dot'] : styles['still']} aria-hidden="true" />
      {stateText(tail, isPaused)}
      {tail.skippedCount > 0 && (
        <span
          className={styles['skipped']}
          data-testid="tail-skipped"
          title="They came faster than they can be listed; a search finds them"
        >
          <Icon name="warning" size={12} />
          {formatCount(tail.skippedCount)} skipped
        </span>
      )}
    </span>
  );
}

function stateText({ state, problem, waitingCount, traces }: Tail, isPaused: boolean): string {
  if (state === 'connecting') return 'Connecting…';
  if (state === 'failed') return problem ?? 'The connection ended';
  if (isPaused) return `Paused while you read, ${countOf(waitingCount, 'trace')} waiting`;
  return traces.length === 0 ? 'Listening for new traces' : `${countOf(traces.length, 'trace')} arrived`;
}
