import type { HeatMapAnswer } from '../native/explore/explore-answer-types.ts';

/** Columns and rows of a heat map, both ends included. */
export interface HeatMapRegion {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/** The parameters of a search that lists the traces of exactly the spans which the region's cells count. */
export interface HeatMapSearch {
  readonly q: string;
  /** Decimal seconds, exact. */
  readonly start_time: string;
  readonly end_time: string;
}

const MAX_DURATION_NANO = 2 ** 63 - 1;

/** Undefined where the map has no such cells, or TraceQL cannot name their spans (`filter_parts` is empty). */
export function heatMapRegion(
  map: Pick<HeatMapAnswer, 'window' | 'step_seconds' | 'first_column_time_unix_nano' | 'rows' | 'filter_parts'>,
  region: HeatMapRegion,
): HeatMapSearch | undefined {
  const first = map.rows[region.firstRow];
  const last = map.rows[region.lastRow];
  if (first === undefined || last === undefined || map.filter_parts.length === 0) return undefined;
  const origin = BigInt(map.first_column_time_unix_nano);
  const step = BigInt(Math.round(map.step_seconds * 1e9));
  const start = later(origin + BigInt(region.firstColumn) * step, BigInt(map.window.start_time_unix_nano));
  const end = earlier(origin + BigInt(region.lastColumn + 1) * step, BigInt(map.window.end_time_unix_nano));
  if (start >= end) return undefined;
  const atLeast = `duration >= ${first.min_nano}ns`;
  // Beyond what TraceQL can write nothing is longer.
  const within = last.max_nano > MAX_DURATION_NANO ? atLeast : `${atLeast} && duration < ${last.max_nano}ns`;
  const q = map.filter_parts.join(within);
  return { q, start_time: decimalSeconds(start), end_time: decimalSeconds(end) };
}

function decimalSeconds(unixNano: bigint): string {
  const digits = String(unixNano).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
