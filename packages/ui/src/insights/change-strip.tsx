import { useQuery } from '@tanstack/react-query';
import type { ChangesAnswer, OperationChangeAnswer } from '@throughline/query/client';
import { printQuery, spanFilter } from '@throughline/traceql';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

import { backend } from '../api/backend.ts';
import { openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatAxisTime } from '../format/instant.ts';
import { hitStrip, layoutStrip, type StripColumn } from './change-strip-layout.ts';
import { paintStrip } from './change-strip-paint.ts';
import styles from './insights.module.css';
import { formatShare } from '../format/share.ts';

const COLUMNS = 90;
const ROWS = 12;
const MINUTE_MS = 60_000;

/** As much time around the change as the window is long, within what was examined. */
function timeAround(
  { since_time: since, until_time: until }: OperationChangeAnswer,
  { window, reference }: ChangesAnswer,
): { readonly from: number; readonly to: number } {
  const half = (window.end_time - window.start_time) / 2;
  return {
    from: Math.max(Math.min(reference.start_time, window.start_time), since - half),
    to: Math.min(window.end_time, (until ?? since) + half),
  };
}

/** The operation's spans around the change: how many, how long, how many failed. */
export function ChangeStrip({
  change,
  answer,
}: {
  readonly change: OperationChangeAnswer;
  readonly answer: ChangesAnswer;
}): ReactNode {
  const { service, operation } = change;
  const { from, to } = timeAround(change, answer);
  const map = useQuery({
    queryKey: ['insights', 'strip', service, operation, from, to],
    queryFn: ({ signal }) =>
      backend.heatMap(
        {
          q: printQuery(spanFilter({ service, operation })),
          start_time: from,
          end_time: to,
          columns: COLUMNS,
          rows: ROWS,
        },
        { signal },
      ),
  });
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useElementSize(frame);
  const palette = usePalette();
  const [hovered, setHovered] = useState<StripColumn | undefined>(undefined);
  const layout = useMemo(
    () =>
      map.data === undefined
        ? undefined
        : layoutStrip(map.data, { sinceSeconds: change.since_time, untilSeconds: change.until_time }, width, height),
    [map.data, change, width, height],
  );
  useEffect(() => {
    const surface = canvas.current === null ? undefined : openSurface(canvas.current, width, height);
    if (surface !== undefined && layout !== undefined) paintStrip(surface.context, layout, palette);
  }, [layout, palette, width, height]);
  // The levels stand in words beside it: without its picture the row is still whole.
  if (map.isError) return null;
  const stepMs = (map.data?.step_seconds ?? 0) * 1000;
  return (
    <div
      ref={frame}
      className={styles['strip']}
      role="img"
      aria-label={
        layout === undefined
          ? 'Spans over time, loading'
          : `${countOf(map.data?.count ?? 0, 'span')} over time, ${formatDuration(layout.shortest)} to ${formatDuration(layout.longest)}, ${countOf(map.data?.error_count ?? 0, 'error')}; the change is framed`
      }
      data-testid="change-strip"
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setHovered(layout === undefined ? undefined : hitStrip(layout, event.clientX - box.left));
        }}
        onPointerLeave={() => setHovered(undefined)}
      />
      {layout !== undefined && layout.longest > 0 && (
        <span className={styles['stripScale']} aria-hidden="true">
          <span>{formatDuration(layout.longest)}</span>
          <span>{formatDuration(layout.shortest)}</span>
        </span>
      )}
      {hovered !== undefined && (
        <span className={styles['stripTip']} style={{ left: Math.min(hovered.x, Math.max(0, width - 220)) }}>
          {formatAxisTime(hovered.startSeconds * 1000, Math.min(stepMs, MINUTE_MS))} · {countOf(hovered.count, 'span')}
          {hovered.errorCount > 0 && ` · ${formatShare(hovered.errorCount / hovered.count)} failed`}
        </span>
      )}
    </div>
  );
}
