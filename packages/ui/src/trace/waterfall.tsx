import {
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';

import { frameScheduler } from '../canvas/surface.ts';
import { useElementSize } from '../canvas/use-element-size.ts';
import { usePalette } from '../canvas/use-palette.ts';
import { formatDuration } from '../format/duration.ts';
import { eventOffsetsOf } from './event-offsets.ts';
import { scrollTopFor } from './row-band.ts';
import type { DetailsReader } from './span-details.ts';
import { rowElementId } from './span-row.ts';
import { TimeAxis } from './time-axis.tsx';
import { viewportAround } from './time-viewport.ts';
import type { TraceView } from './trace-view.ts';
import { useTimeGestures, useTimeWheel } from './use-time-gestures.ts';
import { useViewState } from './use-view-state.ts';
import { deepestLevel } from './shown-tree.ts';
import { cachedGroupFacts } from './group-facts.ts';
import { positionOfRow, withFold, withSubtreeFold } from './visible-rows.ts';
import { createWaterfallBlocks, type WaterfallBlocks } from './waterfall-blocks.ts';
import { hitWaterfall, offsetAt } from './waterfall-hit-test.ts';
import { ROW_HEIGHT } from './waterfall-layout.ts';
import styles from './waterfall.module.css';
import { useSplit } from './use-split.ts';

const MAX_INDENT = 14;
const MIN_INDENT = 1;

/**
 * Tree and time side by side: blocks of real rows, and for each a canvas as high as they are. Both scroll with the
 * page's own scrolling, so they never part.
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
  const treeArea = useRef<HTMLDivElement>(null);
  const timeArea = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const blocks = useRef<WaterfallBlocks>(undefined);
  const size = useElementSize(scroller);
  const palette = usePalette();
  const split = useSplit(size.width);
  const timeWidth = Math.max(0, size.width - split.treeWidth);
  const deepest = useMemo(() => deepestLevel(tree), [tree]);
  // However deep the tree, half of the column stays for the names.
  const indentStep = Math.min(MAX_INDENT, Math.max(MIN_INDENT, (split.treeWidth * 0.4) / Math.max(1, deepest)));
  // Those of the first rows come first; nobody would see the others come one after the other.
  const arrived = useSyncExternalStore(view.arrival.subscribe, () =>
    view.arrival.state().kind === 'coming' ? Math.min(1, columns.detailBlocks.length) : 2,
  );
  const eventOffsetsNano = useMemo(
    () => eventOffsetsOf(view, details),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- there is more to draw then
    [view, details, arrived],
  );
  const factsOf = useMemo(
    () => (repeats === undefined ? undefined : cachedGroupFacts(columns, repeats.groups, times.startOffsetNano)),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- which groups are folded changes nothing in them
    [columns, repeats?.groups, times],
  );

  useLayoutEffect(() => {
    if (treeArea.current === null || timeArea.current === null) return undefined;
    const made = createWaterfallBlocks(view, treeArea.current, timeArea.current);
    blocks.current = made;
    return () => made.close();
  }, [view]);
  const show = useCallback(() => {
    const scrollTop = scroller.current?.scrollTop ?? 0;
    const scene = { timeWidth, palette, paths, factsOf, eventOffsetsNano };
    blocks.current?.show(scene, { scrollTop, viewportHeight: size.height });
  }, [timeWidth, size.height, palette, paths, factsOf, eventOffsetsNano]);

  // With what React renders in one frame.
  useLayoutEffect(show, [show, view, rows, folded, focusedRow, selectedRow, find, tree, repeats, colouring, times]);
  useEffect(() => {
    const frames = frameScheduler(show);
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
  }, [view, show]);

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
    if (line === null) return;
    const left = timeArea.current?.getBoundingClientRect().left ?? 0;
    const x = clientX === undefined ? -1 : clientX - left;
    line.hidden = x < 0 || x > timeWidth;
    if (line.hidden) return;
    const offsetNano = offsetAt({ viewport: view.state().viewport, width: timeWidth }, x);
    line.style.transform = `translateX(${split.treeWidth + x}px)`;
    line.dataset['flip'] = String(x > timeWidth - 90);
    line.firstElementChild?.replaceChildren(formatDuration(offsetNano));
  };

  const rowAt = (event: React.MouseEvent): number => {
    const box = timeArea.current?.getBoundingClientRect();
    const layout = blocks.current?.layout();
    if (box === undefined || layout === undefined) return -1;
    const y = event.clientY - box.top - layout.firstPosition * ROW_HEIGHT;
    return hitWaterfall(layout, event.clientX - box.left, y)?.row ?? -1;
  };
  const onClick = (event: React.MouseEvent): void => {
    if (gestures.wasDrag()) return;
    const rowOfButton = event.target instanceof Element ? event.target.closest('button')?.closest('[data-row]') : null;
    // The keyboard goes on from there, and is never on a span that this folds away.
    if (rowOfButton !== null && rowOfButton !== undefined) view.focus(Number(rowOfButton.getAttribute('data-row')));
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
    const row = event.target instanceof HTMLCanvasElement ? rowAt(event) : -1;
    if (row < 0) return;
    view.setViewport(
      viewportAround(view.state().times.startOffsetNano[row] ?? 0, columns.durationNano[row] ?? 0, view.durationNano),
    );
    view.select(row);
  };

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
        // The elements of a row become another span's: what has the keys is the grid, which knows the span they are on.
        onFocus={({ target, currentTarget }) => {
          if (target !== currentTarget) currentTarget.focus({ preventScroll: true });
        }}
        onScroll={({ currentTarget: { scrollTop } }) =>
          blocks.current?.scrollTo({ scrollTop, viewportHeight: size.height })
        }
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        onPointerMove={(event) => moveCursor(event.clientX)}
        onPointerLeave={() => moveCursor(undefined)}
      >
        <div className={styles['content']} role="presentation" style={{ height: rows.length * ROW_HEIGHT }}>
          <div
            ref={treeArea}
            className={styles['tree']}
            role="presentation"
            style={{ '--indent-step': `${indentStep}px` } as CSSProperties}
          />
          <div ref={timeArea} className={styles['time']} aria-hidden="true" {...gestures.handlers} />
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
