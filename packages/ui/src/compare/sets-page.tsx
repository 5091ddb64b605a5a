import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { CompareSetsParameters } from '@throughline/query/client';
import { type ReactNode, useMemo, useState } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { navigate } from '../navigation/location.ts';
import { QueryField } from '../query-editor/query-field.tsx';
import { problemOfText } from '../query-editor/query-problem.ts';
import { storeVocabulary } from '../query-editor/store-vocabulary.ts';
import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { TimeRangeField } from '../time-range/time-range-field.tsx';
import { timeRangeParameters } from '../time-range/time-range.ts';
import { compareToUrl, type OwnWindow, swapped, type TwoSetsState } from './compare-state.ts';
import { SetPresets } from './set-presets.tsx';
import { SetResults } from './set-results.tsx';
import { ownWindowInWords } from './set-words.ts';
import styles from './sets-page.module.css';

const LIMIT = 30;

/** Two sets of traces: which, and what the second has that the first has not. */
export function SetsPage({ state }: { readonly state: TwoSetsState }): ReactNode {
  const key = compareToUrl(state);
  const isAsked = state.a !== '' && state.b !== '';
  const [attempt, setAttempt] = useState(0);
  const answer = useQuery({
    queryKey: ['compare', 'sets', key, attempt],
    queryFn: ({ signal }) => backend.compareSets(state.a, state.b, setParameters(state), { signal }),
    enabled: isAsked,
  });
  return (
    <div className={styles['page']}>
      <SetForm key={key} state={state} onAgain={() => setAttempt(attempt + 1)} />
      {!isAsked ? (
        <p className={styles['hint']}>
          Say what A and B are in TraceQL, or take one of the presets. A trace that both select counts for B only, so{' '}
          <code>{'{ }'}</code> as A is “the rest”.
        </p>
      ) : answer.data !== undefined ? (
        <SetResults answer={answer.data} />
      ) : answer.isError ? (
        <div className={styles['failed']} role="alert">
          <p>{messageOf(answer.error)}</p>
          <button type="button" className={controls['button']} onClick={() => void answer.refetch()}>
            Try again
          </button>
        </div>
      ) : (
        <p className={styles['hint']} role="status">
          Reading the traces of both sets and comparing them…
        </p>
      )}
    </div>
  );
}

function setParameters({ time, aTime, bTime }: TwoSetsState): CompareSetsParameters {
  return {
    ...timeRangeParameters(time),
    ...(aTime !== undefined && { a_start_time: aTime.start, a_end_time: aTime.end }),
    ...(bTime !== undefined && { b_start_time: bTime.start, b_end_time: bTime.end }),
    limit: LIMIT,
  };
}

function SetForm({ state, onAgain }: { readonly state: TwoSetsState; readonly onAgain: () => void }): ReactNode {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(state);
  const vocabulary = useMemo(() => storeVocabulary(queries, timeRangeParameters(draft.time)), [queries, draft.time]);
  const run = (next: TwoSetsState = draft): void => {
    if (next.a.trim() === '' || next.b.trim() === '') return;
    if (problemOfText(next.a) !== undefined || problemOfText(next.b) !== undefined) return;
    const [to, from] = [compareToUrl(next), compareToUrl(state)];
    if (to === from) onAgain();
    else navigate(to);
  };
  return (
    <form
      className={styles['form']}
      aria-label="Two sets of traces"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div className={styles['sides']}>
        {(['a', 'b'] as const).map((side) => (
          <div
            key={side}
            className={styles['side']}
            role="group"
            aria-label={`Set ${side.toUpperCase()}`}
            data-testid={`set-${side}`}
          >
            <span className={styles['letter']}>{side.toUpperCase()}</span>
            <QueryField
              value={draft[side]}
              problem={undefined}
              focusRef={null}
              vocabulary={vocabulary}
              onChange={(text) => setDraft({ ...draft, [side]: text })}
              onRun={run}
            />
            <WindowChip
              window={side === 'a' ? draft.aTime : draft.bTime}
              onRemove={() => setDraft({ ...draft, [side === 'a' ? 'aTime' : 'bTime']: undefined })}
            />
          </div>
        ))}
      </div>
      <div className={styles['row']}>
        <SetPresets
          time={draft.time}
          onUse={(preset) => run({ ...draft, aTime: undefined, bTime: undefined, ...preset })}
        />
        <span className={styles['right']}>
          <TimeRangeField layout="inline" value={draft.time} onChange={(time) => setDraft({ ...draft, time })} />
          <button type="button" className={controls['button']} data-testid="swap" onClick={() => run(swapped(draft))}>
            ⇄ Swap
          </button>
          <button type="submit" className={`${controls['button']} ${controls['primary']}`} data-testid="compare-submit">
            Compare
          </button>
        </span>
      </div>
    </form>
  );
}

function WindowChip({
  window,
  onRemove,
}: {
  readonly window: OwnWindow | undefined;
  readonly onRemove: () => void;
}): ReactNode {
  if (window === undefined) return null;
  return (
    <span className={styles['window']}>
      {ownWindowInWords(window)}
      <button type="button" aria-label="Take the common time range instead" onClick={onRemove}>
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}
