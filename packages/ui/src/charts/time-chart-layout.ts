import { clockTicks, linearTicks } from '../canvas/ticks.ts';
import { formatAxisTime } from '../format/instant.ts';

/** How a series looks: colour, dash and shape differ together, so that none of them tells alone. */
export type SeriesTone = 'requests' | 'errors' | 'p50' | 'p95' | 'p99';

export interface TimeSeries {
  readonly tone: SeriesTone;
  readonly label: string;
  readonly shape: 'bars' | 'line';
  /** One for each step; undefined where there is nothing to tell, which leaves a gap. */
  readonly values: readonly (number | undefined)[];
}

export interface TimeMark {
  readonly atMs: number;
  readonly label: string;
}

export interface TimeChartData {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where step 0 begins, at or before `fromMs`. */
  readonly firstStepMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
  /** Bars stand behind lines, later ones in front of earlier ones. */
  readonly series: readonly TimeSeries[];
  readonly marks: readonly TimeMark[];
  /** The top of the scale is at least this. */
  readonly leastTop: number;
  readonly formatValue: (value: number) => string;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Bar {
  readonly step: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TimeChartLayout {
  readonly width: number;
  readonly height: number;
  readonly plot: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly columns: readonly { readonly left: number; readonly right: number }[];
  readonly bars: readonly { readonly tone: SeriesTone; readonly bars: readonly Bar[] }[];
  /** Each line in pieces between gaps. */
  readonly lines: readonly { readonly tone: SeriesTone; readonly pieces: readonly (readonly Point[])[] }[];
  readonly marks: readonly { readonly x: number; readonly label: string }[];
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  readonly yTicks: readonly { readonly y: number; readonly label: string }[];
}

const MARGIN = { left: 56, top: 20, right: 12, bottom: 22 } as const;
const WANTED_Y_TICKS = 4;

/** Places steps across and values up from 0. */
export function layoutTimeChart(
  data: TimeChartData,
  width: number,
  height: number,
  localOffsetMs: number,
): TimeChartLayout {
  const plot = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const x = (ms: number): number => plot.left + ((ms - data.fromMs) / span(data)) * (plot.right - plot.left);
  const within = (at: number): number => Math.min(Math.max(at, plot.left), plot.right);
  const top = topOf(data);
  const y = (value: number): number => plot.bottom - (value / top) * (plot.bottom - plot.top);
  const columns = Array.from({ length: data.stepCount }, (_, step) => ({
    left: within(x(data.firstStepMs + step * data.stepMs)),
    right: within(x(data.firstStepMs + (step + 1) * data.stepMs)),
  }));
  const times = clockTicks(data.fromMs, data.toMs, Math.floor((plot.right - plot.left) / 90), localOffsetMs);
  return {
    width,
    height,
    plot,
    columns,
    bars: data.series
      .filter(({ shape }) => shape === 'bars')
      .map(({ tone, values }) => ({ tone, bars: barsOf(values, columns, y, plot.bottom) })),
    lines: data.series
      .filter(({ shape }) => shape === 'line')
      .map(({ tone, values }) => ({ tone, pieces: piecesOf(values, columns, y) })),
    marks: data.marks
      .filter(({ atMs }) => atMs >= data.fromMs && atMs <= data.toMs)
      .map(({ atMs, label }) => ({ x: x(atMs), label })),
    xTicks: times.values.map((ms) => ({ x: x(ms), label: formatAxisTime(ms, times.step) })),
    yTicks: linearTicks(0, top, WANTED_Y_TICKS).values.map((value) => ({
      y: y(value),
      label: data.formatValue(value),
    })),
  };
}

function span({ fromMs, toMs }: TimeChartData): number {
  return Math.max(1, toMs - fromMs);
}

function topOf({ series, leastTop }: TimeChartData): number {
  let top = leastTop;
  for (const { values } of series) for (const value of values) top = Math.max(top, value ?? 0);
  // Room above the highest value, so that its line is not the frame's.
  return top * 1.05;
}

function barsOf(
  values: TimeSeries['values'],
  columns: TimeChartLayout['columns'],
  y: (value: number) => number,
  bottom: number,
): readonly Bar[] {
  return values.flatMap((value, step) => {
    const column = columns[step];
    if (column === undefined || value === undefined || value <= 0) return [];
    const gap = column.right - column.left > 4 ? 1 : 0;
    // What is there is seen, however little it is.
    const height = Math.max(1, bottom - y(value));
    return [{ step, x: column.left, y: bottom - height, width: Math.max(1, column.right - column.left - gap), height }];
  });
}

function piecesOf(
  values: TimeSeries['values'],
  columns: TimeChartLayout['columns'],
  y: (value: number) => number,
): readonly (readonly Point[])[] {
  const pieces: Point[][] = [];
  let piece: Point[] | undefined;
  for (const [step, value] of values.entries()) {
    const column = columns[step];
    if (value === undefined || column === undefined) {
      piece = undefined;
      continue;
    }
    if (piece === undefined) pieces.push((piece = []));
    piece.push({ x: (column.left + column.right) / 2, y: y(value) });
  }
  return pieces;
}
