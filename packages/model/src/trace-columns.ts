/** Bits of {@link TraceColumns.issues}. */
export const SpanIssue = {
  MISSING_PARENT: 1,
  CYCLE: 2,
  CONFLICTING_DUPLICATE: 4,
  STARTS_BEFORE_PARENT: 8,
  ENDS_AFTER_PARENT: 16,
  NEGATIVE_DURATION: 32,
} as const;

/**
 * An assembled trace for drawing and analysis: typed arrays with one element a span, depth-first. Offsets are float64
 * nanoseconds from the trace's start (exact below 2^53 ns, 104 days). Everything that is only read when a span is
 * opened (attributes, events, links, status message, trace state, flags) stays encoded in {@link DetailBlock}s.
 */
export interface TraceColumns {
  readonly traceId: string;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly spanCount: number;
  /** How many exact copies of spans were left out. */
  readonly copyCount: number;
  /** Distinct strings that the index columns point to. */
  readonly strings: readonly string[];
  /** 8 bytes a span. */
  readonly spanId: Uint8Array;
  /** 8 bytes a span: the parent's id as received, zero for none (also where the parent is missing). */
  readonly parentSpanId: Uint8Array;
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly subtreeEnd: Uint32Array;
  readonly startOffsetNano: Float64Array;
  readonly durationNano: Float64Array;
  /** Indices into {@link strings}. */
  readonly name: Uint32Array;
  readonly service: Uint32Array;
  readonly kind: Uint8Array;
  readonly statusCode: Uint8Array;
  /** 1 where `isErrorSpan`. */
  readonly error: Uint8Array;
  readonly eventCount: Uint32Array;
  readonly linkCount: Uint32Array;
  /** {@link SpanIssue} bits. */
  readonly issues: Uint8Array;
  /** Index into {@link resources} and {@link scopes}. */
  readonly resource: Uint32Array;
  readonly scope: Uint32Array;
  /** Encoded OTLP `ResourceSpans` and `ScopeSpans` messages without spans, because these carry the schema URLs. */
  readonly resources: readonly Uint8Array[];
  readonly scopes: readonly Uint8Array[];
  /** Of all rows, in order; while a trace is read its columns may be there before the last of these. */
  readonly detailBlocks: readonly DetailBlock[];
}

/** A {@link DetailBlock} ends with the row that fills either, so that it is made, sent and copied in one go. */
export const MAX_DETAIL_BLOCK_ROWS = 2048;
export const DETAIL_BLOCK_BYTES: number = 1024 * 1024;

/**
 * The details of consecutive rows: the `n`-th is the OTLP `Span` message (without trace id, span ids, name, kind and
 * times) at `[end[n - 1] ?? 0, end[n])` of the bytes.
 */
export interface DetailBlock {
  readonly firstRow: number;
  readonly end: Uint32Array;
  readonly bytes: Uint8Array;
  /** Of so many of its last rows the details were left out, because those of the trace are too large or did not come. */
  readonly leftOutCount: number;
}

/** Whether a row's details can be read; `coming` while the trace is still read. */
export type DetailsPresence = 'here' | 'left_out' | 'coming';

export function detailsPresence({ detailBlocks }: TraceColumns, row: number): DetailsPresence {
  const block = blockOf(detailBlocks, row);
  if (block === undefined) return 'coming';
  return row - block.firstRow < block.end.length - block.leftOutCount ? 'here' : 'left_out';
}

/**
 * The block that holds a row's details, and where; nothing of those that were left out.
 *
 * @throws RangeError if it is not there.
 */
export function detailBlockOf(
  { detailBlocks, spanCount }: TraceColumns,
  row: number,
): { readonly block: DetailBlock; readonly start: number; readonly end: number } {
  const block = blockOf(detailBlocks, row);
  const place = row - (block?.firstRow ?? 0);
  const end = block?.end[place];
  if (block === undefined || end === undefined) throw new RangeError(`no details of row ${row} of ${spanCount} spans`);
  return { block, start: place === 0 ? 0 : (block.end[place - 1] ?? 0), end };
}

function blockOf(blocks: readonly DetailBlock[], row: number): DetailBlock | undefined {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.firstRow ?? 0) <= row) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low - 1];
  return block === undefined || row >= block.firstRow + block.end.length ? undefined : block;
}
