import type { NativeBlock } from '../native/native-reader.ts';
import { column, numberAt } from '../native/native-values.ts';
import type { TimeWindow } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

export const MINUTE_NANO = 60_000_000_000n;

/** A parent that starts so many minutes before its child, or after it, and comes late is still noticed. */
const NEIGHBOURS_BEFORE = 60;
const NEIGHBOURS_AFTER = 1;

/** A minute with stored rows, and what it was last rolled up from. */
export interface MinuteState {
  readonly minute: number;
  readonly rowCount: number;
  readonly neighbourRowCount: number;
  /** Of its rollups; 0 without any. */
  readonly revision: number;
  /** Whether RED and edges of the rollup are what the spans would give. */
  readonly isRedCurrent: boolean;
  readonly areEdgesCurrent: boolean;
  readonly areRequestsCurrent: boolean;
  /** Whether it is known that no span has a copy. */
  readonly isCopyFree: boolean;
}

/** First and last minute that a window touches. */
export interface MinuteRange {
  readonly first: number;
  readonly last: number;
}

const LAST_MINUTE = Number((2n ** 64n - 1n) / MINUTE_NANO);

export function minuteRange(window: TimeWindow | undefined): MinuteRange | undefined {
  if (window === undefined) return { first: 0, last: LAST_MINUTE };
  if (window.toUnixNano <= window.fromUnixNano || window.toUnixNano <= 0n) return undefined;
  const first = window.fromUnixNano < 0n ? 0 : Number(window.fromUnixNano / MINUTE_NANO);
  return { first, last: Math.min(LAST_MINUTE, Number((window.toUnixNano - 1n) / MINUTE_NANO)) };
}

/** `settings`: more `name = value` settings. */
export type RunQuery = (sql: string, parameters: SqlParameters, settings?: readonly string[]) => Promise<NativeBlock[]>;

interface Rolled {
  readonly rowCount: number;
  readonly orphanCount: number;
  readonly neighbours: number;
  readonly distinctRowCount: number;
  readonly revision: number;
}

/** The minutes of the range that have rows, in order. */
export async function readMinuteStates(run: RunQuery, tenant: string, range: MinuteRange): Promise<MinuteState[]> {
  const rolled = new Map<number, Rolled>();
  const rolledParameters = new SqlParameters();
  const rolledBlocks = await run(
    'SELECT minute, argMax(rolled_minutes.row_count, revision) AS row_count, ' +
      'argMax(orphan_count, revision) AS orphans, argMax(neighbour_row_count, revision) AS neighbours, ' +
      'argMax(distinct_row_count, revision) AS distinct_rows, ' +
      'max(rolled_minutes.revision) AS newest FROM rolled_minutes ' +
      `WHERE ${inRange(rolledParameters, tenant, range)} GROUP BY minute`,
    rolledParameters,
  );
  for (const block of rolledBlocks) {
    for (let row = 0; row < block.rowCount; row++) {
      rolled.set(numberAt(column(block, 'minute'), row), {
        rowCount: numberAt(column(block, 'row_count'), row),
        orphanCount: numberAt(column(block, 'orphans'), row),
        neighbours: numberAt(column(block, 'neighbours'), row),
        distinctRowCount: numberAt(column(block, 'distinct_rows'), row),
        revision: numberAt(column(block, 'newest'), row),
      });
    }
  }
  const parameters = new SqlParameters();
  const around = { first: range.first - NEIGHBOURS_BEFORE, last: range.last + NEIGHBOURS_AFTER };
  const blocks = await run(
    'SELECT minute, sum(row_count) AS total FROM minute_rows ' +
      `WHERE ${inRange(parameters, tenant, around)} GROUP BY minute ORDER BY minute`,
    parameters,
  );
  const minutes = blocks.flatMap((block) =>
    Array.from({ length: block.rowCount }, (_, row) => ({
      minute: numberAt(column(block, 'minute'), row),
      rowCount: numberAt(column(block, 'total'), row),
    })),
  );
  const states: MinuteState[] = [];
  // A sliding sum over the neighbours.
  let neighbourRowCount = 0;
  let next = 0;
  let oldest = 0;
  for (const { minute, rowCount } of minutes) {
    for (
      let each = minutes[next];
      each !== undefined && each.minute <= minute + NEIGHBOURS_AFTER;
      each = minutes[++next]
    ) {
      neighbourRowCount += each.rowCount;
    }
    for (
      let each = minutes[oldest];
      each !== undefined && each.minute < minute - NEIGHBOURS_BEFORE;
      each = minutes[++oldest]
    ) {
      neighbourRowCount -= each.rowCount;
    }
    if (minute < range.first || minute > range.last) continue;
    const known = rolled.get(minute);
    const isRedCurrent = known !== undefined && known.rowCount === rowCount;
    const areEdgesCurrent = isRedCurrent && (known.orphanCount === 0 || known.neighbours === neighbourRowCount);
    states.push({
      minute,
      rowCount,
      neighbourRowCount,
      revision: known?.revision ?? 0,
      isRedCurrent,
      areEdgesCurrent,
      areRequestsCurrent: areEdgesCurrent && known.distinctRowCount > 0,
      isCopyFree: isRedCurrent && known.distinctRowCount === rowCount,
    });
  }
  return states;
}

