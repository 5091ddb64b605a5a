import { formatDuration } from '@throughline/model';
import type { AnalysisWindowAnswer, PerformanceAnswer } from '@throughline/query/client';
import type { Trouble } from '../report.ts';
import { percent, utcClock } from '../words.ts';
import { linearScale, roundUp, timeTicks } from './scale.ts';
import { drawing, escaped, px, textAt, textWithin } from './svg.ts';

const WIDTH = 380;
const LEFT = 44;
const RIGHT = 6;
const PANEL = 46;
const GAP = 14;
const TOP = 12;
const BOTTOM = 18;

interface Series {
  readonly title: string;
  readonly classes: string;
  readonly values: readonly number[];
  readonly text: (value: number) => string;
  /** The top of the axis is at least this. */
  readonly least: number;
}

/** Requests a second, error rate and p95 of a service, one below the other; the time of the trouble is shaded. */
export function redOverTime(
  service: PerformanceAnswer,
  window: Pick<AnalysisWindowAnswer, 'start_time' | 'end_time'>,
  trouble: Trouble | null,
): string {
  const { points, step_seconds: step } = service;
  const first = points[0]?.start_time ?? window.start_time;
  const last = (points.at(-1)?.start_time ?? window.end_time) + step;
  // Of a window that is mostly empty only the part with data.
  const from = Math.max(first - step, Math.min(first, window.start_time));
  const to = Math.max(last, from + step);
  const x = linearScale(from, to, LEFT, WIDTH - RIGHT);
  const series: readonly Series[] = [
    {
      title: 'requests a second',
      classes: 'rate',
      values: points.map((point) => point.requests_per_second),
      text: (value) => String(Number(value.toPrecision(2))),
      least: 0,
    },
    {
      title: 'error rate',
      classes: 'errors',
      values: points.map((point) => point.error_rate),
      text: percent,
      least: 0.01,
    },
    {
      title: 'p95',
      classes: 'duration',
      values: points.map((point) => point.durations?.p95_nano ?? 0),
      text: (value) => formatDuration(Math.round(value)),
      least: 0,
    },
  ];
  const height = TOP + series.length * (PANEL + GAP) + BOTTOM - GAP;
  const parts: string[] = [];
  if (trouble !== null) parts.push(shade(trouble, from, to, x, height));
  for (const [index, each] of series.entries()) {
    parts.push(panel(each, points, step, TOP + index * (PANEL + GAP), x));
  }
  for (const tick of timeTicks(from, to, 4)) {
    parts.push(textWithin(WIDTH, x(tick), height - 4, utcClock(tick).slice(0, 5)));
  }
  return drawing(WIDTH, height, `Requests, errors and p95 of ${service.service} over time`, parts.join(''));
}

function shade(
  { start_time: start, end_time: end }: Trouble,
  from: number,
  to: number,
  x: (t: number) => number,
  height: number,
): string {
  const [left, right] = [x(Math.max(from, start)), x(Math.min(to, end))];
  if (!(right >= left)) return '';
  const width = Math.max(2, right - left);
  return `<rect class="trouble" x="${px(left)}" y="${TOP - 2}" width="${px(width)}" height="${height - BOTTOM - TOP + 4}"/>`;
}

function panel(
  { title, classes, values, text, least }: Series,
  points: PerformanceAnswer['points'],
  step: number,
  top: number,
  x: (time: number) => number,
): string {
  const peak = Math.max(0, ...values);
  const most = classes === 'errors' ? Math.min(1, roundUp(Math.max(peak, least))) : roundUp(Math.max(peak, least));
  const y = linearScale(0, most, top + PANEL, top + 10);
  const bars = points.map((point, index) => {
    const value = values[index] ?? 0;
    const [left, right] = [x(point.start_time), x(point.start_time + step)];
    if (!(value > 0)) return '';
    return (
      `<rect x="${px(left)}" y="${px(y(value))}" width="${px(Math.max(1, right - left - 0.6))}" height="${px(top + PANEL - y(value))}">` +
      `<title>${escaped(`${utcClock(point.start_time)}: ${text(value)}`)}</title></rect>`
    );
  });
  return (
    `<path class="grid" d="M${LEFT} ${px(y(most))}H${WIDTH - RIGHT}M${LEFT} ${px(top + PANEL)}H${WIDTH - RIGHT}"/>` +
    textAt(LEFT, top + 6, title, 'muted') +
    textAt(LEFT - 5, y(most) + 5, text(most), 'muted end') +
    textAt(LEFT - 5, top + PANEL + 1, '0', 'muted end') +
    `<g class="${classes}">${bars.join('')}</g>`
  );
}
