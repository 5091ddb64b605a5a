import type { NativeBlock } from '../native/native-reader.ts';
import { column, numberAt, textAt } from '../native/native-values.ts';
import { compareRedPoints } from '../memory/red-points.ts';
import type { RedPoint, TimeWindow } from '../span-store.ts';
import { redOfRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { ofService } from './parent-rows.ts';
import { inRange, minuteRange, readMinuteStates, type RunQuery, slicesOf, startedIn } from './rolled-minutes.ts';

/** Rows of one query over spans. */
const MAX_SLICE_ROWS = 1_000_000;

/** RED of the minutes that the window touches: from rollups where these are current, from the spans elsewhere. */
export async function readRed(
  run: RunQuery,
  tenant: string,
  service: string | undefined,
  window: TimeWindow,
): Promise<RedPoint[]> {
  const range = minuteRange(window);
  if (range === undefined) return [];
  const states = await readMinuteStates(run, tenant, range);
  const revisions = new Map(states.filter((s) => s.isRedCurrent).map((s) => [s.minute, s.revision]));
  const points: RedPoint[] = [];
  if (revisions.size > 0) {
    const parameters = new SqlParameters();
    const blocks = await run(
      'SELECT minute, service, name, kind, total, errors, duration_sum, p50, p95, p99, revision FROM red_minutes ' +
        `WHERE ${inRange(parameters, tenant, range)}${ofService(parameters, service)}`,
      parameters,
    );
    for (const block of blocks) {
      const minutes = column(block, 'minute');
      const revision = column(block, 'revision');
      const rows = redPointsOf(block);
      for (const [row, point] of rows.entries()) {
        if (revisions.get(numberAt(minutes, row)) === numberAt(revision, row)) points.push(point);
      }
    }
  }
  const open = states.filter((s) => !s.isRedCurrent);
  for (const slice of slicesOf(open, states, MAX_SLICE_ROWS)) {
    const parameters = new SqlParameters();
    const where =
      `tenant = ${parameters.string(tenant)} AND ${startedIn(parameters, slice)}` + ofService(parameters, service);
    for (const block of await run(redOfRows(where), parameters)) points.push(...redPointsOf(block));
  }
  return points.sort(compareRedPoints);
}

function redPointsOf(block: NativeBlock): RedPoint[] {
  return Array.from({ length: block.rowCount }, (_, row) => ({
    service: textAt(column(block, 'service'), row),
    operation: textAt(column(block, 'name'), row),
    kind: numberAt(column(block, 'kind'), row),
    minuteUnixSeconds: numberAt(column(block, 'minute'), row) * 60,
    count: numberAt(column(block, 'total'), row),
    errorCount: numberAt(column(block, 'errors'), row),
    durationSumNano: numberAt(column(block, 'duration_sum'), row),
    durationP50Nano: numberAt(column(block, 'p50'), row),
    durationP95Nano: numberAt(column(block, 'p95'), row),
    durationP99Nano: numberAt(column(block, 'p99'), row),
  }));
}
