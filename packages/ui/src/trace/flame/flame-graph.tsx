import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

import { reportDrawn } from '../../canvas/drawn.ts';
import { frameScheduler, openSurface } from '../../canvas/surface.ts';
import { useElementSize } from '../../canvas/use-element-size.ts';
import { usePalette } from '../../canvas/use-palette.ts';
import { formatDuration } from '../../format/duration.ts';
import controls from '../../styles/controls.module.css';
import { TimeAxis } from '../time-axis.tsx';
import { scopeOf, type TraceView } from '../trace-view.ts';
import { useTask } from '../use-task.ts';
import { useTimeGestures, useTimeWheel } from '../use-time-gestures.ts';
import { useViewState } from '../use-view-state.ts';
import { LABEL_FONT } from '../waterfall-paint.ts';
import type { FlameModel } from '../in-worker/flame-model.ts';
import { boxInWords, FlameTip } from './flame-tip.tsx';
import { flameStep, hitFlame, laneOf } from './flame-hit-test.ts';
import { type FlameLayout, LANE_HEIGHT, layoutFlame } from './flame-layout.ts';
import { paintFlame } from './flame-paint.ts';
import part from '../../styles/trace-part.module.css';
import styles from './flame-graph.module.css';
import { useFlameTime } from './use-flame-time.ts';

/** Every span as a box below its parent, at its time or merged by path. */
export default function FlameGraph({ view }: { readonly view: TraceView }): ReactNode {
  const merged = useViewState(view, (state) => state.wishes.merged);
  const tree = useViewState(view, (state) => state.tree);
  const times = useViewState(view, (state) => state.times);
  const request = useMemo(
    () => ({
      merged,
      scope: scopeOf({ tree }),
      startOffsetNano: times.correction === undefined ? undefined : times.startOffsetNano,
    }),
    [merged, tree, times],
  );
  const model = useTask(view, 'flame', request);
  return (
    <div className={part['page']} data-testid="flame-graph">
      <div className={part['head']}>
        <div className={controls['segments']} role="group" aria-label="Boxes">
          {[false, true].map((isMerged) => (
            <button
              key={String(isMerged)}
              type="button"
              className={controls['segment']}
              aria-pressed={merged === isMerged}
              data-testid={isMerged ? 'flame-merged' : 'flame-time'}
              onClick={() => view.wish({ merged: isMerged })}
            >
              {isMerged ? 'Merged by path' : 'By time'}
            </button>
          ))}
        </div>
        <p className={part['note']}>
          {merged
            ? 'Spans with one path of services and names are one box, as wide as the self times in and below it add up to.'
            : 'Each box is a span at its time, below its parent.'}
        </p>
      </div>
      {model === undefined || (model.merged !== undefined) !== merged ? (
        <p className={part['pending']} role="status">
          Laying out…
        </p>
      ) : (
        <FlameCanvas key={String(merged)} view={view} model={model} />
      )}
    </div>
  );
}

