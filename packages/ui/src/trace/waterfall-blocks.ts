import { answerDrawn } from '../canvas/drawn.ts';
import type { Palette } from '../canvas/palette.ts';
import { openSurface } from '../canvas/surface.ts';
import { textWidths } from '../canvas/text-width.ts';
import type { GroupFacts } from './group-facts.ts';
import type { PathColumns } from './in-worker/path-columns.ts';
import { BLOCK_ROWS, blocksAt } from './row-blocks.ts';
import { levelOf, shownBelow } from './shown-tree.ts';
import { createSpanRow, type SpanRow, type SpanRowFacts } from './span-row.ts';
import type { TraceView, TraceViewState } from './trace-view.ts';
import { foldedGroupOf } from './visible-rows.ts';
import { joinedLayout, layoutWaterfall, ROW_HEIGHT, type WaterfallLayout } from './waterfall-layout.ts';
import { LABEL_FONT, paintWaterfall } from './waterfall-paint.ts';
import styles from './waterfall.module.css';

/** What rows and bars depend on besides the view's state. */
export interface WaterfallScene {
  /** Of the time area, CSS pixels. */
  readonly timeWidth: number;
  readonly palette: Palette;
  /** The critical path, if it is to be seen. */
  readonly paths: PathColumns | undefined;
  readonly factsOf: ((group: number) => GroupFacts) | undefined;
  readonly eventOffsetsNano: (row: number) => readonly number[];
}

/** Where the waterfall is scrolled to, CSS pixels. */
export interface ScrollPosition {
  readonly scrollTop: number;
  readonly viewportHeight: number;
}

/** The rows and bars of the waterfall that are in the page. */
export interface WaterfallBlocks {
  /** Brings all up to date that has changed since the last call. */
  readonly show: (scene: WaterfallScene, position: ScrollPosition) => void;
  readonly scrollTo: (position: ScrollPosition) => void;
  /** What is drawn; undefined before the first `show`. */
  readonly layout: () => WaterfallLayout | undefined;
  /** Takes everything out of the page. */
  readonly close: () => void;
}

/** A stretch of rows with a canvas as high as they are. */
interface Block {
  /** Which stretch; -1 while it is free. */
  index: number;
  readonly group: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly rows: SpanRow[];
  layout: WaterfallLayout | undefined;
}

/** When no block has moved for that long, scrolling is over. */
const REST_MS = 150;
const BLOCK_HEIGHT = BLOCK_ROWS * ROW_HEIGHT;

/**
 * Rows go into `tree` and canvases into `time`, both as high as all rows. A block that is scrolled out of sight becomes
 * the one that comes in sight on the other side, so that a step makes no elements and paints what is new only.
 */
