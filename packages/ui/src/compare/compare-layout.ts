import { linearTicks } from '../canvas/ticks.ts';
import { formatDuration, formatRoundDuration } from '../format/duration.ts';
import { ROW_HEIGHT } from '../trace/waterfall-layout.ts';
import type { Comparison } from './comparison.ts';

/** Of this the differences on the critical path have the left. */
const DELTA_SHARE = 0.24;
const MIN_DELTA_WIDTH = 90;
const MAX_DELTA_WIDTH = 220;
const PADDING = 10;
const A_TOP = 4;
const A_HEIGHT = 6;
const B_TOP = 12;
const B_HEIGHT = 8;
const MIN_BAR_WIDTH = 2;

export interface CompareBar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A row's bars, in CSS pixels from the top left corner of the band that is drawn. */
export interface CompareRowBars {
  readonly node: number;
  readonly top: number;
  readonly colour: number;
  /** Undefined where the trace has no such span. */
  readonly a: CompareBar | undefined;
  readonly b: CompareBar | undefined;
  /** From the middle to the right: B spends more; to the left: less. Undefined: as much. */
  readonly delta: CompareBar | undefined;
  readonly deltaNano: number;
  readonly selected: boolean;
}

export interface CompareLayout {
  readonly width: number;
  readonly height: number;
  readonly firstPosition: number;
  /** Where a difference of nothing is. */
  readonly deltaZeroX: number;
  readonly deltaWidth: number;
  /** Where both traces begin, and how long the time is that is shown. */
  readonly timeX: number;
  readonly timeWidth: number;
  readonly timeNano: number;
  readonly rows: readonly CompareRowBars[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

export interface CompareLayoutInput {
  readonly comparison: Comparison;
  readonly nodes: Int32Array;
  /** Positions among the nodes to lay out: `[firstPosition, lastPosition)`. */
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly folded: Uint8Array;
  readonly selectedNode: number;
  readonly width: number;
  /** By index into the comparison's strings. */
  readonly colours: Uint8Array;
  /** The largest difference of a row, whatever is shown, so that lengths compare. */
  readonly largestDeltaNano: number;
}

/** What a row adds to the difference: the node, with what is below it where that is folded. */
export function rowDelta(comparison: Comparison, folded: Uint8Array, node: number): number {
  return (folded[node] === 1 ? comparison.subtreeDeltaNano[node] : comparison.criticalDeltaNano[node]) ?? 0;
}

/** By how much the largest subtree differs: the scale of the differences. */
export function largestDelta({ subtreeDeltaNano, criticalDeltaNano }: Comparison): number {
  let largest = 0;
  for (const column of [subtreeDeltaNano, criticalDeltaNano]) {
    for (const nano of column) largest = Math.max(largest, Math.abs(nano));
  }
  return largest;
}

export function layoutCompare(input: CompareLayoutInput): CompareLayout {
  const { comparison, width } = input;
  const deltaWidth = Math.min(MAX_DELTA_WIDTH, Math.max(MIN_DELTA_WIDTH, width * DELTA_SHARE));
  const timeX = deltaWidth + PADDING;
  const timeWidth = Math.max(1, width - timeX - PADDING);
  const timeNano = Math.max(1, comparison.a.durationNano, comparison.b.durationNano);
  const last = Math.min(input.lastPosition, input.nodes.length);
  const shape = { zeroX: deltaWidth / 2, reach: deltaWidth / 2 - 4, timeX, timeWidth, timeNano };
  const rows: CompareRowBars[] = [];
  for (let position = Math.max(0, input.firstPosition); position < last; position++) {
    rows.push(layoutRow(input, shape, input.nodes[position] ?? 0, (position - input.firstPosition) * ROW_HEIGHT));
  }
  const { values } = linearTicks(0, timeNano, Math.floor(timeWidth / 110));
  return {
    width,
    height: Math.max(0, last - input.firstPosition) * ROW_HEIGHT,
    firstPosition: input.firstPosition,
    deltaZeroX: shape.zeroX,
    deltaWidth,
    timeX,
    timeWidth,
    timeNano,
    rows,
    ticks: values.map((nano) => ({
      x: timeX + (nano / timeNano) * timeWidth,
      label: nano === 0 ? '0' : formatRoundDuration(nano),
    })),
  };
}

interface Shape {
  readonly zeroX: number;
  readonly reach: number;
  readonly timeX: number;
  readonly timeWidth: number;
  readonly timeNano: number;
}

function layoutRow(input: CompareLayoutInput, shape: Shape, node: number, top: number): CompareRowBars {
  const { comparison } = input;
  const deltaNano = rowDelta(comparison, input.folded, node);
  return {
    node,
    top,
    colour: input.colours[comparison.service[node] ?? 0] ?? 0,
    a: timeBar(shape, comparison.aStartNano[node], comparison.aDurationNano[node], top + A_TOP, A_HEIGHT),
    b: timeBar(shape, comparison.bStartNano[node], comparison.bDurationNano[node], top + B_TOP, B_HEIGHT),
    delta: deltaBar(shape, deltaNano, input.largestDeltaNano, top),
    deltaNano,
    selected: node === input.selectedNode,
  };
}

function timeBar(
  { timeX, timeWidth, timeNano }: Shape,
  startNano: number | undefined,
  durationNano: number | undefined,
  y: number,
  height: number,
): CompareBar | undefined {
  if (startNano === undefined || durationNano === undefined || Number.isNaN(durationNano)) return undefined;
  const x = timeX + (startNano / timeNano) * timeWidth;
  const width = Math.max(MIN_BAR_WIDTH, (durationNano / timeNano) * timeWidth);
  return { x: Math.min(x, timeX + timeWidth - MIN_BAR_WIDTH), y, width, height };
}

function deltaBar({ zeroX, reach }: Shape, nano: number, largestNano: number, top: number): CompareBar | undefined {
  if (nano === 0 || largestNano === 0) return undefined;
  const width = Math.max(1, (Math.abs(nano) / largestNano) * reach);
  return { x: nano > 0 ? zeroX : zeroX - width, y: top + 7, width, height: 10 };
}

/** The row at a point of the band, with the time there; undefined below the last row. */
export function hitCompare(
  layout: CompareLayout,
  x: number,
  y: number,
): { readonly node: number; readonly offsetNano: number | undefined } | undefined {
  const row = layout.rows[Math.floor(y / ROW_HEIGHT)];
  if (row === undefined || y < 0) return undefined;
  const share = (x - layout.timeX) / layout.timeWidth;
  return { node: row.node, offsetNano: share < 0 || share > 1 ? undefined : share * layout.timeNano };
}

/** `612 ms`, or a dash where the trace has no such span. */
export function durationText(nano: number | undefined): string {
  return nano === undefined || Number.isNaN(nano) ? '–' : formatDuration(nano);
}
