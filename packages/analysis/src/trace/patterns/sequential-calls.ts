import { formatDuration } from '@throughline/model';
import { childrenOf } from '../trace-facts.ts';
import { allButDearest, labelOf, type Pattern, type PatternContext } from './pattern.ts';
import { repeatedSiblings } from './repeated-calls.ts';
import { isAfter } from './span-shapes.ts';

/** Between calls that could run at once the parent does less than this share of what both take. */
const MAX_WORK_BETWEEN = 0.1;

/**
 * Calls of different shapes below one parent on the critical path, one right after another, that could perhaps run at
 * once: the trace cannot tell whether one needs the other's answer. An N+1 is reported as that. Saving: the time of the
 * calls on the critical path but the dearest, if all of them ran at once. O(n).
 */
export function sequentialCalls(context: PatternContext): readonly Pattern[] {
  const { facts, shapes, subtreeCritical, options } = context;
  const repeated = new Set(repeatedSiblings(context).flat());
  const found: Pattern[] = [];
  const report = (run: readonly number[]): void => {
    if (new Set(run.map((row) => shapes.shape[row])).size < 2) return;
    const savingNano = allButDearest(context, run);
    if (savingNano <= 0 || savingNano < options.minSavingShare * facts.totalNano) return;
    const [first = 0, last = 0] = [run[0], run.at(-1)];
    found.push({
      kind: 'sequential_calls',
      summary:
        `${run.length} calls one after another, from ${labelOf(context, first)} to ${labelOf(context, last)}; ` +
        `at once they would save up to ${formatDuration(savingNano)}`,
      rows: run,
      spanCount: run.length,
      savingNano,
      confidence: 'possible',
    });
  };
  for (let row = 0; row < facts.spanCount; row++) {
    let run: number[] = [];
    for (const child of childrenOf(facts, row)) {
      if (shapes.isCall[child] !== 1 || subtreeCritical(child) <= 0 || repeated.has(child)) continue;
      const previous = run.at(-1);
      if (previous !== undefined && !isRightAfter(context, previous, child)) {
        report(run);
        run = [];
      }
      run.push(child);
    }
    report(run);
  }
  return found;
}

function isRightAfter({ facts }: PatternContext, previous: number, next: number): boolean {
  const { startNano, endNano } = facts;
  const between = (startNano[next] ?? 0) - (endNano[previous] ?? 0);
  const both = (endNano[previous] ?? 0) - (startNano[previous] ?? 0) + ((endNano[next] ?? 0) - (startNano[next] ?? 0));
  return isAfter(facts, previous, next) && between <= MAX_WORK_BETWEEN * both;
}
