import { arbitraryTangledSpans, arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import { assembleTrace, type Trace } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeTrace, criticalPathOf, errorOrigins, traceFacts } from '../../src/index.ts';
import { largeTrace } from '../spans.ts';

/** Doubles hold every nanosecond below 2^53; sums of a few times of a trace this short (26 days) stay below that. */
const EXACT_NANO = 2n ** 51n;

function violations(trace: Trace): readonly string[] {
  const found: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  const facts = traceFacts(trace);
  const { criticalPath: path, selfNano, concurrency, gaps, patterns, summary } = analyzeTrace(trace);
  const total = facts.totalNano;
  let contributions = 0;
  for (const [row, nano] of path.contributionNano.entries()) {
    contributions += nano;
    const duration = (facts.endNano[row] ?? 0) - (facts.startNano[row] ?? 0);
    const self = selfNano[row] ?? 0;
    check(self >= 0 && self <= duration, `self time of ${row} is outside its duration`);
    check(nano >= 0 && nano <= duration, `the path has more of ${row} than there is`);
  }
  check(contributions + path.gapNano === total, `${contributions} + ${path.gapNano} is not ${total}`);
  check(path.totalNano === total, `the path is ${path.totalNano} long, not ${total}`);
  let at = 0;
  for (const { row, kind, fromNano, toNano } of path.segments) {
    check(fromNano === at && toNano > fromNano, `a hole or overlap at ${fromNano}`);
    check(row >= 0 && row < facts.spanCount, `no row ${row}`);
    check(
      kind === 'gap' || (fromNano >= (facts.startNano[row] ?? 0) && toNano <= (facts.endNano[row] ?? 0)),
      `span ${row} does not run all the time that is charged to it`,
    );
    at = toNano;
  }
  check(at === total, 'the path does not reach the end');

  let work = 0;
  for (const [i, active] of concurrency.active.entries()) {
    const until = concurrency.fromNano[i + 1] ?? total;
    work += active * (until - (concurrency.fromNano[i] ?? 0));
  }
  check(work === selfNano.reduce((sum, nano) => sum + nano, 0), 'concurrency does not add up to the self times');
  check(concurrency.peak === Math.max(0, ...concurrency.active), 'the peak is not the highest step');

  for (const gap of gaps) check(gap.criticalNano >= 0 && gap.criticalNano <= gap.toNano - gap.fromNano, 'gap');
  for (const { kind, rows, spanCount, savingNano, summary: text } of patterns) {
    check(savingNano >= 0 && savingNano <= total, `${kind} saves ${savingNano} of ${total}`);
    check(rows.length > 0 && rows.length <= spanCount, `${kind} without evidence`);
    check(
      rows.every((row) => row >= 0 && row < facts.spanCount),
      `${kind} has rows that do not exist`,
    );
    check(!/NaN|undefined|Infinity/.test(text), text);
  }
  const failed = facts.error.reduce((sum, error) => sum + error, 0);
  const explained = errorOrigins(facts).flatMap(({ row, spreadTo }) => [row, ...spreadTo]);
  check(
    new Set(explained).size === explained.length && explained.length === failed,
    'not every error is explained once',
  );
  check(summary.errorCount === failed, 'errors');
  const sum = (rows: readonly { readonly criticalNano: number }[]): number =>
    rows.reduce((nano, { criticalNano }) => nano + criticalNano, 0);
  check(sum(summary.services) === contributions, 'services do not sum to the path');
  check(sum(summary.operations) === contributions, 'operations do not sum to the path');
  return found;
}

describe('analyzeTrace', () => {
  test('on sound traces', () => {
    fc.assert(
      fc.property(arbitraryTraceSpans({ maxSpans: 30 }), (spans) => {
        expect(violations(assembleTrace(spans))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('on any spans, as far as doubles are exact', () => {
    fc.assert(
      fc.property(arbitraryTangledSpans({ maxSpans: 20 }), (spans) => {
        const trace = assembleTrace(spans);
        fc.pre(trace.endTimeUnixNano - trace.startTimeUnixNano < EXACT_NANO);
        expect(violations(trace)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('never fails, and no number is out of bounds, on any spans at all', () => {
    fc.assert(
      fc.property(arbitraryTangledSpans(), (spans) => {
        const { criticalPath: path, selfNano } = analyzeTrace(assembleTrace(spans));
        for (const nano of [path.totalNano, path.gapNano, ...path.contributionNano, ...selfNano]) {
          expect(Number.isFinite(nano) && nano >= 0).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the path within each span sums to its duration', () => {
    fc.assert(
      fc.property(arbitraryTraceSpans(), (spans) => {
        const facts = traceFacts(assembleTrace(spans));
        for (let row = 0; row < facts.spanCount; row++) {
          const path = criticalPathOf(facts, row);
          const contributions = path.contributionNano.reduce((sum, nano) => sum + nano, 0);
          expect([path.gapNano, contributions]).toEqual([0, (facts.endNano[row] ?? 0) - (facts.startNano[row] ?? 0)]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('on 100,000 spans', () => {
    expect(violations(largeTrace(100_000))).toEqual([]);
  });

  test('on a chain and on a star of 50,000 spans', () => {
    const nested = largeTrace(2);
    const [root] = nested.spans;
    if (root === undefined) throw new Error('no root');
    const chain = Array.from({ length: 50_000 }, (_, i) => ({
      ...root,
      spanId: (i + 1).toString(16).padStart(16, '0'),
      parentSpanId: i === 0 ? '' : i.toString(16).padStart(16, '0'),
      startTimeUnixNano: root.startTimeUnixNano + BigInt(i),
      endTimeUnixNano: root.endTimeUnixNano - BigInt(i),
    }));
    expect(violations(assembleTrace(chain))).toEqual([]);
    const star = chain.map((span, i) => ({ ...span, parentSpanId: i === 0 ? '' : '1'.padStart(16, '0') }));
    expect(violations(assembleTrace(star))).toEqual([]);
  });
});
