import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

import { reportDrawn } from '../canvas/drawn.ts';
import { openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDateTime } from '../format/instant.ts';
import { hitScatter, layoutScatter } from './scatter-layout.ts';
import { paintScatter } from './scatter-paint.ts';
import plot from '../styles/plot.module.css';
import styles from './scatter-plot.module.css';
import type { ResultTrace } from './result-trace.ts';

/** Duration over time of the traces listed; hover names one, a click opens it. */
export function ScatterPlot({
  traces,
  highlighted,
  onHighlight,
  onOpen,
}: {
  readonly traces: readonly ResultTrace[];
  /** Index of the trace that the list is on, or -1. */
  readonly highlighted: number;
  readonly onHighlight: (index: number) => void;
  readonly onOpen: (index: number) => void;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useElementSize(frame);
  const palette = usePalette();
  const [hovered, setHovered] = useState(-1);
  const layout = useMemo(
    () => layoutScatter(traces, width, height, -new Date(traces[0]?.startMs ?? 0).getTimezoneOffset() * 60_000),
    [traces, width, height],
  );
  const shown = hovered >= 0 ? hovered : highlighted;
  useEffect(() => {
    const surface = canvas.current === null ? undefined : openSurface(canvas.current, width, height);
    if (surface === undefined) return;
    paintScatter(surface.context, layout, palette, shown);
    reportDrawn('scatter', layout);
  }, [layout, palette, shown, width, height]);
  const indexAt = (event: React.PointerEvent | React.MouseEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return hitScatter(layout, event.clientX - box.left, event.clientY - box.top)?.index ?? -1;
  };
  const point = hovered >= 0 ? layout.points[hovered] : undefined;
  const trace = hovered >= 0 ? traces[hovered] : undefined;
  return (
    <div
      ref={frame}
      className={plot['frame']}
      data-testid="scatter"
      role="img"
      aria-label={`Duration over time of ${countOf(traces.length, 'trace')}; the list below holds the same.`}
    >
      <canvas
        ref={canvas}
        className={hovered >= 0 ? `${plot['canvas']} ${styles['clickable']}` : plot['canvas']}
        onPointerMove={(event) => {
          const index = indexAt(event);
          if (index === hovered) return;
          setHovered(index);
          if (index >= 0) onHighlight(index);
        }}
        onPointerLeave={() => setHovered(-1)}
        onClick={(event) => {
          const index = indexAt(event);
          if (index >= 0) onOpen(index);
        }}
      />
      <span className={styles['scale']}>{layout.scale === 'log' ? 'duration, log scale' : 'duration'}</span>
      {point !== undefined && trace !== undefined && (
        <div
          className={`${plot['tip']} ${styles['tip']}`}
          style={{
            left: Math.min(Math.max(point.x, 140), Math.max(140, width - 140)),
            top: point.y,
            transform: `translate(-50%, ${point.y > height / 2 ? 'calc(-100% - 14px)' : '14px'})`,
          }}
        >
          <strong>
            {trace.rootService} <span>{trace.rootOperation}</span>
          </strong>
          <span>
            {formatDuration(trace.durationNano)} · {countOf(trace.spanCount, 'span')}
            {trace.errorCount > 0 && ` · ${countOf(trace.errorCount, 'error')}`}
          </span>
          <span>{formatDateTime(trace.startMs)}</span>
        </div>
      )}
    </div>
  );
}
