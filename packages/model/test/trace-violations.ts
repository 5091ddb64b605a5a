import { compareSpans, durationNano, equalSpans, type Span, type Trace, type TraceIssue } from '../src/index.ts';

/** Where a trace is not what the contract of `Trace` says about these spans; found by brute force. */
export function traceViolations(trace: Trace, input: readonly Span[]): readonly string[] {
  const found: string[] = [];
  const require = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  const distinct: Span[] = [];
  for (const span of input) if (!distinct.some((other) => equalSpans(span, other))) distinct.push(span);
  const rows = [...trace.spans.keys()];

  const kept = trace.spans.toSorted(compareSpans);
  const expected = distinct.toSorted(compareSpans);
  require(kept.length === expected.length, 'number of rows');
  require(expected.every((span, i) => kept[i] !== undefined && equalSpans(span, kept[i])), 'every distinct span once');
  require(trace.copyCount === input.length - distinct.length, 'copyCount');
  for (const column of [trace.parent, trace.depth, trace.subtreeEnd]) {
    require(column.length === distinct.length, 'length of a column');
  }

  const parentOf = (row: number): number => trace.parent[row] ?? Number.NaN;
  const spanAt = (row: number): Span => {
    const span = trace.spans[row];
    if (span === undefined) throw new Error(`no row ${row}`);
    return span;
  };
  const isAncestor = (ancestor: number, row: number): boolean => {
    for (let at = parentOf(row); at >= 0; at = parentOf(at)) if (at === ancestor) return true;
    return false;
  };

  // The tree.
  for (const row of rows) {
    const parent = parentOf(row);
    require(parent < row, `parent of ${row} before it`);
    require(trace.depth[row] === (parent === -1 ? 0 : (trace.depth[parent] ?? NaN) + 1), `depth of ${row}`);
    const { parentSpanId } = spanAt(row);
    require(parent === -1 || spanAt(parent).spanId === parentSpanId, `parent of ${row} has the parent's id`);
    for (const other of rows) {
      const within = other > row && other < (trace.subtreeEnd[row] ?? 0);
      require(isAncestor(row, other) === within, `${other} in the subtree of ${row}`);
      const siblings = parent !== -1 && parentOf(other) !== -1 && spanAt(other).parentSpanId === parentSpanId;
      require(!siblings || parentOf(other) === parent, `${row} and ${other} have one parent`);
    }
  }
  const roots = rows.filter((row) => parentOf(row) === -1);
  require(String(trace.roots) === String(roots), 'roots');
  for (const group of Map.groupBy(rows, parentOf).values()) {
    const sorted = group.toSorted((a, b) => compareSiblings(spanAt(a), spanAt(b)));
    // Among children of one parent no one lacks a parent id, so this splits the roots only.
    const trueRootsFirst = [false, true].flatMap((hasId) =>
      sorted.filter((r) => (spanAt(r).parentSpanId !== '') === hasId),
    );
    require(String(group) === String(trueRootsFirst), `order of siblings ${String(group)}`);
  }

  const starts = distinct.map((span) => span.startTimeUnixNano);
  const ends = distinct.map(effectiveEnd);
  require(trace.startTimeUnixNano === starts.reduce((a, b) => (a < b ? a : b), starts[0] ?? 0n), 'start');
  require(trace.endTimeUnixNano === ends.reduce((a, b) => (a > b ? a : b), 0n), 'end');

  require(outline(trace.issues) === outline(expectedIssues(trace, distinct)), `issues ${outline(trace.issues)}`);
  return found;
}

/** The issues by their definitions, given where the trace was cut. */
function expectedIssues(trace: Trace, distinct: readonly Span[]): readonly TraceIssue[] {
  const issues: TraceIssue[] = [];
  const trueRoots = [...trace.spans.entries()].flatMap(([row, span]) => (span.parentSpanId === '' ? [row] : []));
  if (trace.spans.length > 0 && trueRoots.length === 0) issues.push({ kind: 'no_root' });
  if (trueRoots.length > 1) issues.push({ kind: 'multiple_roots', rows: trueRoots });
  for (const [row, span] of trace.spans.entries()) {
    const { parentSpanId, spanId } = span;
    const above = trace.spans[trace.parent[row] ?? -1];
    const parentIsThere = distinct.some((other) => other.spanId === parentSpanId);
    if (above === undefined && parentSpanId !== '') {
      issues.push(parentIsThere ? { kind: 'cycle', row } : { kind: 'missing_parent', row, parentSpanId });
    }
    const before = above === undefined ? 0n : above.startTimeUnixNano - span.startTimeUnixNano;
    if (before > 0n) issues.push({ kind: 'starts_before_parent', row, byNano: before });
    const after = above === undefined ? 0n : effectiveEnd(span) - effectiveEnd(above);
    if (after > 0n) issues.push({ kind: 'ends_after_parent', row, byNano: after });
    if (distinct.filter((other) => other.spanId === spanId).length > 1) {
      issues.push({ kind: 'conflicting_duplicate', row, spanId });
    }
    if (span.endTimeUnixNano < span.startTimeUnixNano) issues.push({ kind: 'negative_duration', row });
  }
  return issues;
}

function outline(issues: readonly TraceIssue[]): string {
  return issues.map((issue) => Object.values(issue).map(String).join(' ')).join('; ');
}

function effectiveEnd(span: Span): bigint {
  return span.startTimeUnixNano + durationNano(span);
}

function compareSiblings(a: Span, b: Span): number {
  return (
    signOf(a.startTimeUnixNano - b.startTimeUnixNano) ||
    signOf(effectiveEnd(b) - effectiveEnd(a)) ||
    (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0) ||
    compareSpans(a, b)
  );
}

function signOf(difference: bigint): number {
  if (difference === 0n) return 0;
  return difference > 0n ? 1 : -1;
}