function FlameCanvas({ view, model }: { readonly view: TraceView; readonly model: FlameModel }): ReactNode {
  const { columns } = view;
  const focusedRow = useViewState(view, (state) => state.focusedRow);
  const selectedRow = useViewState(view, (state) => state.selectedRow);
  const find = useViewState(view, (state) => state.find);
  const colouring = useViewState(view, (state) => state.colouring);
  const paths = useViewState(view, (state) => (state.showsPath ? state.paths : undefined));
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const layoutRef = useRef<FlameLayout>(undefined);
  const size = useElementSize(scroller);
  const palette = usePalette();
  const [hovered, setHovered] = useState(-1);
  const [chosen, setChosen] = useState(-1);
  const boxOfRow = useMemo(() => boxesByRow(model, columns.spanCount), [model, columns]);
  // Where a box is one span, the page's own focus and selection are the flame's too.
  const focusedBox = model.merged === undefined ? (boxOfRow[focusedRow] ?? -1) : chosen;
  const selectedBox = model.merged === undefined ? (boxOfRow[selectedRow] ?? -1) : chosen;
  const time = useFlameTime(view, model);
  const widths = useMemo(() => new Map<string, number>(), []);

  const draw = useCallback(() => {
    if (canvas.current === null || scroller.current === null) return;
    const surface = openSurface(canvas.current, size.width, size.height);
    if (surface === undefined) return;
    surface.context.font = LABEL_FONT;
    const state = view.state();
    const layout = layoutFlame({
      columns,
      model,
      viewport: time.viewport(),
      scrollTop: scroller.current.scrollTop,
      width: size.width,
      height: size.height,
      marks: state.colouring.marks,
      selectedBox,
      focusedBox,
      matches: state.find.matches,
      paths,
      startOffsetNano: state.times.startOffsetNano,
      textWidth: (text) => {
        let width = widths.get(text);
        if (width === undefined) {
          width = surface.context.measureText(text).width;
          widths.set(text, width);
        }
        return width;
      },
    });
    paintFlame(surface.context, layout, palette);
    layoutRef.current = layout;
    reportDrawn('flame', { ...layout, merged: model.merged !== undefined, boxCount: model.row.length });
  }, [view, columns, model, time, size, palette, selectedBox, focusedBox, paths, widths]);
  useLayoutEffect(draw, [draw, find, colouring]);
  useEffect(() => {
    const element = scroller.current;
    const frames = frameScheduler(draw);
    const stop = time.subscribe(frames.request);
    element?.addEventListener('scroll', frames.request, { passive: true });
    return () => {
      stop();
      element?.removeEventListener('scroll', frames.request);
      frames.cancel();
    };
  }, [time, draw]);

  // The box the keyboard is on stays on screen.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || focusedBox < 0 || size.height === 0) return;
    const top = laneOf(model, focusedBox) * LANE_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 2 * LANE_HEIGHT > element.scrollTop + size.height) {
      element.scrollTop = top + 2 * LANE_HEIGHT - size.height;
    }
  }, [model, focusedBox, size.height]);

  const gestures = useTimeGestures(time, size.width);
  useTimeWheel(scroller, time, 0, size.width);
  const boxAt = (event: { readonly clientX: number; readonly clientY: number }): number => {
    const place = canvas.current?.getBoundingClientRect();
    if (place === undefined || layoutRef.current === undefined) return -1;
    return hitFlame(layoutRef.current, model, event.clientX - place.left, event.clientY - place.top);
  };
  const go = (box: number): void => {
    if (model.merged !== undefined) setChosen(box);
    else view.reveal(model.row[box] ?? 0);
    if (view.state().selectedRow >= 0) view.select(model.row[box] ?? 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const box = Math.max(0, focusedBox);
    switch (event.key) {
      case 'ArrowUp':
      case 'ArrowDown':
      case 'ArrowLeft':
      case 'ArrowRight':
        go(focusedBox < 0 ? 0 : flameStep(model, columns.parent, box, event.key));
        break;
      case 'Enter':
      case ' ': {
        const row = model.row[box] ?? 0;
        if (model.merged !== undefined) view.focus(row);
        view.select(view.state().selectedRow === row ? -1 : row);
        break;
      }
      case 'z':
        time.zoomTo(model.from[box] ?? 0, model.to[box] ?? 0);
        break;
      default:
        if (!time.onKey(event.key)) return;
    }
    event.preventDefault();
    // The page's own keys walk the tree of the waterfall.
    event.stopPropagation();
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    gestures.handlers.onPointerMove(event);
    const box = boxAt(event);
    setHovered(box);
    const place = scroller.current?.getBoundingClientRect();
    if (tip.current === null || place === undefined) return;
    const [x, y] = [event.clientX - place.left, event.clientY - place.top];
    tip.current.dataset['flip'] = `${x > place.width / 2 ? 'left' : ''}${y > place.height / 2 ? 'up' : ''}`;
    tip.current.style.transform = `translate(${x}px, ${y}px)`;
  };
  return (
    <>
      <div className={styles['axis']}>
        <TimeAxis view={time} width={size.width} />
      </div>
      <div className={styles['frame']}>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows walk the boxes */}
        <div
          ref={scroller}
          className={styles['scroller']}
          role="application"
          aria-label="Flame graph; arrows go to parent, child and neighbours"
          aria-describedby="flame-focus"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the canvas is walked by keyboard
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <div
            className={styles['content']}
            style={{ '--lanes-height': `${model.laneEnd.length * LANE_HEIGHT + 8}px` } as CSSProperties}
          >
            <canvas
              ref={canvas}
              className={styles['canvas']}
              aria-hidden="true"
              {...gestures.handlers}
              onPointerMove={onPointerMove}
              onPointerLeave={() => setHovered(-1)}
              onClick={(event) => {
                const box = boxAt(event);
                if (gestures.wasDrag() || box < 0) return;
                const row = model.row[box] ?? 0;
                if (model.merged !== undefined) setChosen(box);
                view.focus(row);
                view.select(view.state().selectedRow === row && chosen !== box ? -1 : row);
              }}
              onDoubleClick={(event) => {
                const box = boxAt(event);
                if (box >= 0) time.zoomTo(model.from[box] ?? 0, model.to[box] ?? 0);
              }}
            />
          </div>
        </div>
        <FlameTip ref={tip} view={view} model={model} box={hovered} />
      </div>
      <p id="flame-focus" className={controls['hiddenText']} aria-live="polite">
        {focusedBox < 0
          ? `${formatDuration(model.endNano - model.startNano)} in all`
          : boxInWords(view, model, focusedBox)}
      </p>
    </>
  );
}

/** The box of each span; -1 for those that are not shown, and for all but one of a merged box. */
function boxesByRow(model: FlameModel, spanCount: number): Int32Array {
  const boxes = new Int32Array(spanCount).fill(-1);
  for (const [box, row] of model.row.entries()) boxes[row] = box;
  return boxes;
}
