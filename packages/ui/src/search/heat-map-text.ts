import type { HeatMapAnswer } from '@throughline/query/client';

import { countOf } from '../format/count.ts';
import { formatRoundDuration } from '../format/duration.ts';
import { formatAxisTime, formatDateTime } from '../format/instant.ts';
import type { CellRange } from './heat-map-layout.ts';
import type { Region } from './region.ts';

/** `10 ms to 20 ms` */
export function durationsText({ rows }: HeatMapAnswer, { firstRow, lastRow }: CellRange): string {
  return durationRange(rows[firstRow]?.min_nano ?? 0, rows[lastRow]?.max_nano ?? 0);
}

/** `12:00:00 to 12:00:30`, with the day. */
export function timesText(map: HeatMapAnswer, { firstColumn, lastColumn }: CellRange): string {
  const at = (column: number): number => (map.first_column_time + column * map.step_seconds) * 1000;
  return timeRange(at(firstColumn), at(lastColumn + 1));
}

export function regionText(region: Region): string {
  return `${timeRange(Number(region.startTime) * 1000, Number(region.endTime) * 1000)}, ${durationRange(region.minNano, region.maxNano)}`;
}

export function cellText(map: HeatMapAnswer, range: CellRange, counts: { count: number; errorCount: number }): string {
  const errors = counts.errorCount > 0 ? `, ${countOf(counts.errorCount, 'error')}` : '';
  return `${countOf(counts.count, 'span')}${errors}, ${durationsText(map, range)}, ${timesText(map, range)}`;
}

/** Beyond it nothing is longer. */
const MAX_DURATION_NANO = 2 ** 63 - 1;

function durationRange(minNano: number, maxNano: number): string {
  const from = minNano === 0 ? '0' : formatRoundDuration(minNano);
  return maxNano > MAX_DURATION_NANO ? `from ${from}` : `${from} to ${formatRoundDuration(maxNano)}`;
}

function timeRange(fromMs: number, toMs: number): string {
  const isOneDay = new Date(fromMs).toDateString() === new Date(toMs).toDateString();
  return `${formatDateTime(fromMs)} to ${isOneDay ? formatAxisTime(toMs, 1000) : formatDateTime(toMs)}`;
}
