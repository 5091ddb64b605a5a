/** Spans of one instrumentation scope, encoded: OTLP `ScopeSpans.spans` fields (tag, length, `Span`) one after the other. */
export interface EncodedScopeSpans {
  readonly scope: {
    readonly name: string;
    readonly version: string;
    readonly schemaUrl: string;
    /** Encoded fields `InstrumentationScope.attributes`; absent where there are none. */
    readonly attributes?: Uint8Array;
  };
  readonly spans: Uint8Array;
  readonly spanCount: number;
}

/**
 * Finished spans on their way out. Each was encoded once, when it ended; an OTLP exporter frames the bytes, every other
 * one reads them back (`spansOfBatch`). The bytes belong to the exporter until its `export` settles.
 */
export interface SpanBatch {
  /** An encoded OTLP `Resource` message (field 1 of `ResourceSpans`, without tag and length). */
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string;
  readonly scopes: readonly EncodedScopeSpans[];
  readonly spanCount: number;
  /** Of all `spans` together. */
  readonly byteLength: number;
}

/** What became of a batch. Spans are either exported or dropped, and every drop has a reason. */
export interface ExportOutcome {
  readonly exportedCount: number;
  readonly droppedCount: number;
  /** Lower snake case, e.g. `rejected`, `unreachable`, `timeout`, `too_large`, `shut_down`; undefined when nothing was dropped. */
  readonly dropReason?: string;
  /** For a person, without secrets. */
  readonly message?: string;
}

/** Told what exports cost. */
export interface ExportTimer {
  /** Runs and times a synchronous section on the application's thread. */
  section<Result>(work: () => Result): Result;
  /** CPU of a thread of the exporter's own since the last call. */
  addThreadCpu(nano: number): void;
}

/**
 * Sends encoded spans somewhere. `export` never rejects and never throws: failures are outcomes, after the exporter's
 * own retries. Calls may overlap; an exporter bounds its own concurrency and memory. `signal` ends waiting and retries.
 * `shutdown` is idempotent; an `export` after it drops everything as `shut_down`. What `export` does before it waits for
 * the first time is timed by whoever calls it; `timeWith`, called before the first `export`, gives a timer for the rest.
 * An exporter keeps the process alive while it sends or somebody waits for a flush, unless `letExit` was called before the
 * first `export`: then it never does, and who waits must do so.
 */
export interface BatchExporter {
  readonly name: string;
  /** Neither it nor what it has made of a batch reads the batch's bytes after `export` has settled: they are used again. */
  readonly releasesBytes?: boolean;
  /** It has taken its listeners from the signal, and passed it to nobody, when `export` settles: the signal is used again. */
  readonly releasesSignal?: boolean;
  export(batch: SpanBatch, signal: AbortSignal): Promise<ExportOutcome>;
  timeWith?(timer: ExportTimer): void;
  letExit?(): void;
  forceFlush?(signal: AbortSignal): Promise<void>;
  shutdown(): Promise<void>;
}
