import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

import { reportDrawn } from '../canvas/drawn.ts';
import { openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { formatDateTime } from '../format/instant.ts';
import { stepAt, timeOfSteps } from './time-chart-hit-test.ts';
import { layoutTimeChart, type TimeChartData } from './time-chart-layout.ts';
import { paintTimeChart, toneStyle } from './time-chart-paint.ts';
import styles from './time-chart.module.css';

/** Between the step and what is told of it. */
const TIP_GAP = 8;

interface Steps {
  readonly first: number;
  readonly last: number;
}

/**
 * Values over time. Pointing at a step tells its values, a click or Enter opens it, a drag takes a part of the time; the
 * arrow keys go from step to step.
 */
export function TimeChart({
  name,
  title,
  data,
  hovered,
  onHover,
  onOpen,
  onZoom,
}: {
  /** By which `reportDrawn` and tests know it. */
  readonly name: string;
  readonly title: string;
  readonly data: TimeChartData;
  /** The step that the pointer is on, here or in a chart beside it; -1 for none. */
  readonly hovered: number;
  readonly onHover: (step: number) => void;
  readonly onOpen: (range: { readonly fromMs: number; readonly toMs: number }) => void;
  readonly onZoom: (range: { readonly fromMs: number; readonly toMs: number }) => void;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useElementSize(frame);
  const palette = usePalette();
  const [drag, setDrag] = useState<Steps | undefined>(undefined);
  const layout = useMemo(
    () => layoutTimeChart(data, width, height, -new Date(data.fromMs).getTimezoneOffset() * 60_000),
    [data, width, height],
  );
  useEffect(() => {
    const surface = canvas.current === null ? undefined : openSurface(canvas.current, width, height);
    if (surface === undefined) return;
    paintTimeChart(
      surface.context,
      layout,
      palette,
      drag ?? (hovered < 0 ? undefined : { first: hovered, last: hovered }),
    );
    reportDrawn(name, layout);
  }, [layout, palette, hovered, drag, width, height, name]);

  const stepOf = (event: React.PointerEvent): number =>
    stepAt(layout, event.clientX - event.currentTarget.getBoundingClientRect().left) ?? -1;
  const open = (step: number): void => {
    if (step >= 0) onOpen(timeOfSteps(data, step, step));
  };
  const column = layout.columns[hovered];
  return (
    <figure className={styles['chart']} data-testid={`chart-${name}`}>
      <figcaption className={styles['caption']}>
        <h2>{title}</h2>
        <ul className={styles['legend']}>
          {data.series.map(({ tone, label, shape }) => {
            const style = toneStyle(tone, palette);
            return (
              <li key={tone}>
                <svg width="18" height="8" aria-hidden="true">
                  {shape === 'bars' ? (
                    <rect x="4" y="0" width="8" height="8" fill={style.colour} />
                  ) : (
                    <line
                      x1="0"
                      x2="18"
                      y1="4"
                      y2="4"
                      stroke={style.colour}
                      strokeWidth={style.width}
                      strokeDasharray={style.dash.join(' ')}
                    />
                  )}
                </svg>
                {label}
              </li>
            );
          })}
        </ul>
      </figcaption>
      <div ref={frame} className={styles['frame']}>
        <canvas
          ref={canvas}
          className={styles['canvas']}
          aria-hidden="true"
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const step = stepOf(event);
            setDrag({ first: step, last: step });
          }}
          onPointerMove={(event) => {
            const step = stepOf(event);
            onHover(step);
            if (drag !== undefined && drag.last !== step) setDrag({ ...drag, last: step });
          }}
          onPointerUp={() => {
            if (drag === undefined) return;
            setDrag(undefined);
            const [first, last] = [Math.min(drag.first, drag.last), Math.max(drag.first, drag.last)];
            if (first === last) open(first);
            else onZoom(timeOfSteps(data, first, last));
          }}
          onPointerCancel={() => setDrag(undefined)}
          onPointerLeave={() => onHover(-1)}
        />
        <input
          type="range"
          className={styles['steps']}
          aria-label={`${title}: step`}
          aria-valuetext={hovered < 0 ? 'no step chosen' : stepText(data, hovered)}
          min={0}
          max={Math.max(0, data.stepCount - 1)}
          value={Math.max(0, hovered)}
          onChange={(event) => onHover(Number(event.target.value))}
          onBlur={() => onHover(-1)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') open(hovered);
          }}
        />
        {column !== undefined && (
          <div
            className={styles['tip']}
            style={
              column.right > width / 2 ? { right: width - column.left + TIP_GAP } : { left: column.right + TIP_GAP }
            }
          >
            <span>{formatDateTime(timeOfSteps(data, hovered, hovered).fromMs)}</span>
            {data.series.map(({ tone, label, values }) => {
              const value = values[hovered];
              return (
                <span key={tone} className={styles['tipValue']}>
                  {label} <b>{value === undefined ? '–' : data.formatValue(value)}</b>
                </span>
              );
            })}
          </div>
        )}
      </div>
    </figure>
  );
}

function stepText(data: TimeChartData, step: number): string {
  const values = data.series.map(({ label, values: all }) => {
    const value = all[step];
    return `${label} ${value === undefined ? 'none' : data.formatValue(value)}`;
  });
  return `${formatDateTime(timeOfSteps(data, step, step).fromMs)}: ${values.join(', ')}`;
}
