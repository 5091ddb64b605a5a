/**
 * The indices of a longest strictly increasing subsequence, ascending. O(n log n).
 * Source: Schensted, "Longest increasing and decreasing subsequences" (1961); patience sorting.
 */
export function longestIncreasing(values: readonly number[]): readonly number[] {
  /** By length less 1: the index where the best subsequence of that length ends. */
  const ends: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  }
  const result: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) result.push(index);
  return result.toReversed();
}
