import type { TraceCommand } from './keyboard.ts';
import { fullViewport, panViewport, viewportAround, zoomViewport } from './time-viewport.ts';
import type { TraceView } from './trace-view.ts';
import { nextMarked, treeStep } from './tree-moves.ts';
import { allFolded, positionOfRow, positionStandingFor, unfolded, withFold } from './visible-rows.ts';

/** Rows a page key moves by. */
const PAGE_ROWS = 20;

/** What a command needs of the page around the view. */
export interface CommandHost {
  readonly focusFind: () => void;
  readonly toggleHelp: () => void;
  /** Whether something lay open over the page and was closed. */
  readonly closeOverlay: () => boolean;
}

/** Carries out a command of the keyboard or a button; false if there was nothing to do. */
export function runCommand(command: TraceCommand, view: TraceView, host: CommandHost): boolean {
  const state = view.state();
  const { columns } = view;
  const goTo = (row: number): boolean => {
    if (row < 0) return false;
    view.reveal(row);
    if (state.selectedRow >= 0) view.select(row);
    return true;
  };
  switch (command.kind) {
    case 'move': {
      const step = treeStep(columns, state.rows, state.folded, state.focusedRow, command.move, PAGE_ROWS);
      if (step.kind === 'go') goTo(step.row);
      else if (step.kind !== 'stay') view.setFolded(withFold(state.folded, step.row, step.kind === 'fold'));
      return true;
    }
    case 'details':
      view.select(state.selectedRow === state.focusedRow ? -1 : state.focusedRow);
      return true;
    case 'zoom':
      view.setViewport(zoomViewport(state.viewport, command.factor, zoomAnchor(view), view.durationNano));
      return true;
    case 'pan':
      view.setViewport(panViewport(state.viewport, command.share, view.durationNano));
      return true;
    case 'reset-zoom':
      view.setViewport(fullViewport(view.durationNano));
      return true;
    case 'zoom-to-span': {
      const row = state.focusedRow;
      view.setViewport(
        viewportAround(columns.startOffsetNano[row] ?? 0, columns.durationNano[row] ?? 0, view.durationNano),
      );
      return true;
    }
    case 'next-match':
    case 'previous-match':
      if (state.find.matches === undefined) return false;
      return goTo(nextMarked(state.find.matches, state.focusedRow, command.kind === 'next-match' ? 1 : -1));
    case 'next-error':
    case 'previous-error':
      return goTo(nextMarked(columns.error, state.focusedRow, command.kind === 'next-error' ? 1 : -1));
    case 'fold-all':
      foldTo(view, allFolded(columns));
      return true;
    case 'unfold-all':
      foldTo(view, unfolded(columns));
      return true;
    case 'find':
      host.focusFind();
      return true;
    case 'help':
      host.toggleHelp();
      return true;
    case 'close':
      if (host.closeOverlay()) return true;
      if (state.selectedRow >= 0) view.select(-1);
      return true;
  }
}

/** Sets the folds; the keyboard moves to what stands for its row. */
export function foldTo(view: TraceView, folded: Uint8Array): void {
  view.setFolded(folded);
  const { rows, focusedRow } = view.state();
  if (positionOfRow(rows, focusedRow) < 0) view.focus(rows[positionStandingFor(rows, focusedRow)] ?? 0);
}

/** The middle of the focused span if it is in sight, else the middle of the screen. */
function zoomAnchor(view: TraceView): number {
  const { viewport, focusedRow } = view.state();
  const start = Math.max(view.columns.startOffsetNano[focusedRow] ?? 0, viewport.startNano);
  const spanEnd = (view.columns.startOffsetNano[focusedRow] ?? 0) + (view.columns.durationNano[focusedRow] ?? 0);
  const end = Math.min(spanEnd, viewport.endNano);
  return start <= end ? (start + end) / 2 : (viewport.startNano + viewport.endNano) / 2;
}
