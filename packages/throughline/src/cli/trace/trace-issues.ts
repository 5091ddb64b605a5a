import { hexFromBytes, SpanIssue, type TraceColumns } from '@throughline/model';
import { counted } from '../terminal/count.ts';

/** What is wrong with single rows that a reader of the tree must know where it happens. */
export function rowIssues(columns: TraceColumns, row: number): string[] {
  const bits = columns.issues[row] ?? 0;
  if (bits === 0) return [];
  const issues: string[] = [];
  if (bits & SpanIssue.MISSING_PARENT)
    issues.push(`parent ${hexFromBytes(columns.parentSpanId, row * 8, 8)} is missing`);
  if (bits & SpanIssue.CYCLE) issues.push('its parents lead back to it');
  if (bits & SpanIssue.CONFLICTING_DUPLICATE) issues.push('another span has the same id');
  if (bits & SpanIssue.NEGATIVE_DURATION) issues.push('ends before it starts');
  return issues;
}

/** What is wrong with the trace as a whole, a sentence each. */
export function issueLines(columns: TraceColumns): string[] {
  const count = (bit: number): number => {
    let rows = 0;
    for (let row = 0; row < columns.spanCount; row++) if ((columns.issues[row] ?? 0) & bit) rows++;
    return rows;
  };
  let rootCount = 0;
  for (let row = 0; row < columns.spanCount; row++) if (isTrueRoot(columns, row)) rootCount++;

  const lines: string[] = [];
  const tell = (rows: number, one: string, several: string): void => {
    if (rows > 0) lines.push(`${counted(rows, 'span')} ${rows === 1 ? one : several}.`);
  };
  if (columns.spanCount > 0 && rootCount === 0) lines.push('No root: every span names a parent.');
  if (rootCount > 1) lines.push(`${counted(rootCount, 'root')}: spans without a parent.`);
  tell(count(SpanIssue.MISSING_PARENT), 'names a parent that is not stored', 'name parents that are not stored');
  tell(count(SpanIssue.CYCLE), 'is its own ancestor', 'are their own ancestors');
  tell(count(SpanIssue.CONFLICTING_DUPLICATE), 'has the id of another span', 'share ids with different spans');
  tell(count(SpanIssue.NEGATIVE_DURATION), 'ends before it starts', 'end before they start');
  tell(count(SpanIssue.STARTS_BEFORE_PARENT), 'starts before its parent', 'start before their parents');
  tell(count(SpanIssue.ENDS_AFTER_PARENT), 'ends after its parent', 'end after their parents');
  return lines;
}

function isTrueRoot(columns: TraceColumns, row: number): boolean {
  if (columns.parent[row] !== -1) return false;
  for (let i = row * 8; i < row * 8 + 8; i++) if (columns.parentSpanId[i] !== 0) return false;
  return true;
}

/** Codes that {@link issueLines} says better, and what the others mean. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['missing_parents', 'missing_root']);
const MEANING: ReadonlyMap<string, string> = new Map([
  ['trace_truncated', 'More spans are stored than the server reads of one trace.'],
  ['details_left_out', 'Attributes and events of some spans are left out: those of the trace are too large.'],
  ['query_timeout', "The server's time for one query was up."],
]);

/** Why the server's answer may lack something, a sentence each. */
export function incompletenessLines(codes: readonly string[]): string[] {
  return codes.filter((code) => !TOLD_ELSEWHERE.has(code)).map((code) => `Incomplete: ${MEANING.get(code) ?? code}`);
}
