import { memo, type NamedExoticComponent } from 'react';

import { formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { Icon } from '../shell/icons.tsx';
import { serviceColourClass } from '../shell/service-name.tsx';
import controls from '../styles/controls.module.css';
import styles from './span-row.module.css';
import { isEntrySpan } from './trace-facts.ts';
import type { TraceView } from './trace-view.ts';
import { descendantCount } from './visible-rows.ts';

export function rowElementId(row: number): string {
  return `span-${row}`;
}

export interface SpanRowProps {
  readonly view: TraceView;
  readonly row: number;
  readonly position: number;
  readonly folded: boolean;
  readonly focused: boolean;
  readonly selected: boolean;
  readonly match: boolean;
  /** CSS pixels a level. */
  readonly indentStep: number;
}

/** One span of the tree: fold button, colour of its service, name. Its bar is drawn beside it on the canvas. */
export const SpanRow: NamedExoticComponent<SpanRowProps> = memo(function SpanRow({
  view,
  row,
  position,
  folded,
  focused,
  selected,
  match,
  indentStep,
}: SpanRowProps) {
  const { columns } = view;
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const name = columns.strings[columns.name[row] ?? 0] ?? '';
  const below = descendantCount(columns, row);
  const depth = columns.depth[row] ?? 0;
  const isError = columns.error[row] === 1;
  const errorsBelow = (view.errorsUpTo[columns.subtreeEnd[row] ?? row + 1] ?? 0) - (view.errorsUpTo[row + 1] ?? 0);
  const classes = [styles['row'], serviceColourClass(view.colours[columns.service[row] ?? 0] ?? 0)];
  if (focused) classes.push(styles['focused']);
  if (match) classes.push(styles['match']);
  if (selected) classes.push(styles['selected']);
  return (
    <div
      id={rowElementId(row)}
      role="row"
      aria-rowindex={position + 1}
      aria-level={depth + 1}
      aria-selected={selected}
      aria-expanded={below > 0 ? !folded : undefined}
      className={classes.join(' ')}
      data-testid="span-row"
      data-row={row}
    >
      <div role="gridcell" className={styles['cell']}>
        {depth > 0 && (
          <span
            className={styles['indent']}
            style={{ width: depth * indentStep, backgroundSize: `${indentStep}px 100%` }}
            aria-hidden="true"
          />
        )}
        {below > 0 ? (
          <button
            type="button"
            tabIndex={-1}
            className={folded ? styles['toggleFolded'] : styles['toggle']}
            data-fold={row}
            aria-label={folded ? `Unfold ${formatCount(below)} spans` : 'Fold'}
          >
            {folded ? formatCount(below) : ''}
            <Icon name={folded ? 'right' : 'down'} size={12} />
          </button>
        ) : (
          <span className={styles['leaf']} />
        )}
        <span className={styles['mark']} aria-hidden="true" />
        {isEntrySpan(columns, row) && <span className={styles['service']}>{service}</span>}
        <span className={styles['name']} title={`${service}: ${name}`}>
          {name}
        </span>
        {isError && (
          <span className={styles['error']} title="Error">
            <Icon name="error" size={14} />
            <span className={controls['hiddenText']}>error</span>
          </span>
        )}
        {folded && errorsBelow > 0 && !isError && (
          <span className={styles['errorBelow']} title={`${formatCount(errorsBelow)} errors below`}>
            <Icon name="error" size={14} />
            <span className={controls['hiddenText']}>errors below</span>
          </span>
        )}
      </div>
      <div role="gridcell" className={controls['hiddenText']}>
        {`starts after ${formatDuration(columns.startOffsetNano[row] ?? 0)}, takes ${formatDuration(columns.durationNano[row] ?? 0)}`}
      </div>
    </div>
  );
});
