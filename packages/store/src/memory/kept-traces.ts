import { assembleTrace, type Span, type SpanBatch, type Trace } from '@throughline/model';
import { spansFromColumns } from '@throughline/wire';
import { LinkIndex } from './link-index.ts';

/** Beyond either bound whole traces are evicted, those whose first span came earliest first. */
export interface Bounds {
  readonly maxSpanCount: number;
  /** Of the encoded spans as they came; objects take several times that. */
  readonly maxBytes: number;
}

export interface TraceRecord {
  readonly tenant: string;
  readonly spans: Span[];
  byteCount: number;
  /** Assembled when it is first asked for, until the next write. */
  assembled: Trace | undefined;
}

export function assembledTrace(record: TraceRecord): Trace {
  return (record.assembled ??= assembleTrace(record.spans));
}

interface Tenant {
  /** By trace id. */
  readonly traces: Map<string, TraceRecord>;
  readonly links: LinkIndex;
}

const NO_TRACES: ReadonlyMap<string, TraceRecord> = new Map();

/** The spans of a store that forgets: traces by tenant, as many as the bounds allow. */
export class KeptTraces {
  readonly counters = { spans_written: 0, spans_evicted: 0, traces_evicted: 0 };
  readonly #bounds: Bounds;
  readonly #tenants = new Map<string, Tenant>();
  /** In the order of their first span's arrival; with their ids. */
  readonly #arrivals = new Map<TraceRecord, string>();
  #spanCount = 0;
  #byteCount = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  add({ tenant, columns }: SpanBatch): void {
    if (columns.spanCount === 0) return;
    let kept = this.#tenants.get(tenant);
    if (kept === undefined) this.#tenants.set(tenant, (kept = { traces: new Map(), links: new LinkIndex() }));
    const { traces, links } = kept;
    const bytesPerSpan = columns.source.length / columns.spanCount;
    for (const span of spansFromColumns(columns)) {
      let record = traces.get(span.traceId);
      if (record === undefined) {
        record = { tenant, spans: [], byteCount: 0, assembled: undefined };
        traces.set(span.traceId, record);
        this.#arrivals.set(record, span.traceId);
      }
      record.spans.push(span);
      links.add(span);
      record.byteCount += bytesPerSpan;
      record.assembled = undefined;
    }
    this.#spanCount += columns.spanCount;
    this.#byteCount += columns.source.length;
    this.counters.spans_written += columns.spanCount;
    this.#evict();
  }

  /** A tenant's traces by id, those whose first span came earliest first. */
  traces(tenant: string): ReadonlyMap<string, TraceRecord> {
    return this.#tenants.get(tenant)?.traces ?? NO_TRACES;
  }

  /** Ids of the tenant's traces with a link to this one. */
  linkingTo(tenant: string, traceId: string): Iterable<string> {
    return this.#tenants.get(tenant)?.links.linkingTo(traceId) ?? [];
  }

  /** The traces of a tenant, or of all. */
  *all(tenant?: string): Generator<TraceRecord> {
    for (const record of this.#arrivals.keys()) {
      if (tenant === undefined || record.tenant === tenant) yield record;
    }
  }

  clear(): void {
    this.#tenants.clear();
    this.#arrivals.clear();
  }

  #evict(): void {
    const { maxSpanCount, maxBytes } = this.#bounds;
    for (const [record, traceId] of this.#arrivals) {
      if (this.#spanCount <= maxSpanCount && this.#byteCount <= maxBytes) return;
      this.#arrivals.delete(record);
      const kept = this.#tenants.get(record.tenant);
      kept?.traces.delete(traceId);
      kept?.links.forget(traceId, record.spans);
      if (kept?.traces.size === 0) this.#tenants.delete(record.tenant);
      this.#spanCount -= record.spans.length;
      this.#byteCount -= record.byteCount;
      this.counters.spans_evicted += record.spans.length;
      this.counters.traces_evicted++;
    }
  }
}
