import type { HealthAnswer } from '@throughline/query/client';
import type { ReactNode } from 'react';

import styles from './health-meter.module.css';

/** A score in words, so that its colour is not all that tells. */
export function healthWord(score: number): 'good' | 'fair' | 'poor' {
  return score >= 90 ? 'good' : score >= 70 ? 'fair' : 'poor';
}

/** `97.4` as `97`; only what is whole reads 100. */
export function healthText(score: number): string {
  return score < 100 ? String(Math.min(99, Math.round(score))) : '100';
}

/** Health as a bar, a number and a word. */
export function HealthMeter({ health }: { readonly health: HealthAnswer }): ReactNode {
  const word = healthWord(health.score);
  return (
    <span className={`${styles['meter']} ${styles[word]}`}>
      <svg width="48" height="6" aria-hidden="true">
        <rect width="48" height="6" rx="3" className={styles['track']} />
        <rect width={Math.max(2, (48 * health.score) / 100)} height="6" rx="3" className={styles['fill']} />
      </svg>
      <b>{healthText(health.score)}</b>
      <span className={styles['word']}>{word}</span>
    </span>
  );
}
