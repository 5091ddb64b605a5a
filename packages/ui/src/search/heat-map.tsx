import { type HeatMapAnswer, heatMapRegion } from '@throughline/query/client';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

import { reportDrawn } from '../canvas/drawn.ts';
import { openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { countOf, formatCount } from '../format/count.ts';
import controls from '../styles/controls.module.css';
import { boxOf, type CellPlace, countsIn, hitHeatMap, nearestCell, rangeBetween } from './heat-map-hit-test.ts';
import { type CellRange, layoutHeatMap } from './heat-map-layout.ts';
import { paintHeatMap } from './heat-map-paint.ts';
import { cellText, durationsText, regionText, timesText } from './heat-map-text.ts';
import plot from '../styles/plot.module.css';
import styles from './heat-map.module.css';
import type { Region } from './region.ts';

/** A press that moves less than this is a click on one cell. */
const DRAG_PX = 4;

interface Drag {
  readonly from: CellPlace;
  readonly to: CellPlace;
  readonly x: number;
  readonly y: number;
  readonly moved: boolean;
}

/**
 * How many spans took how long, over time. A drag over cells, a click on one, or Shift with the arrow keys and Enter
 * selects them.
 */
export function HeatMap({
  map,
  region,
  isStale,
  onSelect,
}: {
  readonly map: HeatMapAnswer;
  /** Whether another map is on its way; nothing of this one can be selected then. */
  readonly isStale: boolean;
  readonly region: Region | undefined;
  /** Undefined takes the selection away. */
  readonly onSelect: (region: Region | undefined) => void;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useElementSize(frame);
  const palette = usePalette();
  const [hovered, setHovered] = useState<CellPlace | undefined>(undefined);
  const [drag, setDrag] = useState<Drag | undefined>(undefined);
  const [keys, setKeys] = useState<{ readonly anchor: CellPlace; readonly cursor: CellPlace } | undefined>(undefined);
  const [hasFocus, setFocus] = useState(false);
  const layout = useMemo(
    () =>
      layoutHeatMap(map, width, height, -new Date(map.first_column_time * 1000).getTimezoneOffset() * 60_000, region),
    [map, width, height, region],
  );
  const canSelect = !isStale && map.filter_parts.length > 0 && map.rows.length > 0;
  const byKeys = hasFocus ? keys : undefined;
  const marked: CellRange | undefined =
    drag !== undefined && (drag.moved || canSelect)
      ? rangeBetween(drag.from, drag.to)
      : byKeys !== undefined
        ? rangeBetween(byKeys.anchor, byKeys.cursor)
        : undefined;
  useEffect(() => {
    const surface = canvas.current === null ? undefined : openSurface(canvas.current, width, height);
    if (surface === undefined) return;
    const isRange = marked !== undefined && (drag !== undefined || byKeys?.anchor !== byKeys?.cursor);
    paintHeatMap(surface.context, layout, palette, {
      marked: isRange ? boxOf(layout, marked) : undefined,
      cursor: byKeys === undefined ? undefined : boxOf(layout, rangeBetween(byKeys.cursor, byKeys.cursor)),
    });
    reportDrawn('heatMap', layout);
  }, [layout, palette, width, height, marked, drag, byKeys]);

  const placeOf = (event: React.PointerEvent): readonly [x: number, y: number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const select = (range: CellRange): void => {
    if (!canSelect) return;
    const search = heatMapRegion(map, range);
    const [first, last] = [map.rows[range.firstRow], map.rows[range.lastRow]];
    if (search === undefined || first === undefined || last === undefined) return;
    onSelect({
      startTime: search.start_time,
      endTime: search.end_time,
      minNano: first.min_nano,
      maxNano: last.max_nano,
      query: search.q,
    });
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const cursor = keys?.cursor ?? { column: layout.columnCount - 1, row: 0 };
    const step = STEPS[event.key];
    if (step !== undefined && layout.rowCount > 0) {
      const to = {
        column: Math.min(Math.max(cursor.column + step.columns, 0), layout.columnCount - 1),
        row: Math.min(Math.max(cursor.row + step.rows, 0), layout.rowCount - 1),
      };
      setKeys({ cursor: to, anchor: event.shiftKey ? (keys?.anchor ?? cursor) : to });
    } else if (event.key === 'Enter' && keys !== undefined) {
      select(rangeBetween(keys.anchor, keys.cursor));
    } else if (event.key === 'Escape' && (keys !== undefined || region !== undefined)) {
      setKeys(undefined);
      onSelect(undefined);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shown = marked ?? (hovered === undefined ? undefined : rangeBetween(hovered, hovered));
  const tip = shown === undefined ? undefined : { range: shown, ...countsIn(layout.cells, shown) };
  const tipBox = shown === undefined ? undefined : boxOf(layout, shown);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application takes keys
    <div
      ref={frame}
      className={`${plot['frame']} ${styles['frame']}`}
      data-testid="heat-map"
      // A picture that is used as a control: arrows, Enter and Escape are its own.
      role="application"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
      tabIndex={0}
      aria-label={`Durations over time of ${countOf(map.count, 'span')}, ${formatCount(map.error_count)} failed. Arrow keys move over the cells, with Shift they select, Enter lists the traces, Escape ends the selection.`}
      onFocus={() => setFocus(true)}
      onBlur={() => setFocus(false)}
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        className={`${plot['canvas']} ${canSelect ? styles['canvas'] : styles['still']}`}
        onPointerDown={(event) => {
          if (event.button !== 0 || !canSelect) return;
          const [x, y] = placeOf(event);
          const from = hitHeatMap(layout, x, y);
          if (from === undefined) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setKeys(undefined);
          setDrag({ from, to: from, x, y, moved: false });
        }}
        onPointerMove={(event) => {
          const [x, y] = placeOf(event);
          if (drag === undefined) {
            const place = hitHeatMap(layout, x, y);
            if (place?.column !== hovered?.column || place?.row !== hovered?.row) setHovered(place);
            return;
          }
          const moved = drag.moved || Math.hypot(x - drag.x, y - drag.y) >= DRAG_PX;
          setDrag({ ...drag, moved, to: moved ? nearestCell(layout, x, y) : drag.from });
        }}
        onPointerUp={() => {
          if (drag === undefined) return;
          setDrag(undefined);
          const range = rangeBetween(drag.from, drag.to);
          // A click beside the spans selects nothing.
          if (drag.moved || countsIn(layout.cells, range).count > 0) select(range);
        }}
        onPointerCancel={() => setDrag(undefined)}
        onPointerLeave={() => setHovered(undefined)}
      />
      {tip !== undefined && tipBox !== undefined && (
        <div
          className={`${plot['tip']} ${styles['tip']}`}
          style={{
            left: Math.min(Math.max((tipBox.left + tipBox.right) / 2, 130), Math.max(130, width - 130)),
            top: tipBox.top > height / 2 ? tipBox.top : tipBox.bottom,
            transform: `translate(-50%, ${tipBox.top > height / 2 ? 'calc(-100% - 8px)' : '8px'})`,
          }}
        >
          <strong>
            {countOf(tip.count, 'span')}
            {tip.errorCount > 0 && <span>{countOf(tip.errorCount, 'error')}</span>}
          </strong>
          <span>{durationsText(map, tip.range)}</span>
          <span>{timesText(map, tip.range)}</span>
        </div>
      )}
      <p className={controls['hiddenText']} role="status">
        {byKeys === undefined || shown === undefined ? '' : cellText(map, shown, countsIn(layout.cells, shown))}
        {byKeys === undefined && region !== undefined ? `Selected: ${regionText(region)}` : ''}
      </p>
    </div>
  );
}

const STEPS: Readonly<Record<string, { readonly columns: number; readonly rows: number }>> = {
  ArrowLeft: { columns: -1, rows: 0 },
  ArrowRight: { columns: 1, rows: 0 },
  ArrowUp: { columns: 0, rows: 1 },
  ArrowDown: { columns: 0, rows: -1 },
  Home: { columns: -Infinity, rows: 0 },
  End: { columns: Infinity, rows: 0 },
  PageUp: { columns: 0, rows: Infinity },
  PageDown: { columns: 0, rows: -Infinity },
};
