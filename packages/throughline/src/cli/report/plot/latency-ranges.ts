import { formatDuration } from '@throughline/model';
import type { DurationsAnswer } from '@throughline/query/client';
import { decades, logScale } from './scale.ts';
import { cut, drawing, escaped, px, textAt } from './svg.ts';

const WIDTH = 960;
const NAME_WIDTH = 250;
const RIGHT = 14;
const ROW_HEIGHT = 22;
const TOP = 20;
const MAX_ROWS = 40;
/** What is shorter is drawn at the axis' start. */
const MIN_AXIS_NANO = 1_000;

export interface LatencyRow {
  readonly name: string;
  readonly durations: DurationsAnswer | null;
}

/**
 * Durations on one logarithmic axis, a line each: thin from minimum to maximum, thicker from p50 to p99, thickest to p90, with
 * marks at p50 and p95.
 */
export function latencyRanges(rows: readonly LatencyRow[], label: string): string {
  const drawn = rows.filter(({ durations }) => durations !== null).slice(0, MAX_ROWS);
  const all = drawn.flatMap(({ durations }) => (durations === null ? [] : [durations]));
  const { from, to } = decades(all.flatMap(({ min_nano: min, max_nano: max }) => [Math.max(MIN_AXIS_NANO, min), max]));
  const x = logScale(from, to, NAME_WIDTH, WIDTH - RIGHT);
  const height = TOP + drawn.length * ROW_HEIGHT + 4;
  const parts: string[] = [];
  for (let tick = from; tick <= to * 1.001; tick *= 10) {
    parts.push(
      `<path class="grid" d="M${px(x(tick))} ${TOP}V${height - 4}"/>`,
      textAt(x(tick), 12, formatDuration(Math.round(tick)), tick >= to * 0.999 ? 'muted end' : 'muted middle'),
    );
  }
  for (const [index, { name, durations }] of drawn.entries()) {
    if (durations === null) continue;
    parts.push(row(name, durations, TOP + index * ROW_HEIGHT, x));
  }
  return drawing(WIDTH, height, label, parts.join(''));
}

function row(name: string, durations: DurationsAnswer, top: number, x: (nano: number) => number): string {
  const middle = top + ROW_HEIGHT / 2;
  const bar = (from: number, to: number, height: number, classes: string): string => {
    const [left, right] = [x(from), x(to)];
    return `<rect class="${classes}" x="${px(left)}" y="${px(middle - height / 2)}" width="${px(Math.max(1, right - left))}" height="${height}" rx="1"/>`;
  };
  const text = (
    [
      ['min', durations.min_nano],
      ['p50', durations.p50_nano],
      ['p90', durations.p90_nano],
      ['p95', durations.p95_nano],
      ['p99', durations.p99_nano],
      ['p99.9', durations.p999_nano],
      ['max', durations.max_nano],
    ] as const
  )
    .map(([title, nano]) => `${title} ${formatDuration(Math.round(nano))}`)
    .join(', ');
  return (
    `<g><title>${escaped(`${name}: ${text}`)}</title>` +
    textAt(NAME_WIDTH - 8, middle + 4, cut(name, NAME_WIDTH - 12), 'end') +
    bar(durations.min_nano, durations.max_nano, 2, 'range') +
    bar(durations.p50_nano, durations.p99_nano, 6, 'range') +
    bar(durations.p50_nano, durations.p90_nano, 12, 'range') +
    `<path class="p50" d="M${px(x(durations.p50_nano))} ${px(middle - 8)}v16"/>` +
    `<path class="p95" d="M${px(x(durations.p95_nano))} ${px(middle - 8)}v16"/></g>`
  );
}
