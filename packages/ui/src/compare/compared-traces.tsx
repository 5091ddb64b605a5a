import { type ReactNode, useEffect, useMemo, useState } from 'react';

import { formatCount } from '../format/count.ts';
import { navigate } from '../navigation/location.ts';
import { isTyping } from '../shell/is-typing.ts';
import controls from '../styles/controls.module.css';
import { CompareHead } from './compare-head.tsx';
import { compareCommandOf, moveOf } from './compare-keyboard.ts';
import { initialFolds, rowSequence, shownNodes, unfoldedTo } from './compare-rows.ts';
import { compareToUrl, swapped, type TwoTracesState } from './compare-state.ts';
import styles from './compared-traces.module.css';
import type { Comparison } from './comparison.ts';
import { MergedTree } from './merged-tree.tsx';
import { NodePanel } from './node-panel.tsx';
import type { FieldReader } from './use-comparison.ts';

/** The merged tree of two traces with what says how they differ. */
export function ComparedTraces({
  comparison,
  fieldsOf,
  state,
}: {
  readonly comparison: Comparison;
  readonly fieldsOf: FieldReader;
  readonly state: TwoTracesState;
}): ReactNode {
  const { order, onlyDifferences } = state;
  const [folded, setFolded] = useState(() => unfoldedFor(comparison, initialFolds(comparison), state.spanId));
  const selected = useMemo(() => nodeOfSpan(comparison, state.spanId), [comparison, state.spanId]);
  const [focused, setFocused] = useState(Math.max(0, selected));
  const sequence = useMemo(() => rowSequence(comparison, order), [comparison, order]);
  const nodes = useMemo(
    () => shownNodes(comparison, sequence, folded, onlyDifferences),
    [comparison, sequence, folded, onlyDifferences],
  );
  const differences = comparison.differenceCount.reduce(
    (sum, count, node) => ((comparison.parent[node] ?? -1) < 0 ? sum + count : sum),
    0,
  );
  const go = (next: Partial<TwoTracesState>): void => navigate(compareToUrl({ ...state, ...next }), { replace: true });
  const select = (node: number): void => go({ spanId: node < 0 ? undefined : spanIdOf(comparison, node) });
  const reveal = (node: number): void => {
    setFolded((old) => unfoldedTo(comparison, old, node));
    setFocused(node);
  };
  const fold = (node: number, folds: boolean): void =>
    setFolded((old) => {
      const next = old.slice();
      next[node] = folds ? 1 : 0;
      return next;
    });

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isTyping(event.target) || event.defaultPrevented) return;
      const command = compareCommandOf(event);
      if (command === undefined) return;
      if (command === 'select' && event.target instanceof Element && event.target.closest('a, button')) return;
      event.preventDefault();
      switch (command) {
        case 'select':
          select(selected === focused ? -1 : focused);
          return;
        case 'close':
          select(-1);
          return;
        case 'swap':
          navigate(compareToUrl(swapped(state)));
          return;
        case 'order':
          go({ order: order === 'time' ? 'contribution' : 'time' });
          return;
        case 'onlyDifferences':
          go({ onlyDifferences: !onlyDifferences });
          return;
        case 'foldAll':
          setFolded(new Uint8Array(comparison.spanCount).fill(1));
          setFocused(0);
          return;
        case 'unfoldAll':
          setFolded(new Uint8Array(comparison.spanCount));
          return;
        default: {
          const move = moveOf(command, { ...comparison, nodes, focused, folded });
          if (move === undefined) return;
          if ('to' in move) setFocused(move.to);
          else fold(move.fold, move.folds);
        }
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });

  return (
    <div className={styles['body']}>
      <CompareHead comparison={comparison} state={state} onReveal={reveal} />
      <div className={styles['bar']}>
        <span className={controls['segments']} role="group" aria-label="Order of siblings">
          <button
            type="button"
            className={controls['segment']}
            aria-pressed={order === 'time'}
            data-testid="order-time"
            onClick={() => go({ order: 'time' })}
          >
            By time
          </button>
          <button
            type="button"
            className={controls['segment']}
            aria-pressed={order === 'contribution'}
            data-testid="order-contribution"
            onClick={() => go({ order: 'contribution' })}
          >
            By difference
          </button>
        </span>
        <label className={styles['check']}>
          <input
            type="checkbox"
            data-testid="only-differences"
            checked={onlyDifferences}
            onChange={(event) => go({ onlyDifferences: event.target.checked })}
          />
          Only what differs
          <span className={styles['muted']}>
            {formatCount(differences)} of {formatCount(comparison.spanCount)}
          </span>
        </label>
        <span className={styles['keys']}>
          <kbd>n</kbd> next difference <kbd>o</kbd> order <kbd>d</kbd> only differences <kbd>s</kbd> swap{' '}
          <kbd>Enter</kbd> details
        </span>
      </div>
      <div className={selected >= 0 ? styles['mainOpen'] : styles['main']}>
        <MergedTree
          comparison={comparison}
          nodes={nodes}
          folded={folded}
          focused={focused}
          selected={selected}
          onFold={fold}
          onSelect={(node) => {
            setFocused(node);
            select(selected === node ? -1 : node);
          }}
        />
        {selected >= 0 && (
          <NodePanel
            key={selected}
            comparison={comparison}
            node={selected}
            fieldsOf={fieldsOf}
            onClose={() => select(-1)}
          />
        )}
      </div>
    </div>
  );
}

function spanIdOf({ aSpanId, bSpanId }: Comparison, node: number): string {
  const ofB = bSpanId[node] ?? '';
  return ofB === '' ? (aSpanId[node] ?? '') : ofB;
}

function nodeOfSpan({ aSpanId, bSpanId }: Comparison, spanId: string | undefined): number {
  if (spanId === undefined) return -1;
  const ofB = bSpanId.indexOf(spanId);
  return ofB >= 0 ? ofB : aSpanId.indexOf(spanId);
}

function unfoldedFor(comparison: Comparison, folded: Uint8Array, spanId: string | undefined): Uint8Array {
  const node = nodeOfSpan(comparison, spanId);
  return node < 0 ? folded : unfoldedTo(comparison, folded, node);
}
