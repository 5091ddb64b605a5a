import { statementTemplate, textTemplate } from '../text-template.ts';
import { childrenOf, remoteChildOf, type TraceFacts } from '../trace/trace-facts.ts';
import { statementOf } from '../trace/patterns/span-shapes.ts';
import { longestIncreasing } from './longest-increasing.ts';

export interface TraceAlignment {
  /** By row: the row in the other trace, or -1. */
  readonly partnerOfBefore: Int32Array;
  readonly partnerOfAfter: Int32Array;
  /** Rows of `before` whose partners stand elsewhere among siblings that run one after another, by the partner's row. */
  readonly reordered: readonly number[];
}

/**
 * Pairs the spans of two traces that do the same: service, kind and operation (ids and numbers taken out; of queries the
 * statement), under paired parents.
 *
 * From the roots down, the children of a pair are paired key by key. Where one side has more of a key, those whose whole
 * subtrees are equal go together first, then calls of the same callee (many clients name every call alike), then the rest
 * in order. What is left over may have moved by one level: it is
 * paired with a child of a span that was put in between or taken out. Each span is paired at most once and a pair's
 * keys are equal; that the result is a tree edit script of least cost is not promised, as finding it is not near-linear.
 * O(n log n).
 *
 * Source: top-down matching by equal subtrees first as in X-Diff (Wang et al., ICDE 2003); moves by the longest
 * increasing subsequence as in Chawathe et al., "Change detection in hierarchically structured information" (1996).
 */
export function alignTraces(before: TraceFacts, after: TraceFacts): TraceAlignment {
  const keys = new Map<string, number>();
  const subtrees = new Map<string, number>();
  const left = numbered(before, keys, subtrees);
  const right = numbered(after, keys, subtrees);
  const partnerOfBefore = new Int32Array(before.spanCount).fill(-1);
  const partnerOfAfter = new Int32Array(after.spanCount).fill(-1);
  const reordered: number[] = [];
  /** Pairs whose children are to be paired; -1 for the roots. */
  const pending: (readonly [number, number])[] = [[-1, -1]];

  const pair = (a: number, b: number): void => {
    partnerOfBefore[a] = b;
    partnerOfAfter[b] = a;
    pending.push([a, b]);
  };
  const pairByKey = (as: readonly number[], bs: readonly number[]): void => {
    for (const level of ['subtree', 'call', 'key'] as const) {
      const number = left[level];
      const numberOfB = right[level];
      const waiting = new Map<number, number[]>();
      for (const b of bs) {
        if ((partnerOfAfter[b] ?? -1) >= 0) continue;
        const queue = waiting.get(numberOfB[b] ?? -1);
        if (queue === undefined) waiting.set(numberOfB[b] ?? -1, [b]);
        else queue.push(b);
      }
      for (const queue of waiting.values()) queue.reverse();
      for (const a of as) {
        if ((partnerOfBefore[a] ?? -1) >= 0) continue;
        const b = waiting.get(number[a] ?? -1)?.pop();
        if (b !== undefined) pair(a, b);
      }
    }
  };

  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [a, b] = next;
    const as = childrenOf(before, a);
    const bs = childrenOf(after, b);
    pairByKey(as, bs);
    const restOfA = as.filter((row) => (partnerOfBefore[row] ?? -1) < 0);
    const restOfB = bs.filter((row) => (partnerOfAfter[row] ?? -1) < 0);
    if (restOfA.length > 0 && restOfB.length > 0) {
      pairByKey(
        restOfA,
        restOfB.flatMap((row) => childrenOf(after, row)),
      );
      pairByKey(
        restOfA.flatMap((row) => childrenOf(before, row)),
        restOfB,
      );
    }
    for (const row of movedAmong(before, after, as, partnerOfBefore)) reordered.push(row);
  }
  return {
    partnerOfBefore,
    partnerOfAfter,
    reordered: reordered.toSorted((a, b) => (partnerOfBefore[a] ?? 0) - (partnerOfBefore[b] ?? 0)),
  };
}

/** By row: numbers for the span's key, for it with its callee's, and for its whole subtree's. Equal numbers are equal keys. */
function numbered(
  facts: TraceFacts,
  keys: Map<string, number>,
  subtrees: Map<string, number>,
): Readonly<Record<'key' | 'call' | 'subtree', Int32Array>> {
  const { trace, spanCount, service, services } = facts;
  const key = new Int32Array(spanCount);
  const call = new Int32Array(spanCount);
  const subtree = new Int32Array(spanCount);
  const numberOf = (numbers: Map<string, number>, text: string): number => {
    let number = numbers.get(text);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(text, number);
    }
    return number;
  };
  // Children have larger rows than their parents.
  for (let row = spanCount - 1; row >= 0; row--) {
    const span = trace.spans[row];
    if (span === undefined) continue;
    const statement = statementOf(span.attributes);
    const name = textTemplate(span.name);
    const what = statement === undefined ? name : `${name} ${statementTemplate(statement)}`;
    key[row] = numberOf(keys, `${services[service[row] ?? 0] ?? ''}\n${span.kind}\n${what}`);
    const callee = remoteChildOf(facts, row);
    call[row] = callee < 0 ? (key[row] ?? 0) : numberOf(keys, `${key[row]}>${key[callee]}`);
    const children = childrenOf(facts, row).map((child) => subtree[child] ?? 0);
    subtree[row] = numberOf(subtrees, `${key[row]}(${children.join(' ')})`);
  }
  return { key, call, subtree };
}

/**
 * Of paired siblings those that left the common order (the longest increasing subsequence), if they ran strictly before or
 * after the sibling that they changed places with, in both traces: the order of spans that overlap means nothing.
 */
function movedAmong(
  before: TraceFacts,
  after: TraceFacts,
  siblings: readonly number[],
  partner: Int32Array,
): readonly number[] {
  const rows = siblings.filter((row) => {
    const other = partner[row] ?? -1;
    return other >= 0;
  });
  const kept = longestIncreasing(rows.map((row) => partner[row] ?? 0));
  if (kept.length === rows.length) return [];
  const keptRows = kept.map((index) => rows[index] ?? 0);
  const isKept = new Set(keptRows);
  const isBefore = (facts: TraceFacts, a: number, b: number): boolean =>
    (facts.endNano[a] ?? 0) <= (facts.startNano[b] ?? 0);
  const moved: number[] = [];
  let passed = 0;
  for (const row of rows) {
    if (isKept.has(row)) {
      passed++;
      continue;
    }
    const other = partner[row] ?? 0;
    // The neighbours in the old order that stay: one of them is now on the other side.
    const previous = keptRows[passed - 1];
    const next = keptRows[passed];
    const wentBack = next !== undefined && isBefore(before, row, next) && isBefore(after, partner[next] ?? 0, other);
    const cameForward =
      previous !== undefined && isBefore(before, previous, row) && isBefore(after, other, partner[previous] ?? 0);
    if (wentBack || cameForward) moved.push(row);
  }
  return moved;
}
