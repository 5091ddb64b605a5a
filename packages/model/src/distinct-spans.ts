import type { SpanTable } from './span-table.ts';

/** A trace's spans without exact copies, by position in the order of siblings. */
export interface DistinctSpans {
  /** By position: the index in the table. */
  readonly indexOf: Uint32Array;
  /** By the first index of an id: the position of the first span with it, the one that its children belong to. */
  readonly firstPositionOfId: Int32Array;
  /** 1 where another span has the same id. */
  readonly conflicting: Uint8Array;
  /** As `SpanOffsets` has it, whose `exact` is the one below. */
  readonly startOffsetNano: Float64Array;
  /** The same of the effective end: a span that ends before its start ends at its start. */
  readonly endOffsetNano: Float64Array;
  readonly exact: boolean;
  readonly copyCount: number;
}

/**
 * Leaves out exact copies and sorts by start, then effective end (longest first), then span id, then content. Content
 * is only looked at where span ids repeat. Loops are plain and objects few, because a trace may have a million spans.
 */
export function distinctSpans(table: SpanTable): DistinctSpans {
  const copies = findCopies(table);
  const { start, end, exact } = table.offsets;
  const indexOf = sortedOrder(table, copies);

  const count = indexOf.length;
  const firstPositionOfId = new Int32Array(table.spanCount).fill(-1);
  const conflicting = new Uint8Array(count);
  const startOffsetNano = new Float64Array(count);
  const endOffsetNano = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    const index = indexOf[position] ?? 0;
    startOffsetNano[position] = start[index] ?? 0;
    endOffsetNano[position] = Math.max(start[index] ?? 0, end[index] ?? 0);
    const first = table.firstOfId[index] ?? 0;
    if (firstPositionOfId[first] === -1) firstPositionOfId[first] = position;
    if (copies.conflictingIds.has(first)) conflicting[position] = 1;
  }
  return {
    indexOf,
    firstPositionOfId,
    conflicting,
    startOffsetNano,
    endOffsetNano,
    exact,
    copyCount: copies.copyCount,
  };
}

/** Mark in place of a rank for spans that are left out. */
const COPY = -1;

interface Copies {
  /** By index: place among the distinct spans of the same id, in the order of content, or {@link COPY}. */
  readonly rankOfSameId: Int32Array;
  /** The first indices of ids that spans of different content have. */
  readonly conflictingIds: ReadonlySet<number>;
  readonly copyCount: number;
}

function findCopies(table: SpanTable): Copies {
  const { spanCount, firstOfId } = table;
  const rankOfSameId = new Int32Array(spanCount);
  const repeats = new Map<number, number[]>();
  for (let index = 0; index < spanCount; index++) {
    const first = firstOfId[index] ?? index;
    if (first === index) continue;
    const others = repeats.get(first);
    if (others === undefined) repeats.set(first, [first, index]);
    else others.push(index);
  }

  let copyCount = 0;
  const conflictingIds = new Set<number>();
  for (const [first, indices] of repeats) {
    indices.sort((a, b) => table.compare(a, b));
    let rank = 0;
    let previous: number | undefined;
    for (const index of indices) {
      if (previous !== undefined && table.compare(previous, index) === 0) {
        rankOfSameId[index] = COPY;
        copyCount++;
      } else {
        rankOfSameId[index] = rank++;
        previous = index;
      }
    }
    if (rank > 1) conflictingIds.add(first);
  }
  return { rankOfSameId, conflictingIds, copyCount };
}

/** The indices of the distinct spans in the order of siblings. */
function sortedOrder(table: SpanTable, copies: Copies): Uint32Array {
  const { start, end, exact } = table.offsets;
  const { rankOfSameId } = copies;
  const order = new Uint32Array(table.spanCount - copies.copyCount);
  let count = 0;
  for (let index = 0; index < table.spanCount; index++) if (rankOfSameId[index] !== COPY) order[count++] = index;

  const endOf = (index: number): number => Math.max(start[index] ?? 0, end[index] ?? 0);
  const compare = (a: number, b: number): number => {
    const byStart = (start[a] ?? 0) - (start[b] ?? 0);
    if (byStart !== 0) return byStart;
    const byEnd = exact ? endOf(b) - endOf(a) : compareInstants(table, a, b);
    return byEnd || table.compareIds(a, b) || (rankOfSameId[a] ?? 0) - (rankOfSameId[b] ?? 0);
  };
  // Stored spans often come in order already.
  for (let i = 1; i < count; i++) if (compare(order[i - 1] ?? 0, order[i] ?? 0) > 0) return order.toSorted(compare);
  return order;
}

/** By start, then effective end, longest first; of spans that doubles do not tell apart. */
function compareInstants(table: SpanTable, a: number, b: number): number {
  const start = table.startTimeUnixNano(a);
  const otherStart = table.startTimeUnixNano(b);
  if (start !== otherStart) return start < otherStart ? -1 : 1;
  const end = effectiveEnd(table, a);
  const otherEnd = effectiveEnd(table, b);
  if (end === otherEnd) return 0;
  return end > otherEnd ? -1 : 1;
}

/** A span that ends before its start ends at its start. */
export function effectiveEnd(table: SpanTable, index: number): bigint {
  const start = table.startTimeUnixNano(index);
  const end = table.endTimeUnixNano(index);
  return end < start ? start : end;
}
