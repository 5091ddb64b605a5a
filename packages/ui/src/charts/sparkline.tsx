import type { ReactNode } from 'react';

import { sparklinePath } from './sparkline-path.ts';
import styles from './sparkline.module.css';

const WIDTH = 96;
const HEIGHT = 20;

/** How a number went over time, beside the number. Decoration: what it says in detail stands where it leads. */
export function Sparkline({
  values,
  tone = 'plain',
}: {
  /** One for each step; undefined leaves a gap. */
  readonly values: readonly (number | undefined)[];
  readonly tone?: 'plain' | 'error';
}): ReactNode {
  return (
    <svg
      className={tone === 'error' ? styles['error'] : styles['plain']}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} className={styles['ground']} />
      <path d={sparklinePath(values, WIDTH, HEIGHT - 1)} className={styles['line']} />
    </svg>
  );
}
