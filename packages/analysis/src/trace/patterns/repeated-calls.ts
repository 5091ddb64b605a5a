import { formatDuration } from '@throughline/model';
import { durationOf } from '../trace-facts.ts';
import { allButDearest, callLabelOf, type Pattern, type PatternContext } from './pattern.ts';
import { isAfter, siblingGroups } from './span-shapes.ts';

/** Of the neighbours in an N+1, this share at least follow one another. */
const MIN_SEQUENTIAL_SHARE = 0.8;

/**
 * N+1: at least `minRepeats` calls of one shape below one parent, one after another. Failed ones are left to the retry
 * detector. Saving: the time of all calls on the critical path but the dearest, as if one call fetched everything.
 * O(n).
 */
export function nPlusOne(context: PatternContext): readonly Pattern[] {
  return repeatedSiblings(context).map((rows) => {
    const [first = 0] = rows;
    const nano = rows.reduce((sum, row) => sum + durationOf(context.facts, row), 0);
    return {
      kind: 'n_plus_one',
      summary: `${rows.length} times ${callLabelOf(context, first)} one after another, ${formatDuration(nano)} in all`,
      rows,
      spanCount: rows.length,
      savingNano: allButDearest(context, rows),
      confidence: 'likely',
    };
  });
}

/** The groups of siblings that are an N+1. */
export function repeatedSiblings({ facts, shapes, options }: PatternContext): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  for (const rows of siblingGroups(facts, shapes)) {
    if (rows.length < options.minRepeats) continue;
    const [first = 0] = rows;
    if ((facts.trace.parent[first] ?? -1) < 0) continue;
    if (shapes.isCall[first] !== 1 && shapes.isQuery[first] !== 1) continue;
    let sequential = 0;
    let failed = 0;
    for (const [i, row] of rows.entries()) {
      failed += facts.error[row] ?? 0;
      const previous = rows[i - 1];
      if (previous !== undefined && isAfter(facts, previous, row)) sequential++;
    }
    if (sequential < MIN_SEQUENTIAL_SHARE * (rows.length - 1) || failed > rows.length / 2) continue;
    found.push(rows);
  }
  return found;
}

/**
 * The same slow query again and again, wherever in the trace: at least three spans of one statement whose median is at
 * least `slowQueryNano`. Saving: their time on the critical path but that of the dearest, as if the answer were kept.
 * O(n log n).
 */
export function repeatedSlowQuery(context: PatternContext): readonly Pattern[] {
  const { facts, shapes, options } = context;
  const groups = new Map<number, number[]>();
  for (let row = 0; row < facts.spanCount; row++) {
    if (shapes.isQuery[row] !== 1) continue;
    const shape = shapes.shape[row] ?? 0;
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [row]);
    else group.push(row);
  }
  const found: Pattern[] = [];
  for (const rows of groups.values()) {
    if (rows.length < 3) continue;
    const durations = rows.map((row) => durationOf(facts, row)).toSorted((a, b) => a - b);
    const median = durations[Math.floor((durations.length - 1) / 2)] ?? 0;
    if (median < options.slowQueryNano) continue;
    found.push({
      kind: 'repeated_slow_query',
      summary: `${rows.length} times ${callLabelOf(context, rows[0] ?? 0)} with a median of ${formatDuration(median)}`,
      rows: rows.toSorted((a, b) => durationOf(facts, b) - durationOf(facts, a) || a - b),
      spanCount: rows.length,
      savingNano: allButDearest(context, rows),
      confidence: 'likely',
    });
  }
  return found;
}
