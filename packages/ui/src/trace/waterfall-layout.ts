import type { TraceColumns } from '@throughline/model';

import { linearTicks } from '../canvas/ticks.ts';
import { formatDuration } from '../format/duration.ts';
import type { GroupFacts } from './group-facts.ts';
import { type XRange, xRanges } from './stretches.ts';
import { pathStretches } from './path-ranges.ts';
import type { TimeViewport } from './time-viewport.ts';
import { foldedGroupOf, type GroupFolds, hasChildren } from './visible-rows.ts';
import type { PathColumns } from './in-worker/path-columns.ts';

/** Height of a row of the waterfall, tree and canvas alike, in CSS pixels. */
export const ROW_HEIGHT = 24;
export const BAR_HEIGHT = 12;
const MIN_BAR_WIDTH = 2;
const LABEL_GAP = 6;
/** Room of the error badge between bar and label. */
const BADGE_WIDTH = 14;
const EDGE = 4;

/** A bar with its label, in CSS pixels from the top left corner of the block that is drawn. */
export interface WaterfallBar {
  readonly row: number;
  readonly top: number;
  readonly x: number;
  readonly width: number;
  /** The span lies outside the time shown, on this side; the bar is then a mark at the edge. */
  readonly outside: 'left' | 'right' | undefined;
  /** A mark, see `canvas/marks.ts`. */
  readonly colour: number;
  readonly error: boolean;
  /** The row is folded and an error lies below it. */
  readonly errorBelow: boolean;
  readonly selected: boolean;
  readonly match: boolean;
  readonly label: string;
  /** Left end of the label; the error badge, if any, stands before it. */
  readonly labelX: number;
  readonly labelInside: boolean;
  /** Events of the span that lie within the time shown. */
  readonly eventXs: readonly number[];
  /** The parts of the bar that are on the critical path. */
  readonly path: readonly XRange[];
  /** Of a folded group of repeated siblings: the parts of the row in which one of them ran; the bar spans them all. */
  readonly repeats: readonly XRange[] | undefined;
  /** Where the span's own clock has its begin, if the clocks are corrected and that is elsewhere. */
  readonly rawX: number | undefined;
}

export interface WaterfallLayout {
  readonly width: number;
  readonly height: number;
  readonly viewport: TimeViewport;
  readonly firstPosition: number;
  readonly bars: readonly WaterfallBar[];
  readonly ticks: readonly AxisTick[];
}

export interface AxisTick {
  readonly x: number;
  readonly label: string;
}

export interface WaterfallInput {
  readonly columns: TraceColumns;
  /** Shown rows, and the positions among them to lay out: `[firstPosition, lastPosition)`. */
  readonly rows: Int32Array;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly folded: Uint8Array;
  readonly errorsUpTo: Uint32Array;
  readonly viewport: TimeViewport;
  readonly width: number;
  /** When spans begin; the columns' own, or corrected by `shiftNano`. */
  readonly startOffsetNano: Float64Array;
  readonly shiftNano?: Float64Array | undefined;
  /** A mark a row. */
  readonly marks: Uint8Array;
  /** The critical path, if it is to be seen. */
  readonly paths?: PathColumns | undefined;
  readonly repeats?: GroupFolds | undefined;
  readonly groupFacts?: (group: number) => GroupFacts;
  readonly selectedRow: number;
  readonly matches: Uint8Array | undefined;
  /** Width of a label in CSS pixels. */
  readonly textWidth: (text: string) => number;
  /** Offsets from the trace's start of the span's events. */
  readonly eventOffsetsNano: (row: number) => readonly number[];
}

/** Lays out the bars of some rows: only what is on screen, whatever the size of the trace. */
export function layoutWaterfall(input: WaterfallInput): WaterfallLayout {
  const last = Math.min(input.lastPosition, input.rows.length);
  const bars: WaterfallBar[] = [];
  for (let position = Math.max(0, input.firstPosition); position < last; position++) {
    bars.push(layoutBar(input, input.rows[position] ?? 0, (position - input.firstPosition) * ROW_HEIGHT));
  }
  return {
    width: input.width,
    height: Math.max(0, last - input.firstPosition) * ROW_HEIGHT,
    viewport: input.viewport,
    firstPosition: input.firstPosition,
    bars,
    ticks: axisTicks(input.viewport, input.width),
  };
}

/** Stretches of rows that follow one another, as if they had been laid out in one; undefined of none. */
export function joinedLayout(parts: readonly WaterfallLayout[]): WaterfallLayout | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const bars = parts.flatMap((part) => {
    const shift = (part.firstPosition - first.firstPosition) * ROW_HEIGHT;
    return part.bars.map((bar) => ({ ...bar, top: bar.top + shift }));
  });
  return { ...first, height: parts.reduce((sum, { height }) => sum + height, 0), bars };
}

