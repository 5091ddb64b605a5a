import type { Reason } from '@throughline/query/client';
import type { ReactNode } from 'react';

import { Icon } from './icons.tsx';
import styles from './reasons.module.css';

/** Of a list that goes on, and of an answer that a fair sample gives: told, but nothing to worry about. */
const MILD: ReadonlySet<string> = new Set(['analysis_limit', 'trace_sample']);

const none: readonly Reason[] = [];

/** What an answer misses, and why; nothing where it is complete. */
export function Reasons({
  reasons,
  told = none,
}: {
  readonly reasons: readonly Reason[];
  /** What the page says above already. */
  readonly told?: readonly Reason[];
}): ReactNode {
  const news = reasons.filter(({ code }) => !told.some((other) => other.code === code));
  if (news.length === 0) return null;
  const isMild = news.every(({ code }) => MILD.has(code));
  return (
    <ul className={isMild ? `${styles['reasons']} ${styles['mild']}` : styles['reasons']} data-testid="reasons">
      {news.map(({ code, message }) => (
        <li key={`${code} ${message}`}>
          {!MILD.has(code) && <Icon name="warning" size={14} />}
          {message}
        </li>
      ))}
    </ul>
  );
}
