/** Bounds of an offset at an instant, from one call. Nanoseconds; `low <= high`. */
export interface OffsetBounds {
  readonly atSeconds: number;
  readonly low: number;
  readonly high: number;
}

export interface PairOffset {
  readonly offsetNano: number;
  /** The offset is within this of the estimate, if the calls are what they seem; also how sure it is. */
  readonly errorNano: number;
  readonly driftNanoPerSecond: number;
  /** Share of the calls whose bounds the estimate breaks: children that nobody waited for, or clocks that were set. */
  readonly violatedShare: number;
}

/** Of the calls, the share on each side whose bounds may be wrong. */
const TRIMMED_SHARE = 0.01;
/** Drift is looked for in as many stretches of time, each with enough calls of its own. */
const STRETCHES = 8;
const MIN_CALLS_PER_STRETCH = 10;

/**
 * The offset that agrees with the bounds: 0 if that does, else the middle between the highest lower and the lowest upper
 * bound, once a hundredth of the calls on each side is set aside. Where the bounds of the whole time contradict each other
 * but those of shorter stretches do not, the clocks drift, and a line is laid through the stretches. O(n log n).
 *
 * @param bounds at least one
 */
export function fitOffset(bounds: readonly OffsetBounds[], atSeconds: number): PairOffset {
  const whole = meet(bounds);
  let fit = { offset: whole.low <= 0 && 0 <= whole.high ? 0 : whole.middle, drift: 0, error: whole.error };
  if (whole.low > whole.high) fit = fitDrift(bounds, atSeconds) ?? fit;
  const violated = bounds.filter(({ atSeconds: at, low, high }) => {
    const offset = fit.offset + fit.drift * (at - atSeconds);
    // Half a nanosecond is what rounding takes.
    return offset < low - 0.5 || offset > high + 0.5;
  });
  return {
    offsetNano: fit.offset,
    errorNano: fit.error,
    driftNanoPerSecond: fit.drift,
    violatedShare: violated.length / bounds.length,
  };
}

interface Meeting {
  readonly low: number;
  readonly high: number;
  readonly middle: number;
  /** Half of the distance, also where the bounds contradict each other by it. */
  readonly error: number;
}

function meet(bounds: readonly OffsetBounds[]): Meeting {
  const lows = bounds.map(({ low }) => low).toSorted((a, b) => b - a);
  const highs = bounds.map(({ high }) => high).toSorted((a, b) => a - b);
  const trimmed = Math.floor(TRIMMED_SHARE * bounds.length);
  const low = lows[trimmed] ?? 0;
  const high = highs[trimmed] ?? 0;
  // An offset of 0 may be anywhere within its bounds.
  const error = low <= 0 && 0 <= high ? Math.max(-low, high) : Math.abs(high - low) / 2;
  return { low, high, middle: (low + high) / 2, error };
}

/** A line through the middles of stretches of time, by least squares; undefined where it explains the bounds no better. */
function fitDrift(
  bounds: readonly OffsetBounds[],
  atSeconds: number,
): { readonly offset: number; readonly drift: number; readonly error: number } | undefined {
  const ordered = bounds.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const perStretch = Math.max(MIN_CALLS_PER_STRETCH, Math.ceil(ordered.length / STRETCHES));
  const points: { readonly x: number; readonly y: number; readonly error: number }[] = [];
  for (let from = 0; from + MIN_CALLS_PER_STRETCH <= ordered.length; from += perStretch) {
    const stretch = ordered.slice(from, from + perStretch);
    const { middle, error } = meet(stretch);
    const x = stretch.reduce((sum, { atSeconds: at }) => sum + at, 0) / stretch.length - atSeconds;
    points.push({ x, y: middle, error });
  }
  if (points.length < 3) return undefined;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let covariance = 0;
  let variance = 0;
  for (const { x, y } of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  if (variance === 0) return undefined;
  const drift = covariance / variance;
  const offset = meanY - drift * meanX;
  // Along the line the bounds must agree better than they do at one offset.
  const levelled = meet(
    bounds.map(({ atSeconds: at, low, high }) => {
      const along = offset + drift * (at - atSeconds);
      return { atSeconds: at, low: low - along, high: high - along };
    }),
  );
  const flat = meet(bounds);
  if (flat.low - flat.high <= levelled.low - levelled.high) return undefined;
  const correction = levelled.low <= levelled.high ? levelled.middle : 0;
  return { offset: offset + correction, drift, error: Math.abs(levelled.high - levelled.low) / 2 };
}
