import type { TraceColumns } from '@throughline/model';

import { type ClockTimes, rawTimes } from './clock-times.ts';
import { type ColourBy, colourByService, type Colouring } from './colouring.ts';
import type { DetailsArrival } from './details-arrival.ts';
import { assignServiceColours, preferredColour } from './service-colours.ts';
import { isInTree, type ShownTree, shownTree } from './shown-tree.ts';
import { siblingGroups } from './sibling-groups.ts';
import { hiddenBy, isFiltering, nothingFiltered, type SpanFilter } from './span-filter.ts';
import { clampViewport, fullViewport, type TimeViewport, viewportAround } from './time-viewport.ts';
import type { TraceViewName } from '../navigation/routes.ts';
import { plainAddress } from './trace-address.ts';
import { errorPrefix } from './trace-facts.ts';
import {
  type FoldState,
  type GroupFolds,
  revealed,
  unfolded,
  visibleRows,
  withGroupsRevealed,
} from './visible-rows.ts';
import type { PathColumns } from './in-worker/path-columns.ts';
import type { RowScope } from './in-worker/row-scope.ts';
import type { TraceWork } from './in-worker/trace-work.ts';
import { traceWork } from './in-worker/worker-client.ts';

/** How a search within the trace stands. */
export interface FindState {
  readonly text: string;
  /** One byte a span; undefined while nothing is searched for. */
  readonly matches: Uint8Array | undefined;
  readonly matchCount: number;
  /** Share of the rows searched, 1 when done. */
  readonly progress: number;
  /** What is wrong with what was typed. */
  readonly problem?: string;
}

export interface TraceViewState {
  readonly viewport: TimeViewport;
  readonly folded: FoldState;
  /** The row shown as root, or -1. */
  readonly root: number;
  readonly filter: SpanFilter;
  /** What is left of the trace by root and filter. */
  readonly tree: ShownTree;
  /** Repeated siblings and which of them are one row; undefined while each is shown for itself. */
  readonly repeats: GroupFolds | undefined;
  /** Shown rows, in order. */
  readonly rows: Int32Array;
  /** The row the keyboard is on. */
  readonly focusedRow: number;
  /** The row whose details are open, or -1. */
  readonly selectedRow: number;
  readonly find: FindState;
  /** Self times and critical path; undefined until they are worked out. */
  readonly paths: PathColumns | undefined;
  readonly showsPath: boolean;
  readonly colouring: Colouring;
  /** When spans begin, as their clocks say or corrected. */
  readonly times: ClockTimes;
  readonly wishes: TraceWishes;
}

/** What was chosen on the page; what follows from it may still be on its way. */
export interface TraceWishes {
  readonly tab: TraceViewName;
  readonly colourBy: ColourBy;
  readonly corrected: boolean;
  readonly find: string;
  /** Order of the span table, as `printSort` writes it. */
  readonly sort: string | undefined;
  /** What the statistics are by, as `printGroupBy` writes it. */
  readonly by: string | undefined;
  readonly merged: boolean;
  readonly operations: boolean;
}

export const nothingToFind: FindState = { text: '', matches: undefined, matchCount: 0, progress: 1 };

/** What has a stretch of time that is shown and can be moved. */
export interface TimeHost {
  readonly durationNano: number;
  readonly state: () => Pick<TraceViewState, 'viewport'>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly setViewport: (viewport: TimeViewport) => void;
}

/**
 * The state of one trace on screen, outside React: canvases read it every frame, components subscribe to the parts
 * they show. Per-span state is typed arrays only.
 */
