import type { Reason } from '@throughline/query/client';
import { type ReactNode } from 'react';

import { messageOf } from '../api/backend.ts';
import { formatDateTime } from '../format/instant.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { coversData, dataRange } from '../time-range/data-range.ts';
import { EmptyStore } from './empty-store.tsx';
import { clearedSearch } from './form-query.ts';
import { filterParameters, type SearchState } from './search-state.ts';
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
  const isOutside = !coversData(state.time, range);
  const hasConditions = Object.keys(filterParameters(state)).length > 0 || state.region !== undefined;
  return (
    <Notice
      title={isOutside ? 'No traces match in this time range' : 'No traces match'}
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
          {hasConditions && (
            <button
              type="button"
              className={controls['button']}
              data-testid="clear-conditions"
              onClick={() => onSearch({ ...clearedSearch(state), plot: state.plot })}
            >
              Remove the conditions
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
