/** As text, by the keys of their columns; or they are on their way. */
export type TraceAttributes = ReadonlyMap<string, string> | 'coming';

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
   * Of the columns that the search asked for. Undefined of a trace that came without them: it arrived by itself, was too
   * large, or the search had no time left for it.
   */
  readonly attributes?: TraceAttributes;
}
