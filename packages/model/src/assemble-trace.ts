import { assembleTree } from './assemble-tree.ts';
import type { Span } from './span.ts';
import { tableOfSpans } from './span-table.ts';
import type { Trace } from './trace.ts';
import { traceIssues } from './trace-issues.ts';

/**
 * The spans of one trace as a tree, see {@link Trace} for what comes out and `assembleTree` for how. All spans must have
 * the same trace id; no spans make an empty trace with the id `''`.
 */
export function assembleTrace(spans: readonly Span[]): Trace {
  const { indexOf, issues, ...tree } = assembleTree(tableOfSpans(spans));
  const rows: Span[] = [];
  for (const index of indexOf) {
    const span = spans[index];
    if (span !== undefined) rows.push(span);
  }
  return {
    traceId: spans[0]?.traceId ?? '',
    spans: rows,
    ...tree,
    issues: traceIssues({ spans: rows, issues, parent: tree.parent, roots: tree.roots }),
  };
}
