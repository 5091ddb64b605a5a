/** Limits and sizes of the embedded store. All have defaults ({@link chdbDefaults}). */
export interface ChdbStoreOptions {
  /** Created if it is not there. One process at a time uses it. */
  readonly directory: string;
  /** Queries that run at the same time; each uses one thread. */
  readonly querySessionCount?: number;
  /** Queries that wait for a session; one more is refused with `too_many_queries`. */
  readonly maxQueuedQueryCount?: number;
  readonly queryTimeoutMs?: number;
  readonly maxQueryMemoryBytes?: number;
  /** The engine refuses work beyond this. */
  readonly maxServerMemoryBytes?: number;
  readonly markCacheBytes?: number;
  readonly mergeThreadCount?: number;
  /** Spans and bytes that may wait for an insert; more is refused with `overloaded`. */
  readonly maxPendingSpanCount?: number;
  readonly maxPendingBytes?: number;
  /** Inserts of fewer spans than this start in bursts, and beyond them one an interval. 0 ms spaces nothing. */
  readonly ampleInsertSpanCount?: number;
  readonly insertBurst?: number;
  readonly insertIntervalMs?: number;
  /** Spans of a trace that `readTraces` returns unless it is told otherwise. */
  readonly maxSpansPerTrace?: number;
  /** How often closed minutes without a current rollup are looked for; 0 for never. */
  readonly rollupIntervalMs?: number;
  /** The wall clock, in milliseconds. */
  readonly now?: () => number;
}

export const chdbDefaults: Required<Omit<ChdbStoreOptions, 'directory'>> = {
  querySessionCount: 3,
  maxQueuedQueryCount: 64,
  queryTimeoutMs: 30_000,
  maxQueryMemoryBytes: 400_000_000,
  maxServerMemoryBytes: 900_000_000,
  markCacheBytes: 64 << 20,
  mergeThreadCount: 2,
  maxPendingSpanCount: 200_000,
  maxPendingBytes: 96 << 20,
  ampleInsertSpanCount: 50_000,
  insertBurst: 20,
  insertIntervalMs: 200,
  maxSpansPerTrace: 200_000,
  rollupIntervalMs: 10_000,
  now: Date.now,
};
