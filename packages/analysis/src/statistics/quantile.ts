/**
 * The value below which the share `q` (0 to 1) of the values lies, by linear interpolation between neighbours; what
 * NumPy, R and spreadsheets give by default. Undefined of no values. O(1).
 *
 * Source: definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages" (1996).
 *
 * @param sorted ascending
 */
export function quantile(sorted: ArrayLike<number>, q: number): number | undefined {
  const last = sorted.length - 1;
  if (last < 0) return undefined;
  const at = Math.min(1, Math.max(0, q)) * last;
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(last, below + 1)] ?? low;
  return low + (at - below) * (high - low);
}
