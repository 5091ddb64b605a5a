import type { AttributeValue } from '@throughline/model';
import { callLabelOf, type Pattern, type PatternContext } from './pattern.ts';
import { isAfter, siblingGroups } from './span-shapes.ts';

const MIN_ATTEMPTS = 3;

/**
 * The same call again after it failed, at least three times: siblings of one shape, one after another, of which all but
 * the last are errors, or that say so themselves (`http.request.resend_count`). Saving: the failed attempts' time on the
 * critical path, and the parent's own time between the first and the last (waiting to try again). O(n).
 */
export function retryStorm(context: PatternContext): readonly Pattern[] {
  const { facts, shapes, subtreeCritical, ownPathTime } = context;
  const found: Pattern[] = [];
  const report = (attempts: readonly number[]): void => {
    if (attempts.length < MIN_ATTEMPTS) return;
    const last = attempts.at(-1) ?? 0;
    const parent = facts.trace.parent[last] ?? -1;
    const failed = attempts.slice(0, -1);
    const waits = ownPathTime(parent, facts.endNano[attempts[0] ?? 0] ?? 0, facts.startNano[last] ?? 0);
    const outcome = facts.error[last] === 1 ? 'all of which failed' : 'only the last of which succeeded';
    found.push({
      kind: 'retry_storm',
      summary: `${attempts.length} attempts at ${callLabelOf(context, last)}, ${outcome}`,
      rows: attempts,
      spanCount: attempts.length,
      savingNano: failed.reduce((sum, row) => sum + subtreeCritical(row), waits),
      confidence: 'likely',
    });
  };
  for (const rows of siblingGroups(facts, shapes)) {
    if (rows.length < MIN_ATTEMPTS || (facts.trace.parent[rows[0] ?? 0] ?? -1) < 0) continue;
    let attempts: number[] = [];
    for (const row of rows) {
      const previous = attempts.at(-1);
      const isRetry =
        previous !== undefined &&
        isAfter(facts, previous, row) &&
        (facts.error[previous] === 1 || isResend(facts.trace.spans[row]?.attributes.get('http.request.resend_count')));
      if (!isRetry) {
        report(attempts);
        attempts = [];
      }
      attempts.push(row);
    }
    report(attempts);
  }
  return found;
}

function isResend(value: AttributeValue | undefined): boolean {
  return (typeof value === 'bigint' || typeof value === 'number') && value > 0;
}