export function createWaterfallBlocks(view: TraceView, tree: HTMLElement, time: HTMLElement): WaterfallBlocks {
  const textWidth = textWidths(LABEL_FONT);
  let blocks: Block[] = [];
  let scene: WaterfallScene | undefined;
  let position: ScrollPosition = { scrollTop: 0, viewportHeight: 0 };
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let rowsShown: readonly unknown[] = [];
  let barsShown: readonly unknown[] = [];

  const createBlock = (): Block => {
    const group = document.createElement('div');
    group.setAttribute('role', 'rowgroup');
    group.className = styles['block'] ?? '';
    group.style.height = `${BLOCK_HEIGHT}px`;
    const canvas = document.createElement('canvas');
    canvas.className = styles['canvas'] ?? '';
    tree.append(group);
    time.append(canvas);
    return { index: -1, group, canvas, rows: [], layout: undefined };
  };

  /** Selected text is a row's: it does not go to another one that takes its elements. */
  const release = ({ group }: Block): void => {
    const selection = getSelection();
    if (selection?.isCollapsed === false && selection.containsNode(group, true)) selection.removeAllRanges();
  };

  /** Puts the blocks to where the scroll position wants them; returns those whose rows have changed by that. */
  const arrange = (): readonly Block[] => {
    const band = blocksAt(position.scrollTop, position.viewportHeight, view.state().rows.length);
    const kept = new Map<number, Block>();
    const free: Block[] = [];
    for (const block of blocks) {
      if (block.index >= band.first && block.index < band.last) {
        kept.set(block.index, block);
        continue;
      }
      release(block);
      free.push(block);
    }
    const moved: Block[] = [];
    const arranged: Block[] = [];
    for (let index = band.first; index < band.last; index++) {
      let block = kept.get(index);
      if (block === undefined) {
        block = free.pop() ?? createBlock();
        block.index = index;
        block.layout = undefined;
        const top = `${index * BLOCK_HEIGHT}px`;
        block.group.style.top = top;
        block.canvas.style.top = top;
        moved.push(block);
      }
      arranged.push(block);
    }
    for (const { group, canvas } of free) {
      group.remove();
      canvas.remove();
    }
    blocks = arranged;
    return moved;
  };

  /**
   * Readers shall meet the rows in the order in which they are seen, and hear what the bars show. To move elements and to
   * lay out texts is too slow while scrolling.
   */
  const settle = (): void => {
    clearTimeout(restTimer);
    let next: HTMLElement | null = null;
    for (const { group, rows } of blocks.toReversed()) {
      if (group.nextSibling !== next) tree.insertBefore(group, next);
      next = group;
      for (const row of rows) row.putInWords();
    }
  };

  const showRows = (block: Block, { paths, factsOf }: WaterfallScene, state: TraceViewState): void => {
    const first = block.index * BLOCK_ROWS;
    const count = Math.max(0, Math.min(BLOCK_ROWS, state.rows.length - first));
    while (block.rows.length > count) block.rows.pop()?.element.remove();
    while (block.rows.length < count) {
      const row = createSpanRow(view);
      block.group.append(row.element);
      block.rows.push(row);
    }
    for (const [offset, row] of block.rows.entries()) row.show(factsAt(state, first + offset, paths, factsOf));
  };

  const paint = (block: Block, { timeWidth, palette, paths, factsOf, eventOffsetsNano }: WaterfallScene): void => {
    const surface = openSurface(block.canvas, timeWidth, BLOCK_HEIGHT);
    if (surface === undefined) return;
    const state = view.state();
    block.layout = layoutWaterfall({
      columns: view.columns,
      rows: state.rows,
      firstPosition: block.index * BLOCK_ROWS,
      lastPosition: (block.index + 1) * BLOCK_ROWS,
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
      textWidth,
      eventOffsetsNano,
    });
    paintWaterfall(surface.context, block.layout, palette);
  };

  const layout = (): WaterfallLayout | undefined => joinedLayout(blocks.flatMap((block) => block.layout ?? []));
  /** Returns whether any row is another or has changed. */
  const update = (next: WaterfallScene): boolean => {
    scene = next;
    const state = view.state();
    const moved = new Set(arrange());
    const both = bothDependOn(state, next);
    const rowsDue = [...both, state.tree, state.focusedRow];
    const barsDue = [...both, state.viewport, next.timeWidth, next.palette, next.eventOffsetsNano];
    const areRowsDue = isOther(rowsDue, rowsShown);
    const areBarsDue = isOther(barsDue, barsShown);
    rowsShown = rowsDue;
    barsShown = barsDue;
    // All rows first: a text on a canvas has the browser work out the styles of whatever has changed until then.
    for (const block of blocks) if (areRowsDue || moved.has(block)) showRows(block, next, state);
    for (const block of blocks) if (areBarsDue || moved.has(block)) paint(block, next);
    return areRowsDue || moved.size > 0;
  };
  answerDrawn('waterfall', layout);
  return {
    show: (next, at) => {
      position = at;
      if (update(next)) settle();
    },
    scrollTo: (at) => {
      position = at;
      if (scene === undefined || !update(scene)) return;
      clearTimeout(restTimer);
      restTimer = setTimeout(settle, REST_MS);
    },
    layout,
    close: () => {
      clearTimeout(restTimer);
      for (const { group, canvas } of blocks) {
        group.remove();
        canvas.remove();
      }
      blocks = [];
      // What answers for the canvas would keep the trace.
      answerDrawn('waterfall', () => undefined);
    },
  };
}

function bothDependOn(state: TraceViewState, { paths, factsOf }: WaterfallScene): readonly unknown[] {
  const { rows, folded, repeats, colouring, times, selectedRow, find } = state;
  return [rows, folded, repeats, colouring, times, selectedRow, find.matches, paths, factsOf];
}

function isOther(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length !== b.length || a.some((value, index) => value !== b[index]);
}

function factsAt(
  state: TraceViewState,
  position: number,
  paths: PathColumns | undefined,
  factsOf: ((group: number) => GroupFacts) | undefined,
): SpanRowFacts {
  const { rows, folded, tree, repeats, find, colouring, focusedRow, selectedRow } = state;
  const row = rows[position] ?? 0;
  const foldedGroup = repeats === undefined ? -1 : foldedGroupOf(repeats, row);
  return {
    row,
    position,
    folded: folded[row] === 1,
    focused: row === focusedRow,
    selected: row === selectedRow,
    match: find.matches?.[row] === 1,
    level: levelOf(tree, row),
    below: shownBelow(tree, row),
    mark: colouring.marks[row] ?? 0,
    group: repeats?.groups.groupOf[row] ?? -1,
    groupFacts: foldedGroup < 0 ? undefined : factsOf?.(foldedGroup),
    criticalNano: paths?.criticalNano[row] ?? 0,
  };
}
