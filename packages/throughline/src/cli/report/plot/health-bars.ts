import type { PerformanceAnswer } from '@throughline/query/client';
import { linearScale } from './scale.ts';
import { cut, drawing, escaped, px, textAt } from './svg.ts';

const WIDTH = 960;
const NAME_WIDTH = 250;
const SCORE_WIDTH = 50;
const ROW_HEIGHT = 22;
const TOP = 4;
const MAX_ROWS = 40;

/** What is left of 100 and what was taken off for what, a bar each service. */
export function healthBars(services: readonly PerformanceAnswer[]): string {
  const rows = services.filter(({ health }) => health !== null).slice(0, MAX_ROWS);
  const x = linearScale(0, 100, NAME_WIDTH, WIDTH - SCORE_WIDTH);
  const parts = rows.map(({ service, health }, index) => {
    if (health === null) return '';
    const top = TOP + index * ROW_HEIGHT;
    let at = health.score;
    const taken = (
      [
        ['errors', health.deductions.error_rate, 'error rate'],
        ['error-traces', health.deductions.error_traces, 'traces with errors'],
        ['duration', health.deductions.p95, 'p95'],
        ['slow-traces', health.deductions.slow_traces, 'slow traces'],
      ] as const
    ).map(([classes, points, title]) => {
      const from = at;
      at += points;
      if (!(points > 0)) return '';
      return (
        `<rect class="${classes}" x="${px(x(from))}" y="${top + 4}" width="${px(x(at) - x(from))}" height="14">` +
        `<title>${escaped(`${title}: -${points.toFixed(1)}`)}</title></rect>`
      );
    });
    return (
      textAt(NAME_WIDTH - 8, top + 15, cut(service, NAME_WIDTH - 12), 'end') +
      `<rect class="healthy" x="${NAME_WIDTH}" y="${top + 4}" width="${px(x(health.score) - NAME_WIDTH)}" height="14"/>` +
      taken.join('') +
      textAt(WIDTH - 4, top + 15, health.score.toFixed(1), `end${health.score < 90 ? ' bad' : ''}`)
    );
  });
  return drawing(WIDTH, TOP + rows.length * ROW_HEIGHT + 4, 'Health of the services', parts.join(''));
}
