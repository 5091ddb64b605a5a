import { SpanIssue, type TraceColumns } from '@throughline/model';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { maxDepth } from './visible-rows.ts';

export interface ServiceFacts {
  readonly service: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

/** What the head of the trace page says. */
export interface TraceFacts {
  readonly rootService: string;
  readonly rootName: string;
  readonly durationNano: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Levels of the tree: 1 for a lone span. */
  readonly levelCount: number;
  /** Most spans first, then by name. */
  readonly services: readonly ServiceFacts[];
  /** What is missing or odd, one sentence each, the gravest first. */
  readonly issues: readonly string[];
  /** Spans begin before their parents. */
  readonly areClocksOff: boolean;
}

export function traceFacts(columns: TraceColumns): TraceFacts {
  const spanCounts = new Map<number, number>();
  const errorCounts = new Map<number, number>();
  let errorCount = 0;
  for (let row = 0; row < columns.spanCount; row++) {
    const service = columns.service[row] ?? 0;
    spanCounts.set(service, (spanCounts.get(service) ?? 0) + 1);
    if (columns.error[row] !== 1) continue;
    errorCount++;
    errorCounts.set(service, (errorCounts.get(service) ?? 0) + 1);
  }
  const services = [...spanCounts]
    .map(([service, spanCount]) => ({
      service: columns.strings[service] ?? '',
      spanCount,
      errorCount: errorCounts.get(service) ?? 0,
    }))
    .toSorted((a, b) => b.spanCount - a.spanCount || (a.service < b.service ? -1 : 1));
  return {
    rootService: columns.strings[columns.service[0] ?? 0] ?? '',
    rootName: columns.strings[columns.name[0] ?? 0] ?? '',
    durationNano: Number(columns.endTimeUnixNano - columns.startTimeUnixNano),
    spanCount: columns.spanCount,
    errorCount,
    levelCount: columns.spanCount === 0 ? 0 : maxDepth(columns) + 1,
    services,
    issues: issuesInWords(columns),
    areClocksOff: countIssue(columns, SpanIssue.STARTS_BEFORE_PARENT) > 0,
  };
}

function issuesInWords(columns: TraceColumns): string[] {
  const sentences: string[] = [];
  const missing = countIssue(columns, SpanIssue.MISSING_PARENT);
  if (missing > 0) {
    sentences.push(`${countOf(missing, 'span names a parent', 'spans name a parent')} that is not stored.`);
  }
  const rootCount = countRoots(columns);
  if (columns.spanCount > 0 && rootCount === 0) sentences.push('The root span is not stored.');
  if (rootCount > 1) sentences.push(`The trace has ${rootCount} roots.`);
  const cycles = countIssue(columns, SpanIssue.CYCLE);
  if (cycles > 0) sentences.push(`${countOf(cycles, 'cycle')} of parents cut.`);
  const duplicates = countIssue(columns, SpanIssue.CONFLICTING_DUPLICATE);
  if (duplicates > 0) sentences.push(`${countOf(duplicates, 'span')} with a span id that is used more than once.`);
  const early = countIssue(columns, SpanIssue.STARTS_BEFORE_PARENT);
  if (early > 0) {
    sentences.push(
      `${countOf(early, 'span starts before its parent', 'spans start before their parents')}: clocks differ.`,
    );
  }
  const negative = countIssue(columns, SpanIssue.NEGATIVE_DURATION);
  if (negative > 0) sentences.push(`${countOf(negative, 'span ends', 'spans end')} before the start.`);
  return sentences;
}

function countIssue(columns: TraceColumns, bit: number): number {
  let count = 0;
  for (let row = 0; row < columns.spanCount; row++) if (((columns.issues[row] ?? 0) & bit) !== 0) count++;
  return count;
}

/** Spans that name no parent. */
function countRoots(columns: TraceColumns): number {
  let count = 0;
  for (let row = 0; row < columns.spanCount; row++) {
    if ((columns.parent[row] ?? -1) < 0 && !namesParent(columns, row)) count++;
  }
  return count;
}

function namesParent(columns: TraceColumns, row: number): boolean {
  for (let i = row * 8; i < row * 8 + 8; i++) if ((columns.parentSpanId[i] ?? 0) !== 0) return true;
  return false;
}

/** What is odd about one span, one sentence each. */
export function spanIssuesInWords(columns: TraceColumns, row: number): readonly string[] {
  const bits = columns.issues[row] ?? 0;
  const parent = columns.parent[row] ?? -1;
  const start = columns.startOffsetNano[row] ?? 0;
  const end = start + (columns.durationNano[row] ?? 0);
  const parentStart = columns.startOffsetNano[parent] ?? start;
  const parentEnd = parentStart + (columns.durationNano[parent] ?? 0);
  const sentences: string[] = [];
  if ((bits & SpanIssue.MISSING_PARENT) !== 0) {
    sentences.push('Its parent is not stored: lost, not sampled, or not sent yet.');
  }
  if ((bits & SpanIssue.CYCLE) !== 0) sentences.push('Its parents lead back to itself; the cycle was cut here.');
  if ((bits & SpanIssue.CONFLICTING_DUPLICATE) !== 0) {
    sentences.push('Another span of the trace has the same span id and other content.');
  }
  if ((bits & SpanIssue.STARTS_BEFORE_PARENT) !== 0) {
    sentences.push(`Starts ${formatDuration(parentStart - start)} before its parent.`);
  }
  if ((bits & SpanIssue.ENDS_AFTER_PARENT) !== 0) {
    sentences.push(`Ends ${formatDuration(end - parentEnd)} after its parent.`);
  }
  if ((bits & SpanIssue.NEGATIVE_DURATION) !== 0) sentences.push('Ends before it starts; shown with no duration.');
  return sentences;
}

/** The span's duration less the time in which at least one child ran, in nanoseconds. */
export function selfTimeNano(columns: TraceColumns, row: number): number {
  const start = columns.startOffsetNano[row] ?? 0;
  const end = start + (columns.durationNano[row] ?? 0);
  const subtreeEnd = columns.subtreeEnd[row] ?? row + 1;
  const children: { readonly from: number; readonly to: number }[] = [];
  for (let child = row + 1; child < subtreeEnd; child = columns.subtreeEnd[child] ?? child + 1) {
    const from = columns.startOffsetNano[child] ?? 0;
    children.push({ from: Math.max(from, start), to: Math.min(from + (columns.durationNano[child] ?? 0), end) });
  }
  children.sort((a, b) => a.from - b.from);
  let covered = 0;
  let reached = start;
  for (const { from, to } of children) {
    const open = Math.max(from, reached);
    if (to > open) {
      covered += to - open;
      reached = to;
    }
  }
  return end - start - covered;
}

/** `errorsUpTo[r]`: how many of the rows before `r` are errors; the errors of rows `[a, b)` are a difference. */
export function errorPrefix(columns: TraceColumns): Uint32Array {
  const errorsUpTo = new Uint32Array(columns.spanCount + 1);
  for (let row = 0; row < columns.spanCount; row++) {
    errorsUpTo[row + 1] = (errorsUpTo[row] ?? 0) + (columns.error[row] ?? 0);
  }
  return errorsUpTo;
}

/** Whether the span is the first of its service on its path: its parent is absent or in another service. */
export function isEntrySpan(columns: TraceColumns, row: number): boolean {
  const parent = columns.parent[row] ?? -1;
  return parent < 0 || columns.service[parent] !== columns.service[row];
}
