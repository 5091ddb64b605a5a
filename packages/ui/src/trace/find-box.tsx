import type { ReactNode, RefObject } from 'react';

import { formatCount } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './find-box.module.css';
import type { TraceView } from './trace-view.ts';
import { nextMarked } from './tree-moves.ts';
import { useViewState } from './use-view-state.ts';

const PROBLEM_ID = 'find-problem';

/** Searches the trace while one types; Enter and the arrows walk the matches. */
export function FindBox({
  view,
  inputRef,
}: {
  readonly view: TraceView;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const text = useViewState(view, (state) => state.wishes.find);
  const find = useViewState(view, (state) => state.find);
  const focusedRow = useViewState(view, (state) => state.focusedRow);
  const onlyMatches = useViewState(view, (state) => state.filter.onlyMatches);
  const setText = (next: string): void => view.wish({ find: next });
  const step = (direction: 1 | -1): void => {
    const { matches } = view.state().find;
    const row = matches === undefined ? -1 : nextMarked(matches, view.state().focusedRow, direction, view.state().tree);
    if (row < 0) return;
    view.reveal(row);
    if (view.state().selectedRow >= 0) view.select(row);
  };
  const isSearching = find.text !== '';
  return (
    <div className={styles['box']} role="search" aria-label="Find in the trace">
      <Icon name="search" size={14} />
      <input
        ref={inputRef}
        className={styles['input']}
        data-testid="find"
        aria-label="Find in this trace"
        aria-invalid={find.problem !== undefined}
        aria-describedby={find.problem === undefined ? undefined : PROBLEM_ID}
        placeholder="Find text, key=value or { TraceQL }"
        title="Text, key=value, or TraceQL in braces (f)"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            step(event.shiftKey ? -1 : 1);
          } else if (event.key === 'Escape') {
            event.stopPropagation();
            if (text === '') event.currentTarget.blur();
            else setText('');
          }
        }}
      />
      {isSearching && (
        <>
          <output className={styles['count']} data-testid="find-count" aria-live="polite">
            {find.problem !== undefined
              ? 'not TraceQL'
              : find.matchCount === 0 && find.progress === 1
                ? 'no match'
                : `${placeOf(find.matches, focusedRow)}${formatCount(find.matchCount)}${find.progress < 1 ? '…' : ''}`}
          </output>
          {(['up', 'down'] as const).map((direction) => (
            <button
              key={direction}
              type="button"
              className={`${controls['button']} ${controls['quiet']} ${styles['step']}`}
              aria-label={direction === 'up' ? 'Previous match' : 'Next match'}
              title={direction === 'up' ? 'Previous (Shift+Enter, N)' : 'Next (Enter, n)'}
              disabled={find.matchCount === 0}
              onClick={() => step(direction === 'up' ? -1 : 1)}
            >
              <Icon name={direction} size={14} />
            </button>
          ))}
          <button
            type="button"
            className={`${controls['button']} ${controls['quiet']} ${styles['step']}`}
            aria-label="Show matches only"
            title="Show matches only (m)"
            aria-pressed={onlyMatches}
            disabled={find.matchCount === 0 && !onlyMatches}
            onClick={() => view.setFilter({ ...view.state().filter, onlyMatches: !onlyMatches })}
          >
            <Icon name="filter" size={14} />
          </button>
        </>
      )}
      {find.problem !== undefined && (
        <p id={PROBLEM_ID} role="alert" className={styles['problem']} data-testid="find-problem">
          {find.problem}
        </p>
      )}
    </div>
  );
}

/** `3 of ` while the keyboard is on the third match. */
function placeOf(matches: Uint8Array | undefined, row: number): string {
  if (matches?.[row] !== 1) return '';
  let place = 0;
  for (let i = 0; i <= row; i++) place += matches[i] ?? 0;
  return `${formatCount(place)} of `;
}
