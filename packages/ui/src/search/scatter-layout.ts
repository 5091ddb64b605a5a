import { clockTicks, linearTicks, logTicks } from '../canvas/ticks.ts';
import { formatRoundDuration } from '../format/duration.ts';
import { formatAxisTime } from '../format/instant.ts';

export interface ScatterTrace {
  readonly startMs: number;
  readonly durationNano: number;
  readonly spanCount: number;
  readonly errorCount: number;
}

/** A trace as a mark; `index` is its place in the result list. */
export interface ScatterPoint {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly error: boolean;
}

export interface ScatterLayout {
  readonly width: number;
  readonly height: number;
  readonly plot: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly scale: 'linear' | 'log';
  readonly points: readonly ScatterPoint[];
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  readonly yTicks: readonly { readonly y: number; readonly label: string }[];
}

const MARGIN = { left: 64, top: 16, right: 16, bottom: 24 } as const;
/** From this ratio of longest to shortest on, a linear scale would press most marks onto the ground. */
const LOG_FROM_RATIO = 20;
const MIN_RADIUS = 3;
const MAX_RADIUS = 9;

/** Places traces by start (across) and duration (up); the area of a mark grows with the number of spans. */
export function layoutScatter(
  traces: readonly ScatterTrace[],
  width: number,
  height: number,
  localOffsetMs: number,
): ScatterLayout {
  const plot = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const x = timeScale(traces, plot.left + MAX_RADIUS, plot.right - MAX_RADIUS);
  const y = durationScale(traces, plot.bottom - MAX_RADIUS, plot.top + MAX_RADIUS);
  const mostSpans = traces.reduce((most, trace) => Math.max(most, trace.spanCount), 1);
  const points = traces.map((trace, index) => ({
    index,
    x: x.at(trace.startMs),
    y: y.at(trace.durationNano),
    radius: MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * Math.sqrt(trace.spanCount / mostSpans),
    error: trace.errorCount > 0,
  }));
  const times = clockTicks(x.from, x.to, Math.floor((plot.right - plot.left) / 96), localOffsetMs);
  const durations =
    y.scale === 'log' ? logTicks(y.from, y.to, 5) : linearTicks(y.from, y.to, 4).values.filter((value) => value > 0);
  return {
    width,
    height,
    plot,
    scale: y.scale,
    points,
    xTicks: times.values.map((ms) => ({ x: x.at(ms), label: formatAxisTime(ms, times.step) })),
    yTicks: durations.map((nano) => ({ y: y.at(nano), label: formatRoundDuration(nano) })),
  };
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: (value: number) => number;
}

function timeScale(traces: readonly ScatterTrace[], left: number, right: number): Scale {
  let from = traces.reduce((least, trace) => Math.min(least, trace.startMs), Infinity);
  let to = traces.reduce((most, trace) => Math.max(most, trace.startMs), -Infinity);
  if (!Number.isFinite(from)) [from, to] = [0, 1000];
  if (to - from < 10) [from, to] = [from - 500, to + 500];
  return { from, to, at: (ms) => left + ((ms - from) / (to - from)) * (right - left) };
}

function durationScale(
  traces: readonly ScatterTrace[],
  bottom: number,
  top: number,
): Scale & { readonly scale: 'linear' | 'log' } {
  const durations = traces.map((trace) => Math.max(1, trace.durationNano));
  const longest = durations.reduce((most, nano) => Math.max(most, nano), 1);
  const shortest = durations.reduce((least, nano) => Math.min(least, nano), longest);
  if (longest / shortest < LOG_FROM_RATIO) {
    return { from: 0, to: longest, scale: 'linear', at: (nano) => bottom + (nano / longest) * (top - bottom) };
  }
  const from = Math.log10(shortest);
  const range = Math.log10(longest) - from;
  return {
    from: shortest,
    to: longest,
    scale: 'log',
    at: (nano) => bottom + ((Math.log10(Math.max(1, nano)) - from) / range) * (top - bottom),
  };
}

const MERCY = 6;

/** The mark nearest to a point within reach, or undefined. */
export function hitScatter(layout: ScatterLayout, x: number, y: number): ScatterPoint | undefined {
  let best: ScatterPoint | undefined;
  let bestDistance = Infinity;
  for (const point of layout.points) {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance <= point.radius + MERCY && distance < bestDistance) {
      best = point;
      bestDistance = distance;
    }
  }
  return best;
}
