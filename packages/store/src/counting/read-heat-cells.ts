import { bigintAt, column, numberAt } from '../native/native-values.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { heatCellsOfRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { ExactRows } from './exact-rows.ts';
import { compareCells, type HeatCell, type HeatMapGrid, rowOf } from './heat-map.ts';

/** The cells of the rows, in one scan. */
export async function readHeatCells(
  run: RunQuery,
  rows: ExactRows,
  { stepNano, boundsNano }: HeatMapGrid,
): Promise<readonly HeatCell[]> {
  const parameters = new SqlParameters();
  const counted = rows(parameters);
  if (counted.where === '0') return [];
  const blocks = await run(
    heatCellsOfRows(counted, { stepNano: parameters.uint64(stepNano), boundsNano: parameters.uint64s(boundsNano) }),
    parameters,
  );
  return blocks
    .flatMap((block) =>
      Array.from({ length: block.rowCount }, (_, row) => ({
        column: bigintAt(column(block, 'one_column'), row),
        row: rowOf(boundsNano, bigintAt(column(block, 'bound'), row)),
        count: numberAt(column(block, 'total'), row),
        errorCount: numberAt(column(block, 'errors'), row),
      })),
    )
    .sort(compareCells);
}
