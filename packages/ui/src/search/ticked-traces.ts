/** Two traces are compared; of more, the two ticked last. */
export const MAX_TICKED = 2;

/** Ids in the order in which they were ticked: with the trace if it was not among them, else without. */
export function toggleTicked(ticked: readonly string[], traceId: string): readonly string[] {
  if (ticked.includes(traceId)) return ticked.filter((each) => each !== traceId);
  return [...ticked, traceId].slice(-MAX_TICKED);
}
