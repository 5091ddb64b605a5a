import { Readable } from 'node:stream';
import { assembleTrace, type Span } from '@throughline/model';
import { buildTraceColumns } from '@throughline/wire';
import type { SpanStore, StoredTrace, TraceCandidate, TraceSearch, TraceSummary } from '@throughline/store';

/** What a scripted store does when it is asked; each is told what was asked. */
export interface StoreScript {
  readonly traces: readonly (readonly Span[])[];
  /** Whether the store is sure of a candidate; it is of none by default. */
  readonly exact?: (traceId: string) => boolean;
  readonly pageSize?: number;
  /** Called before a page is given out, with its number from 0. */
  readonly beforePage?: (page: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly onRead?: (traceIds: readonly string[]) => void;
  readonly fail?: Error;
}

/**
 * A store whose every step a test decides: which candidates it offers and is sure of, when it fails or hangs. It
 * offers every trace, whatever the conditions, newest first, so that only the exact second pass can be right.
 */
export function scriptedStore(script: StoreScript): SpanStore {
  const traces = new Map(script.traces.map((spans) => [spans[0]?.traceId ?? '', assembleTrace(spans)]));
  const candidates: TraceCandidate[] = [...traces.values()]
    .map(({ traceId, startTimeUnixNano, endTimeUnixNano }) => ({
      traceId,
      startTimeUnixNano,
      endTimeUnixNano,
      exact: script.exact?.(traceId) ?? false,
    }))
    .toSorted((a, b) => Number(b.startTimeUnixNano - a.startTimeUnixNano) || (a.traceId < b.traceId ? -1 : 1));

  async function* findTraces(
    { after }: TraceSearch,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<readonly TraceCandidate[]> {
    const first = after === undefined ? 0 : candidates.findIndex(({ traceId }) => traceId === after.traceId) + 1;
    const { pageSize = 3 } = script;
    for (let i = first, page = 0; i < candidates.length; i += pageSize, page++) {
      await script.beforePage?.(page, signal);
      signal?.throwIfAborted();
      yield candidates.slice(i, i + pageSize);
    }
  }

  const orFail = async <T>(value: T): Promise<T> => {
    if (script.fail !== undefined) throw script.fail;
    return value;
  };
  const stored = (traceIds: readonly string[], maxSpanCount: number): Map<string, StoredTrace> => {
    script.onRead?.(traceIds);
    const found = new Map<string, StoredTrace>();
    for (const id of traceIds) {
      const spans = traces.get(id)?.spans;
      if (spans === undefined) continue;
      found.set(id, { spans: spans.slice(0, maxSpanCount), truncated: spans.length > maxSpanCount });
    }
    return found;
  };
  return {
    findTraces,
    readTraces: (_tenant, traceIds, { maxSpansPerTrace = Number.POSITIVE_INFINITY } = {}) =>
      orFail(stored(traceIds, maxSpansPerTrace)),
    readTraceColumns: (_tenant, traceId, { maxSpansPerTrace = Number.POSITIVE_INFINITY } = {}) => {
      const found = stored([traceId], maxSpansPerTrace).get(traceId);
      if (found === undefined) return orFail(undefined);
      const { detailBlocks, ...columns } = buildTraceColumns(assembleTrace(found.spans));
      const details = Readable.from(detailBlocks);
      return orFail({ columns, details, truncated: found.truncated });
    },
    summarizeTraces: (_tenant, wanted) => orFail(wanted.map(({ traceId }) => summaryOf(traceId))),
    services: () => orFail([]),
    operations: () => orFail([]),
    dependencies: () => orFail([]),
    red: () => orFail([]),
    requests: () =>
      orFail({
        requestCount: 0,
        errorCount: 0,
        durationSumNano: 0,
        durationMinNano: 0,
        durationMaxNano: 0,
        durationQuantilesNano: [],
        operations: [],
        points: [],
        traceCount: 0,
        errorTraceCount: 0,
        slowTraceCount: 0,
      }),
    requestGroups: () => orFail([]),
    backLinks: () => orFail({ links: [], more: false }),
    heatCells: () => orFail(undefined),
    facets: () => orFail(undefined),
    facetNames: () => orFail(undefined),
    serviceVersions: () => orFail({ versions: [], unversionedCount: 0 }),
    errorSpans: () => orFail({ spans: [], scanLimited: false }),
    sampleTraces: () => orFail({ traceIds: [], traceCount: 0 }),
    attributeNames: () => orFail({ names: [], scanLimited: false }),
    attributeValues: () => orFail({ values: [], scanLimited: false }),
    status: () =>
      orFail({
        engine: 'scripted',
        spanRowCount: 0,
        diskBytes: 0,
        memoryBytes: 0,
        dataWindow: undefined,
        counters: {},
      }),
    ready: () => orFail({ ready: false, reason: 'scripted' }),
    write: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };

  function summaryOf(traceId: string): TraceSummary {
    const trace = traces.get(traceId);
    return {
      traceId,
      rootService: '',
      rootOperation: '',
      services: [],
      operations: [],
      startTimeUnixNano: trace?.startTimeUnixNano ?? 0n,
      endTimeUnixNano: trace?.endTimeUnixNano ?? 0n,
      spanCount: trace?.spans.length ?? 0,
      errorCount: 0,
    };
  }
}
