/** One-sided 95 %. */
const Z = 1.6449;

/**
 * Bounds of the true share where `count` of `total` had a property, each with 95 % confidence (so the interval has 90 %).
 * Of no observations it is everything: 0 to 1.
 *
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
export function shareBounds(count: number, total: number): { readonly low: number; readonly high: number } {
  if (total <= 0) return { low: 0, high: 1 };
  const share = count / total;
  const z2 = (Z * Z) / total;
  const center = share + z2 / 2;
  const width = Z * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total));
  return { low: Math.max(0, (center - width) / (1 + z2)), high: Math.min(1, (center + width) / (1 + z2)) };
}
