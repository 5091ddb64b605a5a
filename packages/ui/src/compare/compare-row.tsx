import { memo, type NamedExoticComponent } from 'react';

import { formatCount } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import { serviceColourClass } from '../shell/service-name.tsx';
import { durationText } from './compare-layout.ts';
import styles from './compare-row.module.css';
import type { Comparison } from './comparison.ts';
import { markWords, signedDuration } from './difference-words.ts';

const INDENT = 14;
const MAX_INDENTED_LEVELS = 12;

export function compareRowId(node: number): string {
  return `node-${node}`;
}

/** A pair of spans, or one that only one trace has: how it differs, and both durations. */
export const CompareRow: NamedExoticComponent<{
  readonly comparison: Comparison;
  readonly node: number;
  readonly position: number;
  readonly folded: boolean;
  readonly focused: boolean;
  readonly selected: boolean;
  readonly colour: number;
}> = memo(function CompareRow({ comparison, node, position, folded, focused, selected, colour }) {
  const service = comparison.strings[comparison.service[node] ?? 0] ?? '';
  const name = comparison.strings[comparison.name[node] ?? 0] ?? '';
  const depth = comparison.depth[node] ?? 0;
  const parent = comparison.parent[node] ?? -1;
  const below = (comparison.subtreeEnd[node] ?? node + 1) - node - 1;
  const isEntry = parent < 0 || comparison.service[parent] !== comparison.service[node];
  const [aNano, bNano] = [comparison.aDurationNano[node], comparison.bDurationNano[node]];
  const delta = (bNano ?? Number.NaN) - (aNano ?? Number.NaN);
  const pathDelta = (folded ? comparison.subtreeDeltaNano[node] : comparison.criticalDeltaNano[node]) ?? 0;
  const marks = markWords(comparison.marks[node] ?? 0);
  const hidden = folded ? (comparison.differenceCount[node] ?? 0) - (marks.length > 0 ? 1 : 0) : 0;
  const classes = [styles['row'], serviceColourClass(colour)];
  if (focused) classes.push(styles['focused']);
  if (selected) classes.push(styles['selected']);
  return (
    <div
      id={compareRowId(node)}
      role="row"
      aria-rowindex={position + 1}
      aria-level={depth + 1}
      aria-selected={selected}
      aria-expanded={below > 0 ? !folded : undefined}
      className={classes.join(' ')}
      data-testid="compare-row"
      data-node={node}
    >
      <div role="gridcell" className={styles['cell']}>
        <span
          className={styles['indent']}
          style={{ width: Math.min(depth, MAX_INDENTED_LEVELS) * INDENT }}
          aria-hidden="true"
        />
        {below > 0 ? (
          <button
            type="button"
            tabIndex={-1}
            className={folded ? styles['toggleFolded'] : styles['toggle']}
            data-fold={node}
            aria-label={folded ? `Unfold ${formatCount(below)} spans` : 'Fold'}
          >
            {folded ? formatCount(below) : ''}
            <Icon name={folded ? 'right' : 'down'} size={12} />
          </button>
        ) : (
          <span className={styles['leaf']} />
        )}
        <span className={styles['mark']} aria-hidden="true" />
        {isEntry && <span className={styles['service']}>{service}</span>}
        <span className={styles['name']} title={`${service}: ${name}`}>
          {name}
        </span>
        {marks.map(({ sign, word, tone }) => (
          <span key={word} className={styles[tone]} data-testid="mark">
            {sign} {word}
          </span>
        ))}
        {hidden > 0 && <span className={styles['neutral']}>{formatCount(hidden)} differ below</span>}
      </div>
      <div role="gridcell" className={`${styles['number']} ${styles['optional']}`}>
        {durationText(aNano)}
      </div>
      <div role="gridcell" className={`${styles['number']} ${styles['optional']}`}>
        {durationText(bNano)}
      </div>
      <div role="gridcell" className={marks.length > 0 ? styles['number'] : styles['faint']}>
        {Number.isNaN(delta) ? '' : signedDuration(delta)}
      </div>
      <div role="gridcell" className={`${pathDelta === 0 ? styles['faint'] : styles['number']} ${styles['optional']}`}>
        {pathDelta === 0 ? '–' : signedDuration(pathDelta)}
      </div>
    </div>
  );
});
