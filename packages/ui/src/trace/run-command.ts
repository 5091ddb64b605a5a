import type { TraceCommand } from './keyboard.ts';
import { nothingFiltered } from './span-filter.ts';
import { panViewport, viewportAround, zoomViewport } from './time-viewport.ts';
import type { TraceViewName } from '../navigation/routes.ts';
import type { TraceView } from './trace-view.ts';
import { firstOf } from './sibling-groups.ts';
import { nextMarked, treeStep } from './tree-moves.ts';
import { allFolded, positionOfRow, positionStandingFor, unfolded, withFold } from './visible-rows.ts';

/** Rows a page key moves by. */
const PAGE_ROWS = 20;

/** What a command needs of the page around the view. */
export interface CommandHost {
  readonly focusFind: () => void;
  readonly toggleHelp: () => void;
  readonly showTab: (tab: TraceViewName) => void;
  readonly toggleClocks: () => void;
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
      const step = treeStep(
        state.tree,
        state.rows,
        state.folded,
        state.focusedRow,
        command.move,
        PAGE_ROWS,
        state.repeats,
      );
      if (step.kind === 'go') goTo(step.row);
      else if (step.kind === 'unfold-group') view.setGroupFolded(step.group, false);
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
      view.setViewport(view.wholeViewport());
      return true;
    case 'zoom-to-span': {
      const row = state.focusedRow;
      view.setViewport(
        viewportAround(state.times.startOffsetNano[row] ?? 0, columns.durationNano[row] ?? 0, view.durationNano),
      );
      return true;
    }
    case 'next-match':
    case 'previous-match':
      if (state.find.matches === undefined) return false;
      return goTo(nextMarked(state.find.matches, state.focusedRow, command.kind === 'next-match' ? 1 : -1, state.tree));
    case 'next-error':
    case 'previous-error':
      return goTo(nextMarked(columns.error, state.focusedRow, command.kind === 'next-error' ? 1 : -1, state.tree));
    case 'next-on-path':
    case 'previous-on-path':
      if (state.paths === undefined) return false;
      return goTo(
        nextMarked(state.paths.criticalNano, state.focusedRow, command.kind === 'next-on-path' ? 1 : -1, state.tree),
      );
    case 'fold-all':
      foldTo(view, allFolded(state.tree));
      return true;
    case 'unfold-all':
      foldTo(view, unfolded(columns));
      return true;
    case 'toggle-group': {
      const group = state.repeats?.groups.groupOf[state.focusedRow] ?? -1;
      if (state.repeats === undefined || group < 0) return false;
      const fold = state.repeats.folded[group] !== 1;
      view.setGroupFolded(group, fold);
      if (fold) view.focus(firstOf(state.repeats.groups, group));
      return true;
    }
    case 'toggle-repeats':
      view.foldRepeats(state.repeats === undefined);
      keepFocusShown(view);
      return true;
    case 'set-root':
      view.setRoot(state.focusedRow);
      return true;
    case 'leave-root':
      if (state.root < 0) return false;
      view.setRoot(-1);
      view.reveal(state.root);
      return true;
    case 'toggle-path':
      view.showPath(!state.showsPath);
      return true;
    case 'hide-service': {
      const service = columns.strings[columns.service[state.focusedRow] ?? 0] ?? '';
      view.setFilter({ ...state.filter, services: [...new Set([...state.filter.services, service])].toSorted() });
      return true;
    }
    case 'clear-filter':
      view.setFilter(nothingFiltered);
      return true;
    case 'only-matches':
      if (state.find.matches === undefined) return false;
      view.setFilter({ ...state.filter, onlyMatches: !state.filter.onlyMatches });
      return true;
    case 'toggle-clocks':
      host.toggleClocks();
      return true;
    case 'tab':
      host.showTab(command.tab);
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
  keepFocusShown(view);
}

/** The keyboard moves to what stands for its row, where that is no longer shown. */
function keepFocusShown(view: TraceView): void {
  const { rows, focusedRow } = view.state();
  if (positionOfRow(rows, focusedRow) < 0) view.focus(rows[positionStandingFor(rows, focusedRow)] ?? 0);
}

/** The middle of the focused span if it is in sight, else the middle of the screen. */
function zoomAnchor(view: TraceView): number {
  const { viewport, focusedRow, times } = view.state();
  const start = Math.max(times.startOffsetNano[focusedRow] ?? 0, viewport.startNano);
  const spanEnd = (times.startOffsetNano[focusedRow] ?? 0) + (view.columns.durationNano[focusedRow] ?? 0);
  const end = Math.min(spanEnd, viewport.endNano);
  return start <= end ? (start + end) / 2 : (viewport.startNano + viewport.endNano) / 2;
}
