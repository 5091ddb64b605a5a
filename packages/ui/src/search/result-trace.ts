/** One trace of the result list, as the page shows it. */
export interface ResultTrace {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootOperation: string;
  readonly services: readonly string[];
  readonly startMs: number;
  readonly durationNano: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /**
   * Of the columns that the search asked for, by their keys, as text; null where the trace was too large to be read for
   * that. Undefined of a trace that came without being asked for them.
   */
  readonly attributes?: ReadonlyMap<string, string> | null;
}
