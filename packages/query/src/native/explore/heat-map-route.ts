import { secondsFromNanos } from '@throughline/model';
import { type HeatCell, HeatTally } from '@throughline/store';
import { printQuery, type Query, queryConditions } from '@throughline/traceql';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AnalysisWindow, analysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import { visitMatchingSpans } from '../../matching-spans.ts';
import type { QueryContext } from '../../query-context.ts';
import { type AnalysisCall, analysisWindowAnswer } from '../analysis/analysis-context.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import { filterParameters } from '../filter-parameters.ts';
import { errorAnswer } from '../schemas.ts';
import type { HeatMapAnswer } from './explore-answer-types.ts';
import { heatMapAnswer } from './explore-schemas.ts';
import { columnsOf, columnStep, DURATION_BOUNDS_NANO, rowsOver } from './heat-map-grid.ts';
import { countedSpans, narrowableParts } from './span-filter-query.ts';

const DEFAULT_COLUMNS = 120;
const MAX_COLUMNS = 240;
const DEFAULT_ROWS = 40;
/** One for what is too short to tell apart, and one for the rest. */
const MIN_ROWS = 2;
const MAX_ROWS = 64;

const parameters = z.strictObject({
  ...filterParameters,
  ...windowParameters,
  columns: integer(1, MAX_COLUMNS)
    .optional()
    .meta({ description: `At most so many columns of time, up to ${MAX_COLUMNS}; ${DEFAULT_COLUMNS} by default` }),
  rows: integer(MIN_ROWS, MAX_ROWS)
    .optional()
    .meta({ description: `At most so many rows of durations, up to ${MAX_ROWS}; ${DEFAULT_ROWS} by default` }),
});

/** `GET /v1/heatmap` */
export function heatMapRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/v1/heatmap',
    {
      schema: {
        tags: ['exploration'],
        operationId: 'heatMap',
        summary: 'Count the spans that match by start and duration',
        description:
          'Takes what GET /v1/traces takes; without any condition the spans without a parent are counted. The search ' +
          "for the answer's filter and the durations of rows, over the time of columns, lists exactly the traces of the " +
          'spans that the cells count. Without a window it is the last hour, or the last hour of the data where ' +
          'nothing is newer.',
        querystring: parameters,
        response: { 200: heatMapAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const given = validQuery(request, parameters);
      return runAnalysis(request, reply, context, async (call) => {
        const window = await analysisWindow(given, call);
        const grid = { columns: given.columns ?? DEFAULT_COLUMNS, rows: given.rows ?? DEFAULT_ROWS };
        return heatMapOf(countedSpans(given), window, grid, call);
      });
    },
  );
}

async function heatMapOf(
  query: Query,
  window: AnalysisWindow,
  grid: { readonly columns: number; readonly rows: number },
  call: AnalysisCall,
): Promise<HeatMapAnswer> {
  const stepNano = columnStep(window, grid.columns);
  const counted = await cellsOf(query, window, stepNano, call);
  const columns = columnsOf(window, stepNano);
  const rows = rowsOver(
    counted.cells.map(({ row }) => row),
    grid.rows,
  );
  const cells = new Map<number, { column: number; row: number; count: number; error_count: number }>();
  const total = { count: 0, error_count: 0 };
  for (const { column, row: bound, count, errorCount } of counted.cells) {
    const at = { column: Number(column - columns.first), row: rows.rowOf(bound) };
    const key = at.column * grid.rows + at.row;
    let cell = cells.get(key);
    if (cell === undefined) cells.set(key, (cell = { ...at, count: 0, error_count: 0 }));
    for (const sum of [cell, total]) {
      sum.count += count;
      sum.error_count += errorCount;
    }
  }
  const reasons = [...counted.reasons, ...evictionReasons(call.store)];
  const start = columns.first * stepNano;
  return {
    window: analysisWindowAnswer(window),
    step_seconds: secondsFromNanos(stepNano),
    first_column_time: secondsFromNanos(start),
    first_column_time_unix_nano: String(start),
    column_count: columns.count,
    rows: rows.bounds.map(({ minNano, maxNano }) => ({ min_nano: Number(minNano), max_nano: Number(maxNano) })),
    cells: [...cells.values()],
    ...total,
    filter: printQuery(query),
    filter_parts: narrowableParts(query),
    complete: reasons.length === 0,
    reasons,
  };
}

/** By the store, or from the traces where the store cannot tell what matches. */
async function cellsOf(
  query: Query,
  window: AnalysisWindow,
  stepNano: bigint,
  call: AnalysisCall,
): Promise<{ readonly cells: readonly HeatCell[]; readonly reasons: readonly IncompletenessReason[] }> {
  const { store, tenant, signal } = call;
  const grid = { stepNano, boundsNano: DURATION_BOUNDS_NANO };
  const cells = await store.heatCells(tenant, { conditions: queryConditions(query), window, ...grid }, { signal });
  if (cells !== undefined) return { cells, reasons: [] };
  const tally = new HeatTally(grid);
  const reasons = await visitMatchingSpans({ tenant, query, window }, call, (span) => tally.add(span));
  return { cells: tally.cells(), reasons };
}
