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
}
