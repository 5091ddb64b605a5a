import { formatDuration } from '@throughline/model';
import type { CriticalPathProfileAnswer } from '@throughline/query/client';
import { percent } from '../words.ts';
import { linearScale } from './scale.ts';
import type { ServiceColours } from './service-colour.ts';
import { drawing, escaped, px, textAt } from './svg.ts';

const WIDTH = 960;
const LABEL_WIDTH = 130;
const TIME_WIDTH = 70;
const ROW_HEIGHT = 30;
const BAR_HEIGHT = 20;
/** Room for a percentage. */
const MIN_TEXT_WIDTH = 34;

/** Whose time a median request and one of the slowest percent take, each as one bar of 100 %. */
export function pathShares(
  { duration, components, gap, service }: CriticalPathProfileAnswer,
  colours: ServiceColours,
): string {
  const x = linearScale(0, 1, LABEL_WIDTH, WIDTH - TIME_WIDTH);
  const rows = [
    ['slowest 1 %', 'p99_nano'],
    ['median', 'p50_nano'],
  ] as const;
  const parts = rows.map(([label, key], index) => {
    const whole = duration[key];
    const top = index * ROW_HEIGHT + 4;
    let at = 0;
    const piece = (nano: number, classes: string, title: string): string => {
      const share = whole > 0 ? Math.max(0, Math.min(1 - at, nano / whole)) : 0;
      const [left, right] = [x(at), x(at + share)];
      at += share;
      if (right - left < 0.5) return '';
      const text =
        right - left >= MIN_TEXT_WIDTH ? textAt((left + right) / 2, top + 14, percent(share), 'on-colour middle') : '';
      return (
        `<g><title>${escaped(`${title}: ${formatDuration(Math.round(nano))}, ${percent(share)}`)}</title>` +
        `<rect class="${classes}" x="${px(left)}" y="${top}" width="${px(Math.max(0.5, right - left - 1))}" height="${BAR_HEIGHT}"/>${text}</g>`
      );
    };
    return (
      textAt(LABEL_WIDTH - 10, top + 14, label, 'end') +
      `<rect class="rest" x="${LABEL_WIDTH}" y="${top}" width="${WIDTH - TIME_WIDTH - LABEL_WIDTH}" height="${BAR_HEIGHT}"><title>all others</title></rect>` +
      components.map((each) => piece(each[key], colours(each.service), `${each.service}: ${each.operation}`)).join('') +
      piece(gap[key], 'gap', 'nothing ran') +
      textAt(WIDTH - 4, top + 14, formatDuration(Math.round(whole)), 'end')
    );
  });
  return drawing(WIDTH, rows.length * ROW_HEIGHT + 4, `Where requests to ${service} spend their time`, parts.join(''));
}
