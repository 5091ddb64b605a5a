import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { backend } from '../api/backend.ts';
import { formatDateTime } from '../format/instant.ts';
import { Link } from '../navigation/link.tsx';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { coversData, dataRange } from './data-range.ts';
import type { TimeRange } from './time-range.ts';

/** A page that has nothing to show in its time range: where the data is, one click away. */
export function EmptyWindow({
  title,
  time,
  onChange,
  children,
}: {
  /** E.g. `No services in this time range`. */
  readonly title: string;
  readonly time: TimeRange;
  readonly onChange: (time: TimeRange) => void;
  /** What else could be the cause. */
  readonly children?: ReactNode;
}): ReactNode {
  const status = useQuery({ queryKey: ['status'], queryFn: ({ signal }) => backend.status({ signal }) });
  const window = status.data?.data_window;
  if (status.isPending) return null;
  if (window === null) {
    return (
      <Notice
        title="Nothing is stored yet"
        role="status"
        actions={
          <Link to="/search" className={`${controls['button']} ${controls['primary']}`}>
            How to send traces
          </Link>
        }
      >
        <p>This page fills itself from the spans that services send.</p>
      </Notice>
    );
  }
  const range = window === undefined ? undefined : dataRange(window);
  const isOutside = range !== undefined && !coversData(time, range);
  return (
    <Notice
      title={title}
      role="status"
      actions={
        isOutside && (
          <button
            type="button"
            className={`${controls['button']} ${controls['primary']}`}
            data-testid="use-data-window"
            onClick={() => onChange({ kind: 'between', fromMs: range.fromMs, toMs: range.toMs })}
          >
            Show the time of the data
          </button>
        )
      }
    >
      {range !== undefined && (
        <p>
          The store holds traces from <b>{formatDateTime(range.fromMs)}</b> to <b>{formatDateTime(range.toMs)}</b>.
        </p>
      )}
      {children}
    </Notice>
  );
}
