import { compareTraces, mergedTree } from '@throughline/analysis';
import type { TraceColumns } from '@throughline/model';

import { spanIdOfRow } from '../trace/span-ids.ts';
import { traceOfColumns } from '../trace/in-worker/column-trace.ts';

/** Bits of {@link Comparison.marks}: how B differs from A at a node. */
export const Mark = {
  ADDED: 1,
  REMOVED: 2,
  SLOWER: 4,
  FASTER: 8,
  REORDERED: 16,
  /** Failed in B only, or in A only. */
  FAILS: 32,
  RECOVERED: 64,
} as const;

/** The head of one side. */
export interface ComparedTrace {
  readonly traceId: string;
  readonly startMs: number;
  readonly durationNano: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly rootService: string;
  readonly rootName: string;
}

/**
 * Two traces as one tree, one element a node, depth-first: `parent`, `depth` and `subtreeEnd` as in a trace's columns. Can
 * be cloned between threads. A node that a side does not have has NaN in that side's times.
 */
export interface Comparison {
  readonly a: ComparedTrace;
  readonly b: ComparedTrace;
  readonly durationDeltaNano: number;
  /** Of what the critical paths spend outside spans. */
  readonly gapDeltaNano: number;
  readonly spanCount: number;
  readonly pairCount: number;
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly subtreeEnd: Uint32Array;
  readonly strings: readonly string[];
  /** Indices into {@link strings}. */
  readonly service: Uint32Array;
  readonly name: Uint32Array;
  /** Offsets from each trace's own start. */
  readonly aStartNano: Float64Array;
  readonly aDurationNano: Float64Array;
  readonly bStartNano: Float64Array;
  readonly bDurationNano: Float64Array;
  readonly aSpanId: readonly string[];
  readonly bSpanId: readonly string[];
  readonly marks: Uint8Array;
  /**
   * What the node itself adds to the difference of the durations, on the critical paths. All of them and
   * {@link gapDeltaNano} sum to {@link durationDeltaNano}.
   */
  readonly criticalDeltaNano: Float64Array;
  /** The same with all that is below the node. */
  readonly subtreeDeltaNano: Float64Array;
  /** Nodes at or below the node that differ. */
  readonly differenceCount: Uint32Array;
  /** Rows of the traces, to ask for details. */
  readonly aRow: Int32Array;
  readonly bRow: Int32Array;
}

/**
 * Pairs the spans of both traces and says what each adds to the difference. What columns hold is read from them: the
 * spans behind them are decoded one by one. O(n log n).
 */
