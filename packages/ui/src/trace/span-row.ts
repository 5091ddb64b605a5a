import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { attributeWriter, textWriter } from '../shell/dom-writers.ts';
import { createIcon } from '../shell/icon-element.ts';
import { markColourClass } from '../shell/mark-colour.ts';
import controls from '../styles/controls.module.css';
import type { GroupFacts } from './group-facts.ts';
import styles from './span-row.module.css';
import { isEntrySpan } from './trace-facts.ts';
import type { TraceView } from './trace-view.ts';

export function rowElementId(row: number): string {
  return `span-${row}`;
}

/** What a row of the tree shows. */
export interface SpanRowFacts {
  readonly row: number;
  readonly position: number;
  readonly folded: boolean;
  readonly focused: boolean;
  readonly selected: boolean;
  readonly match: boolean;
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

/**
 * One span of the tree: fold button, colour of its service, name, and for readers in words what its bar shows on the
 * canvas beside it. The element is used for one span after the other, which costs a fraction of making new ones while
 * they fly past.
 */
export interface SpanRow {
  readonly element: HTMLElement;
  readonly show: (facts: SpanRowFacts) => void;
  /** Brings the words up to date with what is shown; they may wait for it while rows fly past. */
  readonly putInWords: () => void;
}

export function createSpanRow(view: TraceView): SpanRow {
  const { columns } = view;
  const element = document.createElement('div');
  element.setAttribute('role', 'row');
  element.dataset['testid'] = 'span-row';
  const cell = addTo(element, 'div', styles['cell']);
  cell.setAttribute('role', 'gridcell');
  const toggle = createToggle(cell);
  const mark = addTo(cell, 'span', '');
  mark.setAttribute('aria-hidden', 'true');
  const service = addTo(cell, 'span', '');
  const name = addTo(cell, 'span', styles['name']);
  const badges = createBadges(cell);
  const times = addTo(element, 'div', styles['words']);
  times.setAttribute('role', 'gridcell');

  const write = {
    id: attributeWriter(element, 'id'),
    rowIndex: attributeWriter(element, 'aria-rowindex'),
    level: attributeWriter(element, 'aria-level'),
    selected: attributeWriter(element, 'aria-selected'),
    expanded: attributeWriter(element, 'aria-expanded'),
    row: attributeWriter(element, 'data-row'),
    rowClass: attributeWriter(element, 'class'),
    markClass: attributeWriter(mark, 'class'),
    serviceClass: attributeWriter(service, 'class'),
    service: textWriter(service),
    name: textWriter(name),
    title: attributeWriter(name, 'title'),
    times: textWriter(times),
  };
  let shown: SpanRowFacts | undefined;
  let indent = -1;
  let title = '';
  // Only who points at a name reads its title; it is gone when the row is another span's.
  element.addEventListener('pointerenter', () => write.title(title));

  return {
    element,
    show: (facts) => {
      // Those of another span would be wrong.
      if (facts.row !== shown?.row) write.times('');
      shown = facts;
      const { row, level, groupFacts } = facts;
      const serviceName = columns.strings[columns.service[row] ?? 0] ?? '';
      const spanName = columns.strings[columns.name[row] ?? 0] ?? '';
      const isEntry = isEntrySpan(columns, row);
      write.id(rowElementId(row));
      write.row(String(row));
      write.rowIndex(String(facts.position + 1));
      write.level(String(level + 1));
      write.selected(String(facts.selected));
      write.expanded(groupFacts !== undefined ? 'false' : facts.below > 0 ? String(!facts.folded) : undefined);
      write.rowClass(classOf(facts));
      if (level !== indent) {
        indent = level;
        cell.style.setProperty('--level', String(level));
      }
      toggle(facts);
      write.markClass(`${styles['mark']} ${markColourClass(facts.mark)}`);
      write.serviceClass(isEntry ? styles['service'] : undefined);
      write.service(isEntry ? serviceName : '');
      write.name(spanName);
      const nextTitle = `${serviceName}: ${spanName}`;
      if (nextTitle !== title) {
        title = nextTitle;
        write.title(element.matches(':hover') ? title : undefined);
      }
      badges(facts, columns.error[row] === 1, errorsBelow(view, row));
    },
    putInWords: () => {
      if (shown !== undefined) write.times(rowInWords(view, shown));
    },
  };
}

function addTo(parent: Element, tag: 'div' | 'span', className: string | undefined): HTMLElement {
  const element = document.createElement(tag);
  if (className !== undefined && className !== '') element.className = className;
  parent.append(element);
  return element;
}

function classOf({ focused, match, selected }: SpanRowFacts): string {
  let classes = styles['row'] ?? '';
  if (focused) classes += ` ${styles['focused']}`;
  if (match) classes += ` ${styles['match']}`;
  if (selected) classes += ` ${styles['selected']}`;
  return classes;
}

/** Folds the row's children, or unfolds the group that the row stands for. */
function createToggle(cell: Element): (facts: SpanRowFacts) => void {
  const button = document.createElement('button');
  button.type = 'button';
  button.tabIndex = -1;
  cell.append(button);
  const count = textWriter(button);
  const arrow = createIcon('down', 12);
  button.append(arrow.element);
  let repeats: SVGSVGElement | undefined;
  const write = {
    buttonClass: attributeWriter(button, 'class'),
    label: attributeWriter(button, 'aria-label'),
    fold: attributeWriter(button, 'data-fold'),
    group: attributeWriter(button, 'data-group'),
  };
  return ({ row, below, folded, group, groupFacts }) => {
    if (groupFacts === undefined) {
      repeats?.remove();
      repeats = undefined;
    } else if (repeats === undefined) {
      repeats = createIcon('repeats', 12).element;
      button.prepend(repeats);
    }
    const isLeaf = groupFacts === undefined && below === 0;
    const isFolded = groupFacts !== undefined || (folded && !isLeaf);
    write.buttonClass(isLeaf ? styles['leaf'] : isFolded ? styles['toggleFolded'] : styles['toggle']);
    write.fold(groupFacts === undefined && !isLeaf ? String(row) : undefined);
    write.group(groupFacts === undefined ? undefined : String(group));
    count(groupFacts === undefined && isFolded ? formatCount(below) : '');
    arrow.show(isFolded ? 'right' : 'down');
    if (isLeaf) return;
    if (groupFacts !== undefined) write.label(`Unfold ${formatCount(groupFacts.spanCount)} repeats`);
    else write.label(folded ? `Unfold ${formatCount(below)} spans` : 'Fold');
  };
}

/** Behind the name: how many repeats the row stands for, and errors. Most rows have none, so they are made on demand. */
function createBadges(cell: Element): (facts: SpanRowFacts, isError: boolean, errorsBelow: number) => void {
  let shown = '';
  let elements: readonly HTMLElement[] = [];
  return ({ groupFacts, folded }, isError, below) => {
    const repeatCount = groupFacts?.spanCount ?? 0;
    const errorCount = groupFacts?.errorCount ?? (isError ? 1 : folded ? below : 0);
    const wanted = `${repeatCount} ${errorCount} ${isError}`;
    if (wanted === shown) return;
    shown = wanted;
    for (const element of elements) element.remove();
    elements = [];
    if (repeatCount > 0) {
      const repeats = addTo(cell, 'span', styles['repeats']);
      repeats.dataset['testid'] = 'repeats';
      repeats.textContent = `× ${formatCount(repeatCount)}`;
      elements = [repeats];
    }
    if (errorCount === 0) return;
    const isOwn = groupFacts === undefined && isError;
    const badge = addTo(cell, 'span', isOwn ? styles['error'] : styles['errorBelow']);
    badge.append(createIcon('error', 14).element);
    if (groupFacts !== undefined) badge.append(formatCount(errorCount));
    badge.title = isOwn
      ? 'Error'
      : groupFacts === undefined
        ? `${countOf(errorCount, 'error')} below`
        : countOf(errorCount, 'error');
    addTo(badge, 'span', controls['hiddenText']).textContent = isOwn
      ? 'error'
      : groupFacts === undefined
        ? 'errors below'
        : 'errors';
    elements = [...elements, badge];
  };
}

function errorsBelow({ columns, errorsUpTo }: TraceView, row: number): number {
  return (errorsUpTo[columns.subtreeEnd[row] ?? row + 1] ?? 0) - (errorsUpTo[row + 1] ?? 0);
}

function rowInWords(view: TraceView, { row, groupFacts: group, criticalNano }: SpanRowFacts): string {
  if (group !== undefined) {
    return `${formatCount(group.spanCount)} repeats from ${formatDuration(group.fromNano)} on, half of them within ${formatDuration(group.p50Nano)}, the longest ${formatDuration(group.maxNano)}`;
  }
  const duration = formatDuration(view.columns.durationNano[row] ?? 0);
  const path = criticalNano > 0 ? `, ${formatDuration(criticalNano)} of it on the critical path` : '';
  return `starts after ${formatDuration(view.state().times.startOffsetNano[row] ?? 0)}, takes ${duration}${path}`;
}
