import type { TraceColumns } from '@throughline/model';

import { preferredColour, assignServiceColours } from './service-colours.ts';
import { clampViewport, fullViewport, type TimeViewport } from './time-viewport.ts';
import { errorPrefix } from './trace-facts.ts';
import { type FoldState, revealed, unfolded, visibleRows } from './visible-rows.ts';

/** How a search within the trace stands. */
export interface FindState {
  readonly text: string;
  /** One byte a span; undefined while nothing is searched for. */
  readonly matches: Uint8Array | undefined;
  readonly matchCount: number;
  /** Share of the rows searched, 1 when done. */
  readonly progress: number;
}

export interface TraceViewState {
  readonly viewport: TimeViewport;
  readonly folded: FoldState;
  /** Shown rows, in order. */
  readonly rows: Int32Array;
  /** The row the keyboard is on. */
  readonly focusedRow: number;
  /** The row whose details are open, or -1. */
  readonly selectedRow: number;
  readonly find: FindState;
}

export const nothingToFind: FindState = { text: '', matches: undefined, matchCount: 0, progress: 1 };

/**
 * The state of one trace on screen, outside React: canvases read it every frame, components subscribe to the parts
 * they show. Per-span state is typed arrays only.
 */
export interface TraceView {
  readonly columns: TraceColumns;
  readonly durationNano: number;
  /** Colour number by index into `columns.strings`. */
  readonly colours: Uint8Array;
  readonly colourOfService: (service: string) => number;
  readonly errorsUpTo: Uint32Array;
  readonly state: () => TraceViewState;
  /** Calls `listener` after each change; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly setViewport: (viewport: TimeViewport) => void;
  readonly setFolded: (folded: FoldState) => void;
  readonly focus: (row: number) => void;
  readonly select: (row: number) => void;
  readonly setFind: (find: FindState) => void;
  /** Unfolds what hides the row, and puts the keyboard on it. */
  readonly reveal: (row: number) => void;
}

export function createTraceView(columns: TraceColumns): TraceView {
  const durationNano = Number(columns.endTimeUnixNano - columns.startTimeUnixNano);
  const services = new Set<string>();
  for (let row = 0; row < columns.spanCount; row++) services.add(columns.strings[columns.service[row] ?? 0] ?? '');
  const byService = assignServiceColours(services);
  const colourOfService = (service: string): number => byService.get(service) ?? preferredColour(service);
  const folded = unfolded(columns);
  let state: TraceViewState = {
    viewport: fullViewport(durationNano),
    folded,
    rows: visibleRows(columns, folded),
    focusedRow: 0,
    selectedRow: -1,
    find: nothingToFind,
  };
  const listeners = new Set<() => void>();
  const update = (change: Partial<TraceViewState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const foldChange = (next: FoldState): Partial<TraceViewState> =>
    next === state.folded ? {} : { folded: next, rows: visibleRows(columns, next) };
  return {
    columns,
    durationNano,
    colours: Uint8Array.from(columns.strings, colourOfService),
    colourOfService,
    errorsUpTo: errorPrefix(columns),
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setViewport: (viewport) => update({ viewport: clampViewport(viewport, durationNano) }),
    setFolded: (next) => update(foldChange(next)),
    focus: (row) => {
      if (row !== state.focusedRow) update({ focusedRow: row });
    },
    select: (row) => {
      if (row !== state.selectedRow) update({ selectedRow: row });
    },
    setFind: (find) => update({ find }),
    reveal: (row) => update({ ...foldChange(revealed(columns, state.folded, row)), focusedRow: row }),
  };
}
