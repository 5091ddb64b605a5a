import type { Reason } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { Icon } from './icons.tsx';
import styles from './reasons.module.css';

/** Of a list that goes on, and of an answer that a fair sample gives: told, but nothing to worry about. */
const MILD: ReadonlySet<string> = new Set(['analysis_limit', 'trace_sample']);

/** What an answer misses, and why; nothing where it is complete. */
export function Reasons({ reasons }: { readonly reasons: readonly Reason[] }): ReactNode {
  if (reasons.length === 0) return null;
  const isMild = reasons.every(({ code }) => MILD.has(code));
  return (
    <ul className={isMild ? `${styles['reasons']} ${styles['mild']}` : styles['reasons']} data-testid="reasons">
      {reasons.map(({ code, message }) => (
        <li key={code}>
          {!MILD.has(code) && <Icon name="warning" size={14} />}
          {message}
        </li>
      ))}
    </ul>
  );
}
