import type { TraceRecord } from '../spans/trace-record.ts';

/** Keeps the slowest traces that it is shown; of equals the earlier. */
export class SlowestTraces {
  readonly #limit: number;
  readonly #traces: TraceRecord[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the trace is one of the slowest so far; of another, nothing more is needed. */
  offer(trace: TraceRecord): boolean {
    const traces = this.#traces;
    const last = traces.at(-1);
    if (traces.length >= this.#limit && (last === undefined || trace.durationNano <= last.durationNano)) return false;
    let at = traces.length;
    while (at > 0 && (traces[at - 1]?.durationNano ?? 0) < trace.durationNano) at--;
    traces.splice(at, 0, trace);
    const dropped = traces.length > this.#limit ? traces.pop() : undefined;
    if (dropped !== undefined) dropped.keptSpans = undefined;
    return true;
  }

  /** Slowest first. */
  list(): readonly TraceRecord[] {
    return this.#traces;
  }
}
