import { compareSpans } from './compare-spans.ts';
import type { Span } from './span.ts';

/** In {@link SpanTable.firstOfParentId}: the span names no parent. */
export const NO_PARENT = -1;
/** In {@link SpanTable.firstOfParentId}: no span of the table has the parent's id. */
export const PARENT_MISSING = -2;

/**
 * What assembly asks about the spans of one trace, copies included, whatever form they are in. Spans are known by their
 * index in the table.
 */
export interface SpanTable {
  readonly spanCount: number;
  /** The first index with the same span id; of the first itself its own. */
  readonly firstOfId: Int32Array;
  /** The first index with the parent's id, {@link NO_PARENT} or {@link PARENT_MISSING}. */
  readonly firstOfParentId: Int32Array;
  readonly offsets: SpanOffsets;
  startTimeUnixNano(index: number): bigint;
  /** As received: it may lie before the start. */
  endTimeUnixNano(index: number): bigint;
  /** By span id. */
  compareIds(a: number, b: number): number;
  /** A total order over the whole content as `compareSpans`, 0 for exact copies. Asked only where ids repeat. */
  compare(a: number, b: number): number;
}

/**
 * Instants as doubles, because comparing bigints is what would dominate sorting: nanoseconds from one origin. Of two that
 * differ the order is right; if not `exact`, equal ones may differ.
 */
export interface SpanOffsets {
  readonly start: Float64Array;
  /** As received: it may lie before the start. */
  readonly end: Float64Array;
  /** Whether every offset is exactly the instant's. */
  readonly exact: boolean;
}

/** 104 days in nanoseconds: below it a double holds every integer. */
export const EXACT_NANO: number = 2 ** 53;

/** Of any instants. */
export function offsetsOf(
  {
    spanCount,
    startTimeUnixNano,
    endTimeUnixNano,
  }: Pick<SpanTable, 'spanCount'> & {
    readonly startTimeUnixNano: (index: number) => bigint;
    readonly endTimeUnixNano: (index: number) => bigint;
  },
  originUnixNano: bigint,
): SpanOffsets {
  const start = new Float64Array(spanCount);
  const end = new Float64Array(spanCount);
  let exact = true;
  for (let index = 0; index < spanCount; index++) {
    const startOffset = Number(startTimeUnixNano(index) - originUnixNano);
    const endOffset = Number(endTimeUnixNano(index) - originUnixNano);
    if (Math.abs(startOffset) >= EXACT_NANO || Math.abs(endOffset) >= EXACT_NANO) exact = false;
    start[index] = startOffset;
    end[index] = endOffset;
  }
  return { start, end, exact };
}

/** Spans as objects. */
export function tableOfSpans(spans: readonly Span[]): SpanTable {
  const spanAt = (index: number): Span => {
    const span = spans[index];
    if (span === undefined) throw new RangeError(`no span ${index} of ${spans.length}`);
    return span;
  };
  const firstIndex = new Map<string, number>();
  const firstOfId = new Int32Array(spans.length);
  for (const [index, { spanId }] of spans.entries()) {
    const first = firstIndex.get(spanId);
    if (first === undefined) firstIndex.set(spanId, index);
    firstOfId[index] = first ?? index;
  }
  const firstOfParentId = new Int32Array(spans.length);
  for (const [index, { parentSpanId }] of spans.entries()) {
    firstOfParentId[index] = parentSpanId === '' ? NO_PARENT : (firstIndex.get(parentSpanId) ?? PARENT_MISSING);
  }
  const times = {
    spanCount: spans.length,
    startTimeUnixNano: (index: number) => spanAt(index).startTimeUnixNano,
    endTimeUnixNano: (index: number) => spanAt(index).endTimeUnixNano,
  };
  return {
    ...times,
    firstOfId,
    firstOfParentId,
    offsets: offsetsOf(times, spans[0]?.startTimeUnixNano ?? 0n),
    compareIds: (a, b) => {
      const left = spanAt(a).spanId;
      const right = spanAt(b).spanId;
      if (left === right) return 0;
      return left < right ? -1 : 1;
    },
    compare: (a, b) => compareSpans(spanAt(a), spanAt(b)),
  };
}
