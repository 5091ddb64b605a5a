import { column, numberAt, textAt } from '../native/native-values.ts';
import { copiesOfRows, redOfRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { edgesOfSlice } from './read-dependencies.ts';
import { requestsOfSlice } from './requests-of-slice.ts';
import {
  MINUTE_NANO,
  type MinuteRange,
  type MinuteState,
  readMinuteStates,
  type RunQuery,
  startedIn,
} from './rolled-minutes.ts';

export interface RollerOptions {
  /** Runs a statement apart from queries; SELECTs give rows. */
  readonly run: RunQuery;
  /** The wall clock. */
  readonly now: () => number;
  /** Grows whenever spans were written: nothing is looked for otherwise. */
  readonly writtenCount: () => number;
  readonly onRolled: () => void;
}

/** A minute is closed so long after its end; spans that come later make its rollup outdated, and it is made again. */
const CLOSED_AFTER_MS = 30_000;
const MINUTE_MS = 60_000;
/** Minutes rolled up in one call of `rollUp`. */
const MAX_MINUTES = 50;

/**
 * Rolls up closed minutes whose rollups are missing or outdated, latest first, one at a time. A rollup is made from the
 * distinct spans, in one statement a table; the note that makes it count is written last.
 */
export class Roller {
  readonly #options: RollerOptions;
  #seenCount = -1;

  constructor(options: RollerOptions) {
    this.#options = options;
  }

  /** Returns how many minutes it rolled up; fewer than there are if `signal` aborts or there are very many. */
  async rollUp(signal: AbortSignal): Promise<number> {
    const { run, now, writtenCount } = this.#options;
    const writtenBefore = writtenCount();
    if (writtenBefore === this.#seenCount) return 0;
    const last = Math.floor((now() - CLOSED_AFTER_MS) / MINUTE_MS) - 1;
    let rolledCount = 0;
    let isAnyOpen = false;
    const tenants = await run(
      'SELECT tenant, max(minute) AS newest FROM minute_rows GROUP BY tenant',
      new SqlParameters(),
    );
    for (const block of tenants) {
      for (let row = 0; row < block.rowCount; row++) {
        const tenant = textAt(column(block, 'tenant'), row);
        if (numberAt(column(block, 'newest'), row) > last) isAnyOpen = true;
        const states = await readMinuteStates(run, tenant, { first: 0, last });
        for (const state of states.toReversed()) {
          if (state.areRequestsCurrent) continue;
          if (signal.aborted || rolledCount >= MAX_MINUTES) return rolledCount;
          if (await this.#rollMinute(tenant, state)) rolledCount++;
          else isAnyOpen = true;
        }
      }
    }
    if (!isAnyOpen) this.#seenCount = writtenBefore;
    return rolledCount;
  }

  async #rollMinute(tenant: string, state: MinuteState): Promise<boolean> {
    const { run, now, onRolled } = this.#options;
    const { minute, rowCount, neighbourRowCount } = state;
    const slice = { first: minute, last: minute };
    // Above that of the rollup before, and most likely not that of one which a crash left unfinished.
    const revision = BigInt(Math.max(now() * 1000, state.revision + 1));
    // The tables of an insert appear one after the other. Inserts are serial, so with equal counts none is half there.
    const counting = new SqlParameters();
    const [counted] = await run(copiesOfRows(rowsOf(counting, tenant, slice)), counting);
    if (counted === undefined || numberAt(column(counted, 'row_count'), 0) !== rowCount) return false;
    const distinctRowCount = BigInt(numberAt(column(counted, 'distinct_row_count'), 0));

    const red = new SqlParameters();
    await run(
      'INSERT INTO red_minutes (tenant, minute, service, name, kind, total, errors, duration_sum, p50, p95, p99, revision) ' +
        `SELECT ${red.string(tenant)}, minute, service, name, kind, total, errors, duration_sum, p50, p95, p99, ` +
        `${red.uint64(revision)} FROM (${redOfRows(rowsOf(red, tenant, slice))})`,
      red,
    );
    const edges = new SqlParameters();
    const edgesOfMinute = await edgesOfSlice(run, edges, tenant, slice);
    await run(
      'INSERT INTO edge_minutes (tenant, minute, parent, child, total, errors, duration_sum, buckets, weights, revision) ' +
        `SELECT ${edges.string(tenant)}, ${edges.uint32(minute)}, parent, child, total, errors, duration_sum, ` +
        // Children without a parent are noted by their number; pairs within a service are no edges.
        `if(parent = '', [toUInt16(0)], buckets), if(parent = '', [toFloat64(child_count)], weights), ` +
        `${edges.uint64(revision)} FROM (${edgesOfMinute}) WHERE parent != child`,
      edges,
    );
    const requests = new SqlParameters();
    const requestsOfMinute = await requestsOfSlice(run, requests, tenant, slice, {
      by: 'operation',
      stepNano: MINUTE_NANO,
    });
    await run(
      'INSERT INTO request_minutes (tenant, minute, service, name, total, errors, duration_sum, shortest, longest, ' +
        `buckets, weights, revision) SELECT ${requests.string(tenant)}, ${requests.uint32(minute)}, service, operation, ` +
        `total, errors, duration_sum, shortest, longest, buckets, weights, ${requests.uint64(revision)} ` +
        `FROM (${requestsOfMinute})`,
      requests,
    );
    const note = new SqlParameters();
    const ofMinute = `tenant = ${note.string(tenant)} AND minute = ${note.uint32(minute)} AND revision = ${note.uint64(revision)}`;
    await run(
      'INSERT INTO rolled_minutes (tenant, minute, row_count, orphan_count, neighbour_row_count, distinct_row_count, ' +
        `revision) SELECT ${note.string(tenant)}, ${note.uint32(minute)}, ${note.uint64(BigInt(rowCount))}, ` +
        `(SELECT toUInt64(sum(weights[1])) FROM edge_minutes WHERE ${ofMinute} AND parent = ''), ` +
        `${note.uint64(BigInt(neighbourRowCount))}, ${note.uint64(distinctRowCount)}, ${note.uint64(revision)}`,
      note,
    );
    onRolled();
    return true;
  }
}

function rowsOf(parameters: SqlParameters, tenant: string, slice: MinuteRange): string {
  return `tenant = ${parameters.string(tenant)} AND ${startedIn(parameters, slice)}`;
}
