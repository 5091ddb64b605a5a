import { memo, type NamedExoticComponent, type ReactNode } from 'react';

import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { Icon } from '../shell/icons.tsx';
import { markColourClass } from '../shell/mark-colour.ts';
import controls from '../styles/controls.module.css';
import type { GroupFacts } from './group-facts.ts';
import styles from './span-row.module.css';
import { isEntrySpan } from './trace-facts.ts';
import type { TraceView } from './trace-view.ts';

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
  /** In the tree as shown. */
  readonly level: number;
  /** Spans shown below it, folded away or not. */
  readonly below: number;
  /** See `canvas/marks.ts`. */
  readonly mark: number;
  /** Its group of repeated siblings, or -1. */
  readonly group: number;
  /** The row stands for its whole group. */
  readonly groupFacts: GroupFacts | undefined;
  /** Time on the critical path, 0 where that is not shown. */
  readonly criticalNano: number;
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
  level,
  below,
  mark,
  group,
  groupFacts,
  criticalNano,
}: SpanRowProps) {
  const { columns } = view;
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const name = columns.strings[columns.name[row] ?? 0] ?? '';
  const isError = columns.error[row] === 1;
  const errorsBelow = (view.errorsUpTo[columns.subtreeEnd[row] ?? row + 1] ?? 0) - (view.errorsUpTo[row + 1] ?? 0);
  const classes = [styles['row'], markColourClass(mark)];
  if (focused) classes.push(styles['focused']);
  if (match) classes.push(styles['match']);
  if (selected) classes.push(styles['selected']);
  return (
    <div
      id={rowElementId(row)}
      role="row"
      aria-rowindex={position + 1}
      aria-level={level + 1}
      aria-selected={selected}
      aria-expanded={groupFacts !== undefined ? false : below > 0 ? !folded : undefined}
      className={classes.join(' ')}
      data-testid="span-row"
      data-row={row}
    >
      <div role="gridcell" className={styles['cell']}>
        {level > 0 && (
          <span
            className={styles['indent']}
            style={{ width: level * indentStep, backgroundSize: `${indentStep}px 100%` }}
            aria-hidden="true"
          />
        )}
        <FoldButton row={row} below={below} folded={folded} group={group} groupFacts={groupFacts} />
        <span className={styles['mark']} aria-hidden="true" />
        {isEntrySpan(columns, row) && <span className={styles['service']}>{service}</span>}
        <span className={styles['name']} title={`${service}: ${name}`}>
          {name}
        </span>
        {groupFacts !== undefined && (
          <span className={styles['repeats']} data-testid="repeats">
            × {formatCount(groupFacts.spanCount)}
          </span>
        )}
        {groupFacts !== undefined && groupFacts.errorCount > 0 && (
          <span className={styles['errorBelow']} title={countOf(groupFacts.errorCount, 'error')}>
            <Icon name="error" size={14} />
            {formatCount(groupFacts.errorCount)}
            <span className={controls['hiddenText']}>errors</span>
          </span>
        )}
        {groupFacts === undefined && isError && (
          <span className={styles['error']} title="Error">
            <Icon name="error" size={14} />
            <span className={controls['hiddenText']}>error</span>
          </span>
        )}
        {groupFacts === undefined && folded && errorsBelow > 0 && !isError && (
          <span className={styles['errorBelow']} title={`${formatCount(errorsBelow)} errors below`}>
            <Icon name="error" size={14} />
            <span className={controls['hiddenText']}>errors below</span>
          </span>
        )}
      </div>
      <div role="gridcell" className={controls['hiddenText']}>
        {rowInWords(view, row, groupFacts, criticalNano)}
      </div>
    </div>
  );
});

/** Folds the row's children, or unfolds the group that the row stands for. */
function FoldButton({
  row,
  below,
  folded,
  group,
  groupFacts,
}: Pick<SpanRowProps, 'row' | 'below' | 'folded' | 'group' | 'groupFacts'>): ReactNode {
  if (groupFacts !== undefined) {
    return (
      <button
        type="button"
        tabIndex={-1}
        className={styles['toggleFolded']}
        data-group={group}
        aria-label={`Unfold ${formatCount(groupFacts.spanCount)} repeats`}
      >
        <Icon name="repeats" size={12} />
        <Icon name="right" size={12} />
      </button>
    );
  }
  if (below === 0) return <span className={styles['leaf']} />;
  return (
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
  );
}

function rowInWords(view: TraceView, row: number, group: GroupFacts | undefined, criticalNano: number): string {
  const { startOffsetNano } = view.state().times;
  if (group !== undefined) {
    return `${formatCount(group.spanCount)} repeats from ${formatDuration(group.fromNano)} on, half of them within ${formatDuration(group.p50Nano)}, the longest ${formatDuration(group.maxNano)}`;
  }
  const duration = formatDuration(view.columns.durationNano[row] ?? 0);
  const path = criticalNano > 0 ? `, ${formatDuration(criticalNano)} of it on the critical path` : '';
  return `starts after ${formatDuration(startOffsetNano[row] ?? 0)}, takes ${duration}${path}`;
}