function layoutBar(input: WaterfallInput, row: number, top: number): WaterfallBar {
  const { columns, viewport, width, repeats } = input;
  const group = repeats === undefined ? -1 : foldedGroupOf(repeats, row);
  const facts = group < 0 ? undefined : input.groupFacts?.(group);
  const pixelsPerNano = width / (viewport.endNano - viewport.startNano);
  const durationNano = columns.durationNano[row] ?? 0;
  const startNano = facts?.fromNano ?? input.startOffsetNano[row] ?? 0;
  const endNano = facts?.toNano ?? startNano + durationNano;
  const rawX = (startNano - viewport.startNano) * pixelsPerNano;
  const rawEnd = (endNano - viewport.startNano) * pixelsPerNano;
  // By time: what begins at the very end may come out a hair beyond it in pixels.
  const outside = endNano < viewport.startNano ? 'left' : startNano > viewport.endNano ? 'right' : undefined;
  // Clipped a little beyond the edges, so that a bar cut there does not look as if it ended there.
  const from = Math.max(-EDGE, Math.min(rawX, width - MIN_BAR_WIDTH));
  const to = Math.min(width + EDGE, Math.max(rawEnd, from + MIN_BAR_WIDTH));
  const error = facts === undefined ? columns.error[row] === 1 : facts.errorCount > 0;
  const isFolded = group < 0 && input.folded[row] === 1 && hasChildren(columns, row);
  const errorBelow =
    isFolded && (input.errorsUpTo[columns.subtreeEnd[row] ?? row + 1] ?? 0) > (input.errorsUpTo[row + 1] ?? 0);
  const label =
    facts === undefined
      ? formatDuration(durationNano)
      : `p50 ${formatDuration(facts.p50Nano)}, max ${formatDuration(facts.maxNano)}`;
  const badge = error || errorBelow ? BADGE_WIDTH : 0;
  const shift = input.shiftNano?.[row] ?? 0;
  const events =
    facts === undefined && outside === undefined && (columns.eventCount[row] ?? 0) > 0
      ? eventXs(input, row, pixelsPerNano)
      : [];
  return {
    row,
    top,
    x: from,
    width: to - from,
    outside,
    colour: input.marks[row] ?? 0,
    error,
    errorBelow,
    selected: row === input.selectedRow,
    match: facts === undefined ? input.matches?.[row] === 1 : facts.matchedBy(input.matches),
    label,
    ...placeLabel(from, to, width, input.textWidth(label) + badge, badge, events),
    eventXs: events,
    path: outside === undefined && input.paths !== undefined ? pathRanges(input, input.paths, row, facts) : [],
    repeats: facts === undefined || outside !== undefined ? undefined : xRanges(input, facts.stretches),
    rawX: shift === 0 ? undefined : rawX - shift * pixelsPerNano,
  };
}

function pathRanges(
  input: WaterfallInput,
  paths: PathColumns,
  row: number,
  facts: GroupFacts | undefined,
): readonly XRange[] {
  if (facts !== undefined) return xRanges(input, facts.pathBy(paths));
  // The path is that of the spans' own clocks; with corrected ones it moves along with its span.
  const shift = (input.startOffsetNano[row] ?? 0) - (input.columns.startOffsetNano[row] ?? 0);
  return xRanges(input, pathStretches(paths, row), shift);
}

/** Among more events there is hardly room for a label. */
const MAX_EVENTS_AROUND_LABEL = 20;

/** Behind the bar, else before it, else inside it: the first place from its visible left end on that no event crosses. */
function placeLabel(
  from: number,
  to: number,
  width: number,
  labelWidth: number,
  badge: number,
  events: readonly number[],
): { readonly labelX: number; readonly labelInside: boolean } {
  if (to + LABEL_GAP + labelWidth <= width - EDGE) return { labelX: to + LABEL_GAP + badge, labelInside: false };
  if (from - LABEL_GAP - labelWidth >= EDGE) {
    return { labelX: from - LABEL_GAP - labelWidth + badge, labelInside: false };
  }
  const left = Math.max(from, 0) + LABEL_GAP;
  let x = left;
  if (events.length <= MAX_EVENTS_AROUND_LABEL) {
    for (const event of events.toSorted((a, b) => a - b)) {
      if (event > x - LABEL_GAP && event < x + labelWidth + LABEL_GAP) x = event + LABEL_GAP;
    }
  }
  return { labelX: (x + labelWidth <= Math.min(to, width) ? x : left) + badge, labelInside: true };
}

function eventXs(input: WaterfallInput, row: number, pixelsPerNano: number): number[] {
  return input
    .eventOffsetsNano(row)
    .map((offset) => (offset - input.viewport.startNano) * pixelsPerNano)
    .filter((x) => x >= 0 && x <= input.width);
}

const PIXELS_PER_TICK = 110;

/** Ticks of the time axis with labels that keep one unit. */
export function axisTicks(viewport: TimeViewport, width: number): readonly AxisTick[] {
  const { values, step } = linearTicks(viewport.startNano, viewport.endNano, Math.floor(width / PIXELS_PER_TICK));
  const pixelsPerNano = width / (viewport.endNano - viewport.startNano);
  return values.map((nano) => ({
    x: (nano - viewport.startNano) * pixelsPerNano,
    label: formatOffset(nano, step, viewport.endNano),
  }));
}

/** Minutes and more are read better in seconds than in mixed units, as long as there are not too many. */
function formatOffset(nano: number, stepNano: number, largestNano: number): string {
  const [unitNano, unit] = unitFor(largestNano);
  if (unit === '') return formatDuration(nano);
  const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(stepNano / unitNano) - 1e-9)));
  return `${(nano / unitNano).toFixed(decimals)} ${unit}`;
}

function unitFor(largestNano: number): readonly [number, string] {
  if (largestNano < 1e3) return [1, 'ns'];
  if (largestNano < 1e6) return [1e3, 'µs'];
  if (largestNano < 1e9) return [1e6, 'ms'];
  if (largestNano < 600e9) return [1e9, 's'];
  return [1, ''];
}
