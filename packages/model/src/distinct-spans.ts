import { compareSpans } from './compare-spans.ts';
import { durationNano, type Span } from './span.ts';

/** A trace's spans without exact copies, in the order of siblings. Columns have one element a span. */
export interface DistinctSpans {
  readonly spans: readonly Span[];
  /** Position of the first span with this id, the one that its children belong to; -1 if there is none. */
  readonly firstOfId: (spanId: string) => number;
  /** 1 where another span has the same id. */
  readonly conflicting: Uint8Array;
  /** Nanoseconds from an arbitrary origin. Of two that differ the order is right; if not `exact`, equal ones may differ. */
  readonly startOffsetNano: Float64Array;
  /** The same of the effective end: a span that ends before its start ends at its start. */
  readonly endOffsetNano: Float64Array;
  /** Whether every offset is exactly the instant's. */
  readonly exact: boolean;
  readonly copyCount: number;
}

/**
 * Leaves out exact copies and sorts by start, then effective end (longest first), then span id, then content. Content
 * is only looked at where span ids repeat. Loops are plain and objects few, because a trace may have a million spans.
 */
export function distinctSpans(input: readonly Span[]): DistinctSpans {
  const indexOfId = new Map<string, number>();
  const copies = findCopies(input, indexOfId);
  const offsets = offsetsOf(input);
  const order = sortedOrder(input, copies, offsets);

  const count = order.length;
  const spans: Span[] = [];
  const positionOf = new Uint32Array(input.length);
  const conflicting = new Uint8Array(count);
  const startOffsetNano = new Float64Array(count);
  const endOffsetNano = new Float64Array(count);
  // Repeated ids whose first span in the new order is known.
  const seen = new Set<string>();
  for (let position = 0; position < count; position++) {
    const index = order[position] ?? 0;
    positionOf[index] = position;
    startOffsetNano[position] = offsets.start[index] ?? 0;
    endOffsetNano[position] = offsets.end[index] ?? 0;
    const span = input[index];
    if (span === undefined) break;
    spans.push(span);
    if (!copies.repeatedIds.has(span.spanId)) continue;
    if (copies.repeatedIds.get(span.spanId) === true) conflicting[position] = 1;
    if (seen.has(span.spanId)) continue;
    seen.add(span.spanId);
    indexOfId.set(span.spanId, index);
  }
  return {
    spans,
    firstOfId: (spanId) => positionOf[indexOfId.get(spanId) ?? -1] ?? -1,
    conflicting,
    startOffsetNano,
    endOffsetNano,
    exact: offsets.exact,
    copyCount: copies.copyCount,
  };
}

/** Mark in place of a rank for spans that are left out. */
const COPY = -1;

interface Copies {
  /** By index in the input: place among the distinct spans of the same id, in the order of content, or {@link COPY}. */
  readonly rankOfSameId: Int32Array;
  /** The ids that more than one span of the input has, and whether these differ in content. */
  readonly repeatedIds: ReadonlyMap<string, boolean>;
  readonly copyCount: number;
}

/** Fills `indexOfId` with the first index of each span id. */
function findCopies(input: readonly Span[], indexOfId: Map<string, number>): Copies {
  const rankOfSameId = new Int32Array(input.length);
  const repeats = new Map<string, number[]>();
  for (let index = 0; index < input.length; index++) {
    const spanId = input[index]?.spanId ?? '';
    const first = indexOfId.get(spanId);
    if (first === undefined) {
      indexOfId.set(spanId, index);
      continue;
    }
    const others = repeats.get(spanId);
    if (others === undefined) repeats.set(spanId, [first, index]);
    else others.push(index);
  }

  let copyCount = 0;
  const repeatedIds = new Map<string, boolean>();
  for (const [spanId, indices] of repeats) {
    indices.sort((a, b) => compareAt(input, a, b));
    let rank = 0;
    let previous: number | undefined;
    for (const index of indices) {
      if (previous !== undefined && compareAt(input, previous, index) === 0) {
        rankOfSameId[index] = COPY;
        copyCount++;
      } else {
        rankOfSameId[index] = rank++;
        previous = index;
      }
    }
    repeatedIds.set(spanId, rank > 1);
  }
  return { rankOfSameId, repeatedIds, copyCount };
}

function compareAt(input: readonly Span[], a: number, b: number): number {
  const left = input[a];
  const right = input[b];
  return left === undefined || right === undefined ? 0 : compareSpans(left, right);
}

interface Offsets {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly exact: boolean;
}

/** 104 days in nanoseconds: below it a double holds every integer. */
const EXACT_NANO = 2 ** 53;

/** Instants as doubles, because comparing bigints is what would dominate the sort. */
function offsetsOf(input: readonly Span[]): Offsets {
  const start = new Float64Array(input.length);
  const end = new Float64Array(input.length);
  const origin = input[0]?.startTimeUnixNano ?? 0n;
  let exact = true;
  for (let index = 0; index < input.length; index++) {
    const span = input[index];
    if (span === undefined) break;
    const startOffset = Number(span.startTimeUnixNano - origin);
    const endOffset = Math.max(startOffset, Number(span.endTimeUnixNano - origin));
    if (startOffset <= -EXACT_NANO || endOffset >= EXACT_NANO) exact = false;
    start[index] = startOffset;
    end[index] = endOffset;
  }
  return { start, end, exact };
}

/** The indices of the distinct spans in the order of siblings. */
function sortedOrder(input: readonly Span[], copies: Copies, offsets: Offsets): Uint32Array {
  const { start, end, exact } = offsets;
  const { rankOfSameId } = copies;
  const order = new Uint32Array(input.length - copies.copyCount);
  let count = 0;
  for (let index = 0; index < input.length; index++) if (rankOfSameId[index] !== COPY) order[count++] = index;

  const compare = (a: number, b: number): number => {
    const byStart = (start[a] ?? 0) - (start[b] ?? 0);
    if (byStart !== 0) return byStart;
    const left = input[a];
    const right = input[b];
    if (left === undefined || right === undefined) return 0;
    if (exact) {
      const byEnd = (end[b] ?? 0) - (end[a] ?? 0);
      if (byEnd !== 0) return byEnd;
    } else {
      if (left.startTimeUnixNano !== right.startTimeUnixNano) {
        return left.startTimeUnixNano < right.startTimeUnixNano ? -1 : 1;
      }
      // The starts are equal, so the one that lasts longer ends later.
      const byEnd = durationNano(right) - durationNano(left);
      if (byEnd !== 0n) return byEnd < 0n ? -1 : 1;
    }
    if (left.spanId !== right.spanId) return left.spanId < right.spanId ? -1 : 1;
    return (rankOfSameId[a] ?? 0) - (rankOfSameId[b] ?? 0);
  };
  // Stored spans often come in order already.
  for (let i = 1; i < count; i++) if (compare(order[i - 1] ?? 0, order[i] ?? 0) > 0) return order.toSorted(compare);
  return order;
}