export function comparisonOf(a: TraceColumns, b: TraceColumns): Comparison {
  const [before, after] = [traceOfColumns(a), traceOfColumns(b)];
  const diff = compareTraces(before, after);
  const tree = mergedTree(before, after, diff);
  const { nodeCount, beforeRow, afterRow, parent, depth, subtreeEnd } = tree;
  const strings = new Map<string, number>();
  const indexOf = (text: string): number => {
    const known = strings.get(text);
    if (known !== undefined) return known;
    strings.set(text, strings.size);
    return strings.size - 1;
  };
  const columns = {
    service: new Uint32Array(nodeCount),
    name: new Uint32Array(nodeCount),
    aStartNano: new Float64Array(nodeCount).fill(Number.NaN),
    aDurationNano: new Float64Array(nodeCount).fill(Number.NaN),
    bStartNano: new Float64Array(nodeCount).fill(Number.NaN),
    bDurationNano: new Float64Array(nodeCount).fill(Number.NaN),
    marks: new Uint8Array(nodeCount),
    criticalDeltaNano: new Float64Array(nodeCount),
  };
  const aSpanId: string[] = [];
  const bSpanId: string[] = [];
  const nodeOfAfter = new Int32Array(b.spanCount);
  let pairCount = 0;
  for (let node = 0; node < nodeCount; node++) {
    const [rowOfA, rowOfB] = [beforeRow[node] ?? -1, afterRow[node] ?? -1];
    const [named, row] = rowOfB >= 0 ? [b, rowOfB] : [a, rowOfA];
    columns.service[node] = indexOf(named.strings[named.service[row] ?? 0] ?? '');
    columns.name[node] = indexOf(named.strings[named.name[row] ?? 0] ?? '');
    aSpanId.push(rowOfA < 0 ? '' : spanIdOfRow(a, rowOfA));
    bSpanId.push(rowOfB < 0 ? '' : spanIdOfRow(b, rowOfB));
    if (rowOfA >= 0) {
      columns.aStartNano[node] = a.startOffsetNano[rowOfA] ?? 0;
      columns.aDurationNano[node] = a.durationNano[rowOfA] ?? 0;
    }
    if (rowOfB >= 0) {
      columns.bStartNano[node] = b.startOffsetNano[rowOfB] ?? 0;
      columns.bDurationNano[node] = b.durationNano[rowOfB] ?? 0;
      nodeOfAfter[rowOfB] = node;
    }
    if (rowOfA >= 0 && rowOfB >= 0) pairCount++;
    columns.criticalDeltaNano[node] =
      (diff.criticalNanoOfAfter[rowOfB] ?? 0) - (diff.criticalNanoOfBefore[rowOfA] ?? 0);
    columns.marks[node] = sidesMark(a.error[rowOfA], b.error[rowOfB]);
  }
  const mark = (rowOfB: number, bit: number): void => {
    const node = nodeOfAfter[rowOfB] ?? 0;
    columns.marks[node] = (columns.marks[node] ?? 0) | bit;
  };
  for (const { afterRow: row } of diff.slower) mark(row, Mark.SLOWER);
  for (const { afterRow: row } of diff.faster) mark(row, Mark.FASTER);
  for (const { afterRow: row } of diff.reordered) mark(row, Mark.REORDERED);

  const subtreeDeltaNano = columns.criticalDeltaNano.slice();
  const differenceCount = Uint32Array.from(columns.marks, (marks) => (marks === 0 ? 0 : 1));
  // Children stand behind their parents: from the back each is whole before it is added.
  for (let node = nodeCount - 1; node > 0; node--) {
    const above = parent[node] ?? -1;
    if (above < 0) continue;
    subtreeDeltaNano[above] = (subtreeDeltaNano[above] ?? 0) + (subtreeDeltaNano[node] ?? 0);
    differenceCount[above] = (differenceCount[above] ?? 0) + (differenceCount[node] ?? 0);
  }
  return {
    a: headOf(a),
    b: headOf(b),
    durationDeltaNano: diff.durationDeltaNano,
    gapDeltaNano: diff.gapDeltaNano,
    spanCount: nodeCount,
    pairCount,
    parent,
    depth,
    subtreeEnd,
    strings: [...strings.keys()],
    ...columns,
    aSpanId,
    bSpanId,
    subtreeDeltaNano,
    differenceCount,
    aRow: beforeRow,
    bRow: afterRow,
  };
}

/** Whether the span failed, in each; undefined where there is none. */
function sidesMark(a: number | undefined, b: number | undefined): number {
  if (a === undefined) return Mark.ADDED;
  if (b === undefined) return Mark.REMOVED;
  if (a === b) return 0;
  return b === 1 ? Mark.FAILS : Mark.RECOVERED;
}

function headOf(columns: TraceColumns): ComparedTrace {
  const { traceId, spanCount, startTimeUnixNano: start, endTimeUnixNano: end, strings, service, name, error } = columns;
  return {
    traceId,
    startMs: Number(start / 1_000_000n),
    durationNano: Number(end - start),
    spanCount,
    errorCount: error.reduce((sum, failed) => sum + failed, 0),
    rootService: strings[service[0] ?? 0] ?? '',
    rootName: strings[name[0] ?? 0] ?? '',
  };
}

/** What an operation adds to the difference, over all its nodes. */
export interface Contributor {
  readonly service: string;
  readonly name: string;
  readonly deltaNano: number;
  /** Spans of it in each trace. */
  readonly aCount: number;
  readonly bCount: number;
  /** Where it adds most. */
  readonly node: number;
}

/** The operations by what they add to the difference of the durations, the largest first; those that add nothing not. */
export function contributorsOf(comparison: Comparison): readonly Contributor[] {
  const { spanCount, service, name, strings, criticalDeltaNano, aRow, bRow } = comparison;
  const sums = new Map<string, { -readonly [K in keyof Contributor]: Contributor[K] }>();
  for (let node = 0; node < spanCount; node++) {
    const key = `${service[node]} ${name[node]}`;
    const delta = criticalDeltaNano[node] ?? 0;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = {
        service: strings[service[node] ?? 0] ?? '',
        name: strings[name[node] ?? 0] ?? '',
        deltaNano: 0,
        aCount: 0,
        bCount: 0,
        node,
      };
      sums.set(key, sum);
    }
    sum.deltaNano += delta;
    if ((aRow[node] ?? -1) >= 0) sum.aCount++;
    if ((bRow[node] ?? -1) >= 0) sum.bCount++;
    if (Math.abs(delta) > Math.abs(criticalDeltaNano[sum.node] ?? 0)) sum.node = node;
  }
  return [...sums.values()]
    .filter(({ deltaNano }) => deltaNano !== 0)
    .toSorted((a, b) => Math.abs(b.deltaNano) - Math.abs(a.deltaNano) || a.node - b.node);
}
