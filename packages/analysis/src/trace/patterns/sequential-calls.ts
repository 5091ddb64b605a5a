import { formatDuration } from '@throughline/model';
import { childrenOf } from '../trace-facts.ts';
import { allButDearest, callLabelOf, type Pattern, type PatternContext } from './pattern.ts';
import { repeatedSiblings } from './repeated-calls.ts';
import { isAfter } from './span-shapes.ts';

/** Between calls that could run at once the parent does less than this share of what both take. */
const MAX_WORK_BETWEEN = 0.1;

/**
 * Calls of different shapes below one parent on the critical path, one right after another, that could perhaps run at
 * once: the trace cannot tell whether one needs the other's answer. An N+1 is reported as that; the runs below one parent
 * are one pattern. Saving: of each run the time on the critical path but that of the dearest call, if all of the run ran
 * at once. O(n).
 */
export function sequentialCalls(context: PatternContext): readonly Pattern[] {
  const { facts, shapes, subtreeCritical, options } = context;
  const repeated = new Set(repeatedSiblings(context).flat());
  const found: Pattern[] = [];
  for (let row = 0; row < facts.spanCount; row++) {
    const rows: number[] = [];
    let savingNano = 0;
    let run: number[] = [];
    const endRun = (): void => {
      if (new Set(run.map((call) => shapes.shape[call])).size > 1) {
        for (const call of run) rows.push(call);
        savingNano += allButDearest(context, run);
      }
      run = [];
    };
    for (const child of childrenOf(facts, row)) {
      if (shapes.isCall[child] !== 1 || subtreeCritical(child) <= 0 || repeated.has(child)) continue;
      const previous = run.at(-1);
      if (previous !== undefined && !isRightAfter(context, previous, child)) endRun();
      run.push(child);
    }
    endRun();
    if (savingNano <= 0 || savingNano < options.minSavingShare * facts.totalNano) continue;
    const [first = 0, last = 0] = [rows[0], rows.at(-1)];
    found.push({
      kind: 'sequential_calls',
      summary:
        `${rows.length} calls one after another, from ${callLabelOf(context, first)} to ${callLabelOf(context, last)}; ` +
        `at once they would save up to ${formatDuration(savingNano)}`,
      rows,
      spanCount: rows.length,
      savingNano,
      confidence: 'possible',
    });
  }
  return found;
}

function isRightAfter({ facts }: PatternContext, previous: number, next: number): boolean {
  const { startNano, endNano } = facts;
  const between = (startNano[next] ?? 0) - (endNano[previous] ?? 0);
  const both = (endNano[previous] ?? 0) - (startNano[previous] ?? 0) + ((endNano[next] ?? 0) - (startNano[next] ?? 0));
  return isAfter(facts, previous, next) && between <= MAX_WORK_BETWEEN * both;
}
