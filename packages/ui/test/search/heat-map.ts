import type { HeatMapAnswer } from '@throughline/query/client';
import fc from 'fast-check';

/** A map of 10 columns of 6 s and rows that double from 1 ms. */
export function mapWith(
  cells: readonly (readonly [column: number, row: number, count: number, errors: number])[],
): HeatMapAnswer {
  const start = 1_700_000_000;
  return {
    window: {
      start_time: start,
      end_time: start + 60,
      start_time_unix_nano: `${start}000000000`,
      end_time_unix_nano: `${start + 60}000000000`,
      chosen: 'request',
    },
    step_seconds: 6,
    first_column_time: start,
    first_column_time_unix_nano: `${start}000000000`,
    column_count: 10,
    rows: Array.from({ length: 8 }, (_, row) => ({ min_nano: 1e6 * 2 ** row, max_nano: 1e6 * 2 ** (row + 1) })),
    cells: cells.map(([column, row, count, error_count]) => ({ column, row, count, error_count })),
    count: cells.reduce((sum, [, , count]) => sum + count, 0),
    error_count: cells.reduce((sum, [, , , errors]) => sum + errors, 0),
    filter: '{ }',
    filter_parts: ['{ ', ' }'],
    complete: true,
    reasons: [],
  };
}

export const arbitraryMap: fc.Arbitrary<HeatMapAnswer> = fc
  .uniqueArray(fc.tuple(fc.nat(9), fc.nat(7), fc.integer({ min: 1, max: 100_000 }), fc.nat(5)), {
    selector: ([column, row]) => column * 8 + row,
  })
  .map((cells) => mapWith(cells));
