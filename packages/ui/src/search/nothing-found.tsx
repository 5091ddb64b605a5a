import { type Reason, type StatusAnswer } from '@throughline/query/client';
import { type ReactNode } from 'react';

import { messageOf } from '../api/backend.ts';
import { formatDateTime } from '../format/instant.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { EmptyStore } from './empty-store.tsx';
import type { SearchState, TimeRange } from './search-state.ts';
import { useStatus } from './use-search.ts';

/** Why there are no results, and what would have some. */
export function NothingFound({
  state,
  reasons,
  onSearch,
}: {
  readonly state: SearchState;
  readonly reasons: readonly Reason[];
  readonly onSearch: (state: SearchState) => void;
}): ReactNode {
  const status = useStatus(true);
  if (status.isPending) return null;
  if (status.isError) {
    return (
      <Notice title="No traces match">
        <p>{messageOf(status.error)}</p>
      </Notice>
    );
  }
  const window = status.data.data_window;
  if (window === null) return <EmptyStore />;
  const range = dataRange(window);
  const isOutside = !covers(state.time, range);
  return (
    <Notice
      title={isOutside ? 'No traces in this time range' : 'No traces match'}
      role="status"
      actions={
        <>
          {isOutside && (
            <button
              type="button"
              className={`${controls['button']} ${controls['primary']}`}
              data-testid="use-data-window"
              onClick={() => onSearch({ ...state, time: { kind: 'between', fromMs: range.fromMs, toMs: range.toMs } })}
            >
              Search where the data is
            </button>
          )}
          {state.time.kind !== 'all' && (
            <button
              type="button"
              className={controls['button']}
              onClick={() => onSearch({ ...state, time: { kind: 'all' } })}
            >
              Search all time
            </button>
          )}
        </>
      }
    >
      <p>
        The store holds traces from <b>{formatDateTime(range.fromMs)}</b> to <b>{formatDateTime(range.toMs)}</b>.
      </p>
      {!isOutside && <p>The time range covers data; fewer conditions may find it.</p>}
      {reasons.map((reason) => (
        <p key={reason.code}>{reason.message}</p>
      ))}
    </Notice>
  );
}

/** The data's range in whole seconds around it: what a time field can show. */
function dataRange(window: NonNullable<StatusAnswer['data_window']>): {
  readonly fromMs: number;
  readonly toMs: number;
} {
  return {
    fromMs: Math.floor(window.start_time) * 1000,
    toMs: (Math.floor(window.end_time) + 1) * 1000,
  };
}

function covers(time: TimeRange, data: { readonly fromMs: number; readonly toMs: number }): boolean {
  if (time.kind === 'all') return true;
  if (time.kind === 'between') {
    return (time.fromMs ?? -Infinity) <= data.fromMs && (time.toMs ?? Infinity) >= data.toMs;
  }
  // A look-back ends now; whether it reaches the data's beginning is the server's arithmetic, so offer the range.
  return false;
}
