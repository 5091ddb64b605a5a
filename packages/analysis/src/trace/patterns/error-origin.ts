import { childrenOf, type TraceFacts } from '../trace-facts.ts';
import { labelOf, type Pattern, type PatternContext } from './pattern.ts';

/** Where an error began and how far it went. */
export interface ErrorOrigin {
  /** A span that failed although none of its children did. */
  readonly row: number;
  /** The failed ancestors above it, nearest first: how it spread. */
  readonly spreadTo: readonly number[];
  /** The ancestor that did not fail and so absorbed it; -1 where it reached the root. */
  readonly absorbedBy: number;
}

/**
 * The errors of a trace by their origins, in the order in which the origins ended; failed spans that are no origin were
 * only affected. Each failed span is an origin or in the `spreadTo` of the origin below it that ended last (what its
 * caller saw last). O(n log n).
 */
export function errorOrigins(facts: TraceFacts): readonly ErrorOrigin[] {
  const { trace, error, endNano, spanCount } = facts;
  /** By failed row: the failed child that ended last, -1 for an origin. */
  const cause = new Int32Array(spanCount).fill(-1);
  for (let row = 0; row < spanCount; row++) {
    if (error[row] !== 1) continue;
    for (const child of childrenOf(facts, row)) {
      if (error[child] !== 1) continue;
      const known = cause[row] ?? -1;
      if (known < 0 || (endNano[child] ?? 0) >= (endNano[known] ?? 0)) cause[row] = child;
    }
  }
  const origins: ErrorOrigin[] = [];
  for (let row = 0; row < spanCount; row++) {
    if (error[row] !== 1 || (cause[row] ?? -1) >= 0) continue;
    const spreadTo: number[] = [];
    let at = row;
    let above = trace.parent[row] ?? -1;
    // Stops where another branch's error is the one that spread, so that every span is walked once.
    while (above >= 0 && error[above] === 1 && cause[above] === at) {
      spreadTo.push(above);
      at = above;
      above = trace.parent[above] ?? -1;
    }
    origins.push({ row, spreadTo, absorbedBy: above });
  }
  return origins.toSorted((a, b) => (endNano[a.row] ?? 0) - (endNano[b.row] ?? 0) || a.row - b.row);
}

/** {@link errorOrigins} as patterns, those that spread farthest first. Saving: 0, as a failure costs no time by itself. */
export function errorOriginPatterns(context: PatternContext): readonly Pattern[] {
  const { trace } = context.facts;
  return errorOrigins(context.facts)
    .toSorted((a, b) => b.spreadTo.length - a.spreadTo.length)
    .slice(0, context.options.maxPatternsPerKind)
    .map(({ row, spreadTo, absorbedBy }): Pattern => {
      const message = trace.spans[row]?.status.message.slice(0, 200) ?? '';
      const last = spreadTo.at(-1);
      const spread =
        last === undefined
          ? 'did not spread'
          : `spread through ${spreadTo.length} callers up to ${labelOf(context, last)}`;
      const end = absorbedBy < 0 ? '' : `; ${labelOf(context, absorbedBy)} did not fail`;
      return {
        kind: 'error_origin',
        summary: `${labelOf(context, row)} failed${message === '' ? '' : ` (${message})`} and ${spread}${end}`,
        rows: [row, ...spreadTo],
        spanCount: spreadTo.length + 1,
        savingNano: 0,
        confidence: 'likely',
      };
    });
}