/** The current revision of each of the minutes, for rows of a rollup to be compared with. */
export function currentRevision(parameters: SqlParameters, minutes: readonly MinuteState[]): string {
  // One number a minute, in the order of the minutes.
  const numbers = parameters.uint64s(minutes.map(({ minute }) => BigInt(minute)));
  const revisions = parameters.uint64s(minutes.map(({ revision }) => BigInt(revision)));
  return `transform(toUInt64(minute), ${numbers}, ${revisions}, toUInt64(0))`;
}

/** Whether the window holds the minute from its start to its end. */
export function isWholeIn(window: TimeWindow | undefined): (state: MinuteState) => boolean {
  if (window === undefined) return () => true;
  return ({ minute }) =>
    BigInt(minute) * MINUTE_NANO >= window.fromUnixNano && BigInt(minute + 1) * MINUTE_NANO <= window.toUnixNano;
}

export function inRange(parameters: SqlParameters, tenant: string, { first, last }: MinuteRange): string {
  return (
    `tenant = ${parameters.string(tenant)} AND minute >= ${parameters.uint32(Math.max(0, first))} ` +
    `AND minute <= ${parameters.uint32(Math.min(last, LAST_MINUTE))}`
  );
}

/** Consecutive minutes (with others in between that have no rows or are not asked for) as ranges of bounded size. */
export function slicesOf(
  minutes: readonly MinuteState[],
  all: readonly MinuteState[],
  maxRowCount: number,
): MinuteRange[] {
  const wanted = new Set(minutes.map(({ minute }) => minute));
  const slices: MinuteRange[] = [];
  let open: { first: number; last: number; rowCount: number } | undefined;
  for (const { minute, rowCount } of all) {
    if (!wanted.has(minute)) {
      open = undefined;
    } else if (open === undefined || open.rowCount + rowCount > maxRowCount) {
      open = { first: minute, last: minute, rowCount };
      slices.push(open);
    } else {
      open.last = minute;
      open.rowCount += rowCount;
    }
  }
  return slices;
}

/** `start_time_unix_nano` within whole minutes, cut to the window. */
export function startedIn(parameters: SqlParameters, { first, last }: MinuteRange, window?: TimeWindow): string {
  let from = BigInt(first) * MINUTE_NANO;
  let to = (BigInt(last) + 1n) * MINUTE_NANO - 1n;
  if (window !== undefined) {
    if (window.fromUnixNano > from) from = window.fromUnixNano;
    if (window.toUnixNano - 1n < to) to = window.toUnixNano - 1n;
  }
  if (to > 2n ** 64n - 1n) to = 2n ** 64n - 1n;
  return `start_time_unix_nano >= ${parameters.uint64(from)} AND start_time_unix_nano <= ${parameters.uint64(to)}`;
}