export interface TraceView {
  readonly columns: TraceColumns;
  readonly arrival: DetailsArrival;
  /** Of the trace as its clocks are read at present. */
  readonly durationNano: number;
  /** Colour number by index into `columns.strings`. */
  readonly colours: Uint8Array;
  readonly colourOfService: (service: string) => number;
  readonly errorsUpTo: Uint32Array;
  /** What takes long, off the page's thread. */
  readonly work: TraceWork;
  readonly state: () => TraceViewState;
  /** Calls `listener` after each change; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly setViewport: (viewport: TimeViewport) => void;
  readonly setFolded: (folded: FoldState) => void;
  readonly setGroupFolded: (group: number, fold: boolean) => void;
  /** Whether repeated siblings are one row; all of them are folded then. */
  readonly foldRepeats: (fold: boolean) => void;
  /** Shows the row's subtree only, and its time; -1 for the whole trace. */
  readonly setRoot: (row: number) => void;
  readonly setFilter: (filter: SpanFilter) => void;
  readonly focus: (row: number) => void;
  readonly select: (row: number) => void;
  readonly setFind: (find: FindState) => void;
  readonly setPaths: (paths: PathColumns) => void;
  readonly showPath: (show: boolean) => void;
  readonly setColouring: (colouring: Colouring) => void;
  readonly setTimes: (times: ClockTimes) => void;
  readonly wish: (change: Partial<TraceWishes>) => void;
  /** The time of what is shown: the trace, or the subtree that is its root. */
  readonly wholeViewport: () => TimeViewport;
  /** Unfolds what hides the row, leaves a subtree it is not in, and puts the keyboard on it. */
  readonly reveal: (row: number) => void;
}

