import {
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

import { reportDrawn } from '../canvas/drawn.ts';
import { frameScheduler, openSurface } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { formatDuration } from '../format/duration.ts';
import { eventOffsetsOf } from './event-offsets.ts';
import { bandAnchor, bandAt, scrollTopFor } from './row-band.ts';
import type { DetailsReader } from './span-details.ts';
import { rowElementId, SpanRow } from './span-row.tsx';
import { TimeAxis } from './time-axis.tsx';
import { viewportAround } from './time-viewport.ts';
import type { TraceView } from './trace-view.ts';
import { useTimeGestures, useTimeWheel } from './use-time-gestures.ts';
import { useViewState } from './use-view-state.ts';
import { deepestLevel, levelOf, shownBelow } from './shown-tree.ts';
import { cachedGroupFacts, type GroupFacts } from './group-facts.ts';
import { foldedGroupOf, type GroupFolds, positionOfRow, withFold, withSubtreeFold } from './visible-rows.ts';
import { hitWaterfall } from './waterfall-hit-test.ts';
import { layoutWaterfall, ROW_HEIGHT, type WaterfallLayout } from './waterfall-layout.ts';
import { LABEL_FONT, paintWaterfall } from './waterfall-paint.ts';
import styles from './waterfall.module.css';
import { useSplit } from './use-split.ts';

const MAX_INDENT = 14;
const MIN_INDENT = 1;

/**
 * Tree and time side by side. The tree is a window of real rows; the time area is one canvas as high as that window.
 * Both scroll with the page's own scrolling, so they never part.
 */
export function Waterfall({ view, details }: { readonly view: TraceView; readonly details: DetailsReader }): ReactNode {
  const { columns } = view;
  const rows = useViewState(view, (state) => state.rows);
  const folded = useViewState(view, (state) => state.folded);
  const focusedRow = useViewState(view, (state) => state.focusedRow);
  const selectedRow = useViewState(view, (state) => state.selectedRow);
  const find = useViewState(view, (state) => state.find);
  const tree = useViewState(view, (state) => state.tree);
  const repeats = useViewState(view, (state) => state.repeats);
  const paths = useViewState(view, (state) => (state.showsPath ? state.paths : undefined));
  const colouring = useViewState(view, (state) => state.colouring);
  const times = useViewState(view, (state) => state.times);
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const layoutRef = useRef<WaterfallLayout>(undefined);
  const size = useElementSize(scroller);
  const palette = usePalette();
  const split = useSplit(size.width);
  // Which band is due follows from the scroll position; only a change of it renders anything.
  const [anchor, setAnchor] = useState(0);
  const band = useMemo(() => bandAt(anchor, size.height, rows.length), [anchor, size.height, rows]);
  const timeWidth = Math.max(0, size.width - split.treeWidth);
  const deepest = useMemo(() => deepestLevel(tree), [tree]);
  // However deep the tree, half of the column stays for the names.
  const indentStep = Math.min(MAX_INDENT, Math.max(MIN_INDENT, (split.treeWidth * 0.4) / Math.max(1, deepest)));
  const eventOffsetsNano = useMemo(() => eventOffsetsOf(view, details), [view, details]);
  const factsOf = useMemo(
    () => (repeats === undefined ? undefined : cachedGroupFacts(columns, repeats.groups, times.startOffsetNano)),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- which groups are folded changes nothing in them
    [columns, repeats?.groups, times],
  );

  const draw = useCallback(() => {
    const element = canvas.current;
    if (element === null) return;
    const state = view.state();
    const height = (band.last - band.first) * ROW_HEIGHT;
    const surface = openSurface(element, timeWidth, height);
    if (surface === undefined) return;
    surface.context.font = LABEL_FONT;
    const layout = layoutWaterfall({
      columns,
      rows: state.rows,
      firstPosition: band.first,
      lastPosition: band.last,
      folded: state.folded,
      errorsUpTo: view.errorsUpTo,
      viewport: state.viewport,
      width: timeWidth,
      startOffsetNano: state.times.startOffsetNano,
      shiftNano: state.times.correction?.shiftNano,
      marks: state.colouring.marks,
      paths,
      repeats: state.repeats,
      ...(factsOf !== undefined && { groupFacts: factsOf }),
      selectedRow: state.selectedRow,
      matches: state.find.matches,
      textWidth: (text) => surface.context.measureText(text).width,
      eventOffsetsNano,
    });
    paintWaterfall(surface.context, layout, palette);
    layoutRef.current = layout;
    reportDrawn('waterfall', layout);
  }, [view, columns, band, timeWidth, palette, eventOffsetsNano, paths, factsOf]);

  // With the rows in one commit, so that neither is a frame ahead.
  useLayoutEffect(draw, [draw, rows, folded, selectedRow, find, repeats, colouring, times]);
  useEffect(() => {
    const frames = frameScheduler(draw);
    let viewport = view.state().viewport;
    const stop = view.subscribe(() => {
      if (view.state().viewport === viewport) return;
      viewport = view.state().viewport;
      frames.request();
    });
    return () => {
      stop();
      frames.cancel();
    };
  }, [view, draw]);

  // The row the keyboard is on stays on screen.
  const shownFocus = useRef(-1);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || size.height === 0 || shownFocus.current === focusedRow) return;
    shownFocus.current = focusedRow;
    const position = positionOfRow(view.state().rows, focusedRow);
    if (position >= 0) element.scrollTop = scrollTopFor(position, element.scrollTop, size.height);
  }, [view, focusedRow, size.height]);

  const gestures = useTimeGestures(view, timeWidth);
  useTimeWheel(scroller, view, split.treeWidth, timeWidth);
  const moveCursor = (clientX: number | undefined): void => {
    const line = cursor.current;
    const layout = layoutRef.current;
    if (line === null) return;
    const left = canvas.current?.getBoundingClientRect().left ?? 0;
    const x = clientX === undefined ? -1 : clientX - left;
    line.hidden = x < 0 || x > timeWidth || layout === undefined;
    if (line.hidden || layout === undefined) return;
    const hit = hitWaterfall(layout, x, 0);
    line.style.transform = `translateX(${split.treeWidth + x}px)`;
    line.dataset['flip'] = String(x > timeWidth - 90);
    line.firstElementChild?.replaceChildren(formatDuration(hit?.offsetNano ?? 0));
  };

  const rowAt = (event: React.MouseEvent): number => {
    const box = canvas.current?.getBoundingClientRect();
    const layout = layoutRef.current;
    if (box === undefined || layout === undefined) return -1;
    return hitWaterfall(layout, event.clientX - box.left, event.clientY - box.top)?.row ?? -1;
  };
  const onClick = (event: React.MouseEvent): void => {
    if (gestures.wasDrag()) return;
    const groupButton = event.target instanceof Element ? event.target.closest('[data-group]') : null;
    if (groupButton !== null) {
      const group = Number(groupButton.getAttribute('data-group'));
      view.setGroupFolded(group, view.state().repeats?.folded[group] !== 1);
      return;
    }
    const button = event.target instanceof Element ? event.target.closest('[data-fold]') : null;
    if (button !== null) {
      const row = Number(button.getAttribute('data-fold'));
      const state = view.state();
      const fold = state.folded[row] !== 1;
      view.setFolded(
        event.altKey ? withSubtreeFold(columns, state.folded, row, fold) : withFold(state.folded, row, fold),
      );
      return;
    }
    const row = rowAt(event);
    if (row < 0) return;
    view.focus(row);
    view.select(view.state().selectedRow === row ? -1 : row);
  };
  const onDoubleClick = (event: React.MouseEvent): void => {
    const row = event.target === canvas.current ? rowAt(event) : -1;
    if (row < 0) return;
    view.setViewport(
      viewportAround(view.state().times.startOffsetNano[row] ?? 0, columns.durationNano[row] ?? 0, view.durationNano),
    );
    view.select(row);
  };

  const visible = Array.from(rows.subarray(band.first, band.last));
  return (
    <div className={styles['frame']} style={{ '--tree-width': `${split.treeWidth}px` } as CSSProperties}>
      <div className={styles['head']}>
        <div className={styles['treeHead']}>Service and operation</div>
        <TimeAxis view={view} width={timeWidth} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the page's keys do all that clicks do */}
      <div
        ref={scroller}
        className={styles['scroller']}
        role="treegrid"
        aria-label="Spans"
        aria-rowcount={rows.length}
        aria-activedescendant={rowElementId(focusedRow)}
        aria-readonly="true"
        tabIndex={0}
        data-testid="waterfall"
        onScroll={(event) => setAnchor(bandAnchor(event.currentTarget.scrollTop))}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        onPointerMove={(event) => moveCursor(event.clientX)}
        onPointerLeave={() => moveCursor(undefined)}
      >
        <div className={styles['content']} role="presentation" style={{ height: rows.length * ROW_HEIGHT }}>
          <div
            className={styles['band']}
            role="rowgroup"
            style={{ transform: `translateY(${band.first * ROW_HEIGHT}px)` }}
          >
            {visible.map((row, index) => (
              <SpanRow
                key={row}
                view={view}
                row={row}
                position={band.first + index}
                folded={folded[row] === 1}
                focused={row === focusedRow}
                selected={row === selectedRow}
                match={find.matches?.[row] === 1}
                indentStep={indentStep}
                level={levelOf(tree, row)}
                below={shownBelow(tree, row)}
                mark={colouring.marks[row] ?? 0}
                group={repeats?.groups.groupOf[row] ?? -1}
                groupFacts={repeats === undefined ? undefined : groupFactsOfRow(repeats, row, factsOf)}
                criticalNano={paths?.criticalNano[row] ?? 0}
              />
            ))}
          </div>
          <canvas
            ref={canvas}
            className={styles['canvas']}
            aria-hidden="true"
            style={{ transform: `translateY(${band.first * ROW_HEIGHT}px)` }}
            {...gestures.handlers}
          />
        </div>
      </div>
      <div ref={cursor} className={styles['cursor']} hidden>
        <span />
      </div>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the tree"
        aria-valuenow={Math.round(split.treeWidth)}
        aria-valuemin={split.min}
        aria-valuemax={split.max}
        tabIndex={0}
        className={styles['splitter']}
        {...split.handlers}
      />
    </div>
  );
}

/** What a row says that stands for a whole group; undefined of one that is itself. */
function groupFactsOfRow(
  repeats: GroupFolds,
  row: number,
  factsOf: ((group: number) => GroupFacts) | undefined,
): GroupFacts | undefined {
  const group = foldedGroupOf(repeats, row);
  return group < 0 ? undefined : factsOf?.(group);
}
