import type { TimeWindow } from '@throughline/store';

/** How finely durations are told apart before rows are made of them: bounds per power of ten. */
const BOUNDS_PER_DECADE = 40;
/** From a microsecond on: few clocks tell less apart. */
const FIRST_EXPONENT = 3;
const LAST_EXPONENT = 19;
/** How many neighbouring bounds may become one row: divisors, so that rows begin at powers of ten. */
const ROW_SIZES = [1, 2, 4, 5, 8, 10, 20, 40, 80, 160, 320, 640, 1_280] as const;

/**
 * Bounds of durations in nanoseconds, ascending: 0, and from 1 µs on forty a decade with three digits each, so that
 * they can be read and TraceQL writes them exactly.
 */
export const DURATION_BOUNDS_NANO: readonly bigint[] = [0n, ...boundsFrom(FIRST_EXPONENT, LAST_EXPONENT)];

function* boundsFrom(first: number, last: number): Generator<bigint> {
  for (let exponent = first; exponent < last; exponent++) {
    for (let step = 0; step < BOUNDS_PER_DECADE; step++) {
      yield BigInt(Math.round(100 * 10 ** (step / BOUNDS_PER_DECADE))) * 10n ** BigInt(exponent - 2);
    }
  }
  yield 10n ** BigInt(last);
}

/** Consecutive rows of several bounds each. */
export interface Rows {
  /** From the first with spans to the last. */
  readonly bounds: readonly { readonly minNano: bigint; readonly maxNano: bigint }[];
  /** Index of a row by that of its bound. */
  readonly rowOf: (bound: number) => number;
}

const LONGEST_NANO = 2n ** 64n;

/**
 * At most `maxRows` (2 or more) rows, as fine as that allows, over the bounds that have spans, by their indexes. What is
 * shorter than the first bound but 0 is one row, which reaches up to the next one with spans, however far that is.
 */
export function rowsOver(used: Iterable<number>, maxRows: number): Rows {
  let hasShort = false;
  let [first, last] = [Infinity, 0];
  for (const bound of used) {
    if (bound === 0) hasShort = true;
    else [first, last] = [Math.min(first, bound), Math.max(last, bound)];
  }
  if (last === 0) return { bounds: hasShort ? [{ minNano: 0n, maxNano: boundAt(1) }] : [], rowOf: () => 0 };
  // Counted from the first power of ten.
  const group = (bound: number, size: number): number => Math.floor((bound - 1) / size);
  const shortRows = hasShort ? 1 : 0;
  const size =
    ROW_SIZES.find((each) => group(last, each) - group(first, each) + shortRows < maxRows) ??
    ROW_SIZES[ROW_SIZES.length - 1] ??
    1;
  const lowest = group(first, size);
  const startOf = (row: number): bigint => boundAt(row * size + 1);
  const bounds = Array.from({ length: group(last, size) - lowest + 1 }, (_, i) => ({
    minNano: startOf(lowest + i),
    maxNano: startOf(lowest + i + 1),
  }));
  if (hasShort) bounds.unshift({ minNano: 0n, maxNano: startOf(lowest) });
  return { bounds, rowOf: (bound) => (bound === 0 ? 0 : group(bound, size) - lowest + shortRows) };
}

function boundAt(index: number): bigint {
  return DURATION_BOUNDS_NANO[index] ?? LONGEST_NANO;
}

const SECOND_NANO = 1_000_000_000n;
const DAY_NANO = 86_400n * SECOND_NANO;
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/** The shortest round step by which the window has at most `maxColumns` columns, which begin at its multiples. */
export function columnStep(window: TimeWindow, maxColumns: number): bigint {
  const fits = (step: bigint): boolean => columnsOf(window, step).count <= maxColumns;
  for (let unit = 1_000n; unit < SECOND_NANO; unit *= 10n) {
    for (const times of [1n, 2n, 5n]) if (fits(unit * times)) return unit * times;
  }
  const seconds = SECONDS.find((each) => fits(BigInt(each) * SECOND_NANO));
  if (seconds !== undefined) return BigInt(seconds) * SECOND_NANO;
  let days = 2n;
  while (!fits(days * DAY_NANO)) days *= 2n;
  return days * DAY_NANO;
}

/** The columns that the window, which is not empty, touches; the first by its number since the epoch. */
export function columnsOf(
  { fromUnixNano, toUnixNano }: TimeWindow,
  step: bigint,
): { readonly first: bigint; readonly count: number } {
  const first = fromUnixNano / step;
  return { first, count: Number((toUnixNano - 1n) / step - first) + 1 };
}