export function createTraceView(columns: TraceColumns, arrival: DetailsArrival): TraceView {
  const services = new Set<string>();
  for (let row = 0; row < columns.spanCount; row++) services.add(columns.strings[columns.service[row] ?? 0] ?? '');
  const byService = assignServiceColours(services);
  const colourOfService = (service: string): number => byService.get(service) ?? preferredColour(service);
  const colours = Uint8Array.from(columns.strings, colourOfService);
  const times = rawTimes(columns);
  const wholeTree = shownTree(columns);
  const folded = unfolded(columns);
  const allRepeats = groupsOf(columns, wholeTree);
  let state: TraceViewState = {
    viewport: fullViewport(times.durationNano),
    folded,
    root: -1,
    filter: nothingFiltered,
    tree: wholeTree,
    repeats: allRepeats,
    rows: visibleRows(wholeTree, folded, allRepeats),
    focusedRow: 0,
    selectedRow: -1,
    find: nothingToFind,
    paths: undefined,
    showsPath: true,
    colouring: colourByService(columns, colours),
    times,
    wishes: plainAddress,
  };
  const listeners = new Set<() => void>();
  const update = (change: Partial<TraceViewState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const withRows = (change: Partial<TraceViewState>): Partial<TraceViewState> => {
    const next = { ...state, ...change };
    return { ...change, rows: visibleRows(next.tree, next.folded, next.repeats) };
  };
  /** The tree, groups and rows for another root, filter or set of matches. */
  const reshaped = (change: Partial<Pick<TraceViewState, 'root' | 'filter' | 'find'>>): Partial<TraceViewState> => {
    const next = { ...state, ...change };
    const hidden = isFiltering(next.filter) ? hiddenBy(columns, next.filter, next.root, next.find.matches) : undefined;
    const tree = shownTree(columns, next.root, hidden);
    const repeats = state.repeats === undefined ? undefined : groupsOf(columns, tree);
    const reshape = withRows({ ...change, tree, repeats });
    const focusedRow = isInTree(tree, state.focusedRow) ? state.focusedRow : (reshape.rows?.[0] ?? 0);
    return { ...reshape, focusedRow };
  };
  const wholeViewport = (): TimeViewport => {
    if (state.root < 0) return fullViewport(state.times.durationNano);
    const { fromNano, toNano } = subtreeTime(columns, state.times, state.root);
    return viewportAround(fromNano, toNano - fromNano, state.times.durationNano);
  };
  return {
    columns,
    arrival,
    get durationNano() {
      return state.times.durationNano;
    },
    colours,
    colourOfService,
    errorsUpTo: errorPrefix(columns),
    work: traceWork(columns, arrival),
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setViewport: (viewport) => update({ viewport: clampViewport(viewport, state.times.durationNano) }),
    setFolded: (next) => {
      if (next !== state.folded) update(withRows({ folded: next }));
    },
    setGroupFolded: (group, fold) => {
      if (state.repeats === undefined) return;
      const next = state.repeats.folded.slice();
      next[group] = fold ? 1 : 0;
      update(withRows({ repeats: { ...state.repeats, folded: next } }));
    },
    foldRepeats: (fold) => update(withRows({ repeats: fold ? groupsOf(columns, state.tree) : undefined })),
    setRoot: (row) => {
      if (row === state.root) return;
      update(reshaped({ root: row }));
      update({ viewport: wholeViewport(), ...(row >= 0 && { focusedRow: row }) });
    },
    setFilter: (filter) => update(reshaped({ filter })),
    focus: (row) => {
      if (row !== state.focusedRow) update({ focusedRow: row });
    },
    select: (row) => {
      if (row !== state.selectedRow) update({ selectedRow: row });
    },
    setFind: (find) => update(state.filter.onlyMatches ? reshaped({ find }) : { find }),
    setPaths: (paths) => update({ paths }),
    showPath: (showsPath) => update({ showsPath }),
    setColouring: (colouring) => update({ colouring }),
    setTimes: (next) => {
      // What is seen stays in sight; the whole stays the whole.
      const wasWhole = state.viewport.startNano === 0 && state.viewport.endNano >= state.times.durationNano;
      const viewport = wasWhole ? fullViewport(next.durationNano) : clampViewport(state.viewport, next.durationNano);
      update({ times: next, viewport });
    },
    wish: (change) => update({ wishes: { ...state.wishes, ...change } }),
    wholeViewport,
    reveal: (row) => {
      const isOutside = row < state.tree.fromRow || row >= state.tree.toRow;
      const start = isOutside ? reshaped({ root: -1 }) : {};
      const { tree, folded: folds, repeats } = { ...state, ...start };
      if (tree.hidden?.[row] === 1) {
        if (isOutside) update(start);
        return;
      }
      const open = revealed(tree, folds, row);
      const groups = repeats === undefined ? undefined : withGroupsRevealed(tree, repeats, row);
      const isSame = open === folds && groups === repeats?.folded;
      update({
        ...start,
        ...(!isSame &&
          withRows({
            ...start,
            folded: open,
            ...(repeats !== undefined && groups !== undefined && { repeats: { ...repeats, folded: groups } }),
          })),
        focusedRow: row,
      });
    },
  };
}

function groupsOf(columns: TraceColumns, tree: ShownTree): GroupFolds {
  const groups = siblingGroups(columns, tree);
  return { groups, folded: new Uint8Array(groups.count).fill(1) };
}

/** From the earliest start to the latest end of the subtree. */
function subtreeTime(
  columns: TraceColumns,
  { startOffsetNano }: ClockTimes,
  root: number,
): { fromNano: number; toNano: number } {
  let fromNano = Number.POSITIVE_INFINITY;
  let toNano = 0;
  const end = columns.subtreeEnd[root] ?? root + 1;
  for (let row = root; row < end; row++) {
    const start = startOffsetNano[row] ?? 0;
    fromNano = Math.min(fromNano, start);
    toNano = Math.max(toNano, start + (columns.durationNano[row] ?? 0));
  }
  return { fromNano: Math.min(fromNano, toNano), toNano };
}

/** The rows the views are about, as the worker takes them. */
export function scopeOf({ tree }: Pick<TraceViewState, 'tree'>): RowScope {
  return { fromRow: tree.fromRow, toRow: tree.toRow, hidden: tree.hidden };
}

/** Whether what is shown has the trace's own time from left to right. */
export function isTimedView({ tab, merged }: Pick<TraceWishes, 'tab' | 'merged'>): boolean {
  return tab === 'waterfall' || (tab === 'flame' && !merged);
}
