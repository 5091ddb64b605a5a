import { type ReactNode, type RefObject, useEffect, useState } from 'react';

import { formatCount } from '../format/count.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import styles from './find-box.module.css';
import { findInTrace } from './find.ts';
import type { DetailsReader } from './span-details.ts';
import { nothingToFind, type TraceView } from './trace-view.ts';
import { nextMarked } from './tree-moves.ts';
import { useViewState } from './use-view-state.ts';

/** Searches the trace while one types; Enter and the arrows walk the matches. */
export function FindBox({
  view,
  details,
  inputRef,
}: {
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const [text, setText] = useState('');
  const find = useViewState(view, (state) => state.find);
  const focusedRow = useViewState(view, (state) => state.focusedRow);
  useEffect(() => {
    if (text.trim() === '') {
      if (view.state().find !== nothingToFind) view.setFind(nothingToFind);
      return undefined;
    }
    const abort = new AbortController();
    void search(view, details, text, abort.signal);
    return () => abort.abort();
  }, [view, details, text]);
  const step = (direction: 1 | -1): void => {
    const { matches } = view.state().find;
    const row = matches === undefined ? -1 : nextMarked(matches, view.state().focusedRow, direction);
    if (row < 0) return;
    view.reveal(row);
    if (view.state().selectedRow >= 0) view.select(row);
  };
  const isSearching = find.text !== '';
  return (
    <div className={styles['box']} role="search">
      <Icon name="search" size={14} />
      <input
        ref={inputRef}
        className={styles['input']}
        data-testid="find"
        aria-label="Find in this trace"
        placeholder="Find name, service, attribute…"
        title="f"
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
            {find.matchCount === 0 && find.progress === 1
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
        </>
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

async function search(view: TraceView, details: DetailsReader, text: string, signal: AbortSignal): Promise<void> {
  const show = (found: { matches: Uint8Array; matchCount: number; progress: number }): void =>
    view.setFind({ text, ...found });
  try {
    const found = await findInTrace(view.columns, text, {
      signal,
      detailsOf: (row) => searchable(details, row),
      resourceAttributes: details.resourceAttributes,
      pause: () => new Promise((resume) => setTimeout(resume)),
      now: () => performance.now(),
      onProgress: show,
    });
    show(found);
    const { focusedRow } = view.state();
    const first = found.matches[focusedRow] === 1 ? focusedRow : nextMarked(found.matches, focusedRow, 1);
    if (first >= 0) view.reveal(first);
  } catch (error) {
    // A newer search took over.
    if (!signal.aborted) throw error;
  }
}

function searchable(details: DetailsReader, row: number) {
  const span = details.span(row);
  return { ...span, statusMessage: span.status.message };
}
