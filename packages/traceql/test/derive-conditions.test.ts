import { assembleTrace } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type ConditionValue,
  matchingRows,
  matchSpanPredicate,
  matchTrace,
  parseQuery,
  printQuery,
  type Query,
  queryConditions,
  satisfiesConditions,
  type SpanPredicate,
  type TraceCondition,
} from '../src/index.ts';
import { arbitraryFilterQuery, arbitraryQuery, arbitraryVocabularySpans } from '../testing/arbitraries.ts';
import { traceOf } from './build-trace.ts';

/** A condition as one line, to be compared with. */
function written(condition: TraceCondition): string {
  if (condition.kind === 'spans') return `[${writtenPredicate(condition.predicate)}]`;
  return condition.operands.map(written).join(condition.kind === 'and' ? ' & ' : ' | ');
}

function writtenPredicate(predicate: SpanPredicate): string {
  switch (predicate.kind) {
    case 'true':
      return 'true';
    case 'exists':
    case 'compare': {
      const { field } = predicate;
      const name = field.kind === 'attribute' ? `${field.scope}.${field.name}` : field.name;
      return predicate.kind === 'exists' ? `has ${name}` : `${name} ${predicate.operator} ${literal(predicate.value)}`;
    }
    default:
      if (predicate.operands.length === 0) return predicate.kind === 'and' ? 'true' : 'false';
      return `(${predicate.operands.map(writtenPredicate).join(predicate.kind === 'and' ? ' & ' : ' | ')})`;
  }
}

function leavesOf(condition: TraceCondition): readonly SpanPredicate[] {
  return condition.kind === 'spans' ? [condition.predicate] : condition.operands.flatMap(leavesOf);
}

function literal(value: ConditionValue): string {
  return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
}

function conditionsOf(text: string): string {
  const { query, error } = parseQuery(text);
  if (error !== undefined) throw new Error(error.message);
  const { condition, exact } = queryConditions(query);
  return `${exact ? '=' : '~'} ${written(condition)}`;
}

/** `=` is exact, `~` over-approximates. */
const DERIVED: readonly (readonly [query: string, conditions: string])[] = [
  ['', '= [true]'],
  ['{ false }', '= [false]'],
  ['{ .a = 1 && span.b != "x" || resource.c =~ "y.*" }', '= [((any.a = 1n & span.b != "x") | resource.c =~ "y.*")]'],
  ['{ 5 < .a }', '= [any.a > 5n]'],
  ['{ .a }', '= [any.a = true]'],
  ['{ .a != nil && event.b != nil }', '= [(has any.a & has event.b)]'],
  [
    '{ name = "x" && duration > 1ms && trace:duration <= 2.5 }',
    '= [(name = "x" & duration > 1000000n & traceDuration <= 2.5)]',
  ],
  ['{ status = error && kind != server }', '= [(status = 2n & kind != 2n)]'],
  ['{ resource.service.name =~ "a|b" }', '= [service =~ "a|b"]'],
  ['{ .service.name = "a" }', '= [any.service.name = "a"]'],
  ['{ resource.service.name = 5 }', '= [false]'],
  ['{ span:error && !span:error }', '= [(error = true & error != true)]'],
  [
    '{ span:id = "A" && trace:id != "bcd" }',
    `= [(spanId = "000000000000000a" & traceId != "${'bcd'.padStart(32, '0')}")]`,
  ],
  ['{ event:name = "x" && link:spanID = "1" }', '= [(eventName = "x" & linkSpanId = "0000000000000001")]'],
  ['{ instrumentation:name = "x" && instrumentation.y = 1 }', '= [(scopeName = "x" & instrumentation.y = 1n)]'],
  // Constants are folded.
  ['{ duration > 2 * 50ms }', '= [duration > 100000000n]'],
  ['{ 1 = 1 && .a = 1 }', '= [any.a = 1n]'],
  ['{ 1 = 2 || .a = 1 }', '= [any.a = 1n]'],
  ['{ .a = 1 && 1 = 2 }', '= [false]'],
  ['{ .a = 1 || true }', '= [true]'],
  ['{ .a = 1 / 0 }', '= [false]'],
  ['{ !(.a != 1 / 0) }', '= [true]'],
  // Negation: exact where the field is always there, open where it may be missing.
  ['{ !(name = "x") && !(duration > 1ms) }', '= [(name != "x" & duration <= 1000000n)]'],
  ['{ !(name = "x" || status = error) }', '= [(name != "x" & status != 2n)]'],
  ['{ !(name = "x" && name =~ "y") }', '= [(name != "x" | name !~ "y")]'],
  ['{ !!(.a = 1) }', '= [any.a = 1n]'],
  ['{ !(.a = 1) }', '~ [true]'],
  ['{ !(.a = 1) && name = "x" }', '~ [name = "x"]'],
  ['{ !(.a = 1) || name = "x" }', '~ [true]'],
  ['{ !(event:name = "x") }', '~ [true]'],
  ['{ .a = nil }', '~ [true]'],
  ['{ !(.a = nil) }', '= [has any.a]'],
  ['{ !(resource.service.name = "x") }', '= [service != "x"]'],
  ['{ !(resource.service.name = 5) }', '= [true]'],
  // What a store cannot evaluate.
  ['{ .a + 1 = 2 }', '~ [has any.a]'],
  ['{ .a = .b }', '~ [(has any.b & has any.a)]'],
  ['{ duration * 2 > 1s }', '~ [true]'],
  ['{ event:timeSinceStart > 1s }', '~ [has eventName]'],
  ['{ span:childCount = 0 && name = "x" }', '~ [name = "x"]'],
  ['{ (.a = 1) = true }', '~ [true]'],
  // Roots, as Grafana asks for them.
  ['{ nestedSetParent < 0 }', '= [isRoot = true]'],
  ['{ nestedSetParent = -1 }', '= [isRoot = true]'],
  ['{ nestedSetParent >= 0 }', '= [isRoot = false]'],
  ['{ !(nestedSetParent < 0) }', '= [isRoot = false]'],
  ['{ nestedSetParent > -5 }', '= [true]'],
  ['{ nestedSetParent > 3 }', '~ [isRoot = false]'],
  ['{ nestedSetParent < 3 }', '~ [true]'],
  // Other spans of the trace.
  ['{ trace:rootService = "x" && name = "y" }', '~ [name = "y"] & [service = "x"]'],
  ['{ rootName =~ "x.*" }', '~ [true] & [name =~ "x.*"]'],
  ['{ parent.a = 1 && 2 > parent.resource.b }', '~ [true] & [any.a = 1n] & [resource.b < 2n]'],
  ['{ trace:rootName = "x" || name = "y" }', '~ [true]'],
  ['{ !(trace:rootName = "x") }', '~ [true]'],
  // Between spansets.
  ['{ .a = 1 } || { .b = 2 }', '= [(any.a = 1n | any.b = 2n)]'],
  ['{ .a = 1 } && { .b = 2 }', '~ [any.a = 1n] & [any.b = 2n]'],
  ['({ .a = 1 } && { .b = 2 }) || { .c = 3 }', '~ [any.c = 3n] | [any.a = 1n] & [any.b = 2n]'],
  ['{ .a = 1 } >> { .b = 2 }', '~ [any.a = 1n] & [any.b = 2n]'],
  ['{ .a = 1 } !>> { .b = 2 }', '~ [any.b = 2n]'],
  ['{ .a = 1 } &~ { .b = 2 }', '~ [any.a = 1n] & [any.b = 2n]'],
];

