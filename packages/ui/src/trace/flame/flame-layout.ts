import type { TraceColumns } from '@throughline/model';

import { pathStretches } from '../path-ranges.ts';
import { type XRange, xRanges } from '../stretches.ts';
import type { FlameModel } from '../in-worker/flame-model.ts';
import type { PathColumns } from '../in-worker/path-columns.ts';

/** Height of a lane, and of the boxes in it, in CSS pixels. */
export const LANE_HEIGHT = 20;
export const BOX_HEIGHT = 18;
/** Narrower boxes are drawn together with their neighbours. */
const LEAST_WIDTH = 2;
const LEAST_LABEL_WIDTH = 28;
const LABEL_PADDING = 4;

/** The part of the flame that is shown, in the model's unit. */
export interface FlameViewport {
  readonly startNano: number;
  readonly endNano: number;
}

export interface FlameBox {
  /** Index into the model; of a block the first of its boxes. */
  readonly box: number;
  /** More than 1: so many boxes, each too narrow to be seen alone, share these pixels. */
  readonly boxCount: number;
  readonly lane: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** See `canvas/marks.ts`. */
  readonly mark: number;
  readonly error: boolean;
  readonly match: boolean;
  /** Its details are open; the keyboard is on it. */
  readonly selected: boolean;
  readonly focused: boolean;
  readonly label: string;
  /** The parts that are on the critical path; of a block all of it, if any of its spans is. */
  readonly path: readonly XRange[];
}

export interface FlameLayout {
  readonly width: number;
  readonly height: number;
  readonly viewport: FlameViewport;
  readonly scrollTop: number;
  readonly boxes: readonly FlameBox[];
}

export interface FlameInput {
  readonly columns: TraceColumns;
  readonly model: FlameModel;
  readonly viewport: FlameViewport;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  readonly marks: Uint8Array;
  readonly selectedBox: number;
  readonly focusedBox: number;
  readonly matches: Uint8Array | undefined;
  /** The critical path, if it is to be seen. */
  readonly paths?: PathColumns | undefined;
  /** When spans begin, as the boxes have it. */
  readonly startOffsetNano: Float64Array;
  readonly textWidth: (text: string) => number;
}

export function laneStart({ laneEnd }: FlameModel, lane: number): number {
  return lane === 0 ? 0 : (laneEnd[lane - 1] ?? 0);
}

/**
 * Lays out the boxes on screen. Within a lane they are found by binary search, and those narrower than two pixels are one
 * block, so that the work depends on the pixels and not on the spans.
 */
export function layoutFlame(input: FlameInput): FlameLayout {
  const { model, viewport, scrollTop, width, height } = input;
  const boxes: FlameBox[] = [];
  const firstLane = Math.max(0, Math.floor(scrollTop / LANE_HEIGHT));
  const lastLane = Math.min(model.laneEnd.length, Math.ceil((scrollTop + height) / LANE_HEIGHT));
  for (let lane = firstLane; lane < lastLane; lane++) layoutLane(input, lane, boxes);
  return { width, height, viewport, scrollTop, boxes };
}

function layoutLane(input: FlameInput, lane: number, boxes: FlameBox[]): void {
  const { model, viewport, width } = input;
  const { from, to } = model;
  const end = model.laneEnd[lane] ?? 0;
  const perNano = width / (viewport.endNano - viewport.startNano);
  const y = lane * LANE_HEIGHT - input.scrollTop;
  let box = firstEndingAfter(model, laneStart(model, lane), end, viewport.startNano);
  while (box < end && (from[box] ?? 0) <= viewport.endNano) {
    const rawX = ((from[box] ?? 0) - viewport.startNano) * perNano;
    const rawEnd = ((to[box] ?? 0) - viewport.startNano) * perNano;
    const x = Math.max(-LABEL_PADDING, rawX);
    const right = Math.min(width + LABEL_PADDING, rawEnd);
    if (rawEnd - rawX >= LEAST_WIDTH) {
      boxes.push(boxAt(input, { box, next: box + 1, lane, x, y, width: right - x }));
      box++;
      continue;
    }
    // All that ends within the next pixels, in one step however many they are.
    const limitNano = viewport.startNano + (rawX + LEAST_WIDTH) / perNano;
    const next = Math.max(box + 1, firstEndingAfter(model, box + 1, end, limitNano));
    boxes.push(boxAt(input, { box, next, lane, x, y, width: LEAST_WIDTH }));
    box = next;
  }
}

/** The first box of `[start, end)` that ends behind an instant: in a lane ends come in order as begins do. */
function firstEndingAfter({ to }: FlameModel, start: number, end: number, nano: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((to[middle] ?? 0) < nano) low = middle + 1;
    else high = middle;
  }
  return low;
}

function boxAt(
  input: FlameInput,
  at: {
    readonly box: number;
    readonly next: number;
    readonly lane: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
  },
): FlameBox {
  const { columns, model, matches } = input;
  const { box, next, lane, x, y, width } = at;
  const row = model.row[box] ?? 0;
  let match = matches === undefined;
  for (let each = box; !match && each < next; each++) match = matches?.[model.row[each] ?? 0] === 1;
  return {
    box,
    boxCount: next - box,
    lane,
    x,
    y,
    width,
    mark: input.marks[row] ?? 0,
    error: (model.errorsUpTo[next] ?? 0) > (model.errorsUpTo[box] ?? 0),
    match,
    selected: input.selectedBox >= box && input.selectedBox < next,
    focused: input.focusedBox >= box && input.focusedBox < next,
    label:
      next - box > 1 || width < LEAST_LABEL_WIDTH
        ? ''
        : fitted(labelOf(columns, model, box), width - Math.max(0, -x) - 2 * LABEL_PADDING, input.textWidth),
    path: pathOf(input, at),
  };
}

function pathOf(
  input: FlameInput,
  at: { readonly box: number; readonly next: number; readonly x: number; readonly width: number },
): readonly XRange[] {
  const { model, paths } = input;
  if (paths === undefined || model.merged !== undefined) return [];
  if (at.next - at.box === 1) {
    const row = model.row[at.box] ?? 0;
    // The path is that of the spans' own clocks; with corrected ones it moves along with its span.
    const shift = (input.startOffsetNano[row] ?? 0) - (input.columns.startOffsetNano[row] ?? 0);
    return xRanges(input, pathStretches(paths, row), shift);
  }
  for (let box = at.box; box < at.next; box++) {
    if ((paths.criticalNano[model.row[box] ?? 0] ?? 0) > 0) return [{ x: at.x, width: at.width }];
  }
  return [];
}

function labelOf(columns: TraceColumns, { row, merged }: FlameModel, box: number): string {
  const name = columns.strings[columns.name[row[box] ?? 0] ?? 0] ?? '';
  const count = merged?.count[box] ?? 1;
  return count > 1 ? `${name} × ${count.toLocaleString('en')}` : name;
}

/** As much of the text as fits; nothing if that is next to nothing. */
function fitted(text: string, width: number, textWidth: (text: string) => number): string {
  const whole = textWidth(text);
  if (whole <= width) return text;
  const kept = Math.floor((text.length * width) / whole) - 1;
  return kept < 2 ? '' : `${text.slice(0, kept)}…`;
}