describe('queryConditions', () => {
  it.each(DERIVED)('%s', (text, conditions) => {
    expect(conditionsOf(text)).toBe(conditions);
  });

  const traces = fc.array(arbitraryVocabularySpans(), { minLength: 1, maxLength: 4 });

  it('holds for every trace that matches, and for no other where it is exact', () => {
    const seen = { exact: 0, open: 0, satisfied: 0, refused: 0 };
    const check = (query: Query, trace: ReturnType<typeof assembleTrace>): void => {
      const conditions = queryConditions(query);
      const rows = matchTrace(query, trace);
      const satisfied = satisfiesConditions(conditions, trace);
      seen[conditions.exact ? 'exact' : 'open']++;
      seen[satisfied ? 'satisfied' : 'refused']++;
      const message = `${printQuery(query)} ${written(conditions.condition)}`;
      if (rows !== undefined && !satisfied) throw new Error(`Not satisfied by a trace that matches: ${message}`);
      const leaves = leavesOf(conditions.condition);
      const isSeen = (row: number): boolean => leaves.some((leaf) => matchSpanPredicate(leaf, trace, row));
      if (rows?.every(isSeen) === false) throw new Error(`Selects a span that satisfies no predicate: ${message}`);
      if (!conditions.exact) return;
      if (conditions.condition.kind !== 'spans') throw new Error(`Exact, but not one predicate: ${message}`);
      const satisfying = matchingRows(conditions.condition.predicate, trace);
      expect({ message, satisfied, rows: satisfying }).toEqual({
        message,
        satisfied: rows !== undefined,
        rows: rows ?? [],
      });
    };
    fc.assert(
      fc.property(fc.oneof(arbitraryFilterQuery, arbitraryQuery), traces, (query, all) => {
        for (const spans of all) check(query, assembleTrace(spans));
      }),
      { numRuns: 4000 },
    );
    // Every outcome is common enough for the property to mean something.
    const total = seen.exact + seen.open;
    for (const count of Object.values(seen)) expect(count / total).toBeGreaterThan(0.1);
  });

  it('says what a predicate means for one span', () => {
    const trace = traceOf({ name: 'a', attributes: { x: 1n } }, { name: 'b', parent: 1, startNano: 1 });
    const hasX: SpanPredicate = { kind: 'exists', field: { kind: 'attribute', scope: 'span', name: 'x' } };
    expect([0, 1, 2].map((row) => matchSpanPredicate(hasX, trace, row))).toEqual([true, false, false]);
    const isRoot: SpanPredicate = {
      kind: 'compare',
      field: { kind: 'intrinsic', name: 'isRoot' },
      operator: '=',
      value: false,
    };
    expect(matchingRows(isRoot, trace)).toEqual([1]);
    expect(matchingRows({ kind: 'and', operands: [] }, trace)).toEqual([0, 1]);
    expect(matchingRows({ kind: 'or', operands: [] }, trace)).toEqual([]);
    const nothing: TraceCondition = { kind: 'or', operands: [] };
    expect(satisfiesConditions({ condition: nothing, exact: false }, trace)).toBe(false);
    expect(satisfiesConditions({ condition: { kind: 'and', operands: [] }, exact: false }, trace)).toBe(true);
  });
});
