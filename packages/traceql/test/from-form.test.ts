import { assembleTrace, StatusCode } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  bothQueries,
  type FieldExpression,
  filterQuery,
  matchTrace,
  narrowQuery,
  parseQuery,
  printQuery,
  queryConditions,
  spanFilter,
  type SpanFilterForm,
  tagCondition,
} from '../src/index.ts';
import { arbitraryCondition, arbitraryQuery, arbitraryVocabularySpans } from '../testing/arbitraries.ts';
import { type SpanSketch, traceOf } from './build-trace.ts';
import { withoutRanges } from './without-ranges.ts';

function rowsOf(form: SpanFilterForm, ...spans: readonly SpanSketch[]): readonly number[] | undefined {
  return matchTrace(spanFilter(form), traceOf(...spans));
}

describe('spanFilter', () => {
  it('writes what a form asks as one filter', () => {
    const form: SpanFilterForm = {
      service: 'cart',
      operation: 'GET /',
      tags: [
        ['error', 'true'],
        ['http.status_code', '500'],
        ['span.kind', 'server'],
        ['ratio', '0.5'],
        ['cached', 'true'],
        ['db', 'redis'],
      ],
      minSpanDurationNano: 1_500_000n,
      maxSpanDurationNano: 2_000_000_000n,
      minTraceDurationNano: 3_000_000_000n,
      error: false,
    };
    expect(printQuery(spanFilter(form))).toBe(
      '{ resource.service.name = "cart" && name = "GET /" && span:error = true' +
        ' && (.http.status_code = "500" || .http.status_code = 500)' +
        ' && (kind = server || .span.kind = "server")' +
        ' && (.ratio = "0.5" || .ratio = 0.5) && (.cached = "true" || .cached = true) && .db = "redis"' +
        ' && duration >= 1.5ms && duration <= 2s && trace:duration >= 3s && span:error = false }',
    );
    expect(printQuery(spanFilter({}))).toBe('{ }');
  });

  it('asks one span for all of it', () => {
    const spans: readonly SpanSketch[] = [
      { name: 'a', service: 's', durationNano: 10, attributes: { x: 1n } },
      { name: 'a', service: 't', durationNano: 90, parent: 1, attributes: { x: 'y' } },
    ];
    expect(rowsOf({ service: 's', operation: 'a' }, ...spans)).toEqual([0]);
    expect(rowsOf({ service: 's', minSpanDurationNano: 50n }, ...spans)).toBeUndefined();
    expect(rowsOf({ service: 's', minTraceDurationNano: 50n }, ...spans)).toEqual([0]);
    expect(rowsOf({ service: 's', tags: [['x', 'y']] }, ...spans)).toBeUndefined();
    expect(rowsOf({ minSpanDurationNano: 10n, maxSpanDurationNano: 10n }, ...spans)).toEqual([0]);
  });

  it("finds a tag whatever its type and whether it is the span's or the resource's", () => {
    for (const value of [500n, 500, '500']) {
      expect(rowsOf({ tags: [['code', '500']] }, { attributes: { code: value } })).toEqual([0]);
      expect(rowsOf({ tags: [['code', '500']] }, { resource: { code: value } })).toEqual([0]);
      expect(rowsOf({ tags: [['code', '501']] }, { attributes: { code: value } })).toBeUndefined();
    }
    expect(rowsOf({ tags: [['flag', 'false']] }, { attributes: { flag: false } })).toEqual([0]);
    expect(rowsOf({ tags: [['id', '9223372036854775808']] }, { attributes: { id: '9223372036854775808' } })).toEqual([
      0,
    ]);
    expect(rowsOf({ tags: [['k', '']] }, { attributes: { k: '' } })).toEqual([0]);
  });

  it('finds error spans, kinds and services by their tags', () => {
    expect(rowsOf({ tags: [['error', 'true']] }, { status: StatusCode.ERROR })).toEqual([0]);
    expect(rowsOf({ tags: [['error', 'true']] }, { attributes: { error: 'boom' } })).toEqual([0]);
    expect(rowsOf({ tags: [['error', 'true']] }, {})).toBeUndefined();
    expect(rowsOf({ tags: [['error', 'false']] }, {})).toEqual([0]);
    expect(rowsOf({ tags: [['span.kind', 'internal']] }, {})).toEqual([0]);
    expect(rowsOf({ tags: [['span.kind', 'client']] }, { attributes: { 'span.kind': 'client' } })).toEqual([0]);
    expect(rowsOf({ tags: [['service.name', 'unknown_service']] }, {})).toEqual([0]);
    expect(rowsOf({ service: 'unknown_service' }, {})).toEqual([0]);
  });

  it('looks into events where a dialect asks for it', () => {
    const conditions = [tagCondition('n', '1', ['any', 'event'])];
    expect(rowsOf({ conditions }, { events: [['e', 0, { n: 1n }]] })).toEqual([0]);
    expect(rowsOf({ tags: [['n', '1']] }, { events: [['e', 0, { n: 1n }]] })).toBeUndefined();
  });

  it('is exact as conditions, and can be written and read', () => {
    const arbitraryForm = fc.record(
      {
        service: fc.string(),
        operation: fc.string(),
        tags: fc.array(
          fc.tuple(
            fc.oneof(fc.string(), fc.constantFrom('error', 'span.kind', 'a')),
            fc.oneof(fc.string(), fc.constantFrom('true', 'server', '500', '-1.5e3', '1e999', '99999999999999999999')),
          ),
          { maxLength: 3 },
        ),
        minSpanDurationNano: fc.bigInt({ min: 0n, max: 2n ** 62n }),
        maxTraceDurationNano: fc.bigInt({ min: 0n, max: 2n ** 62n }),
        error: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(arbitraryForm, (form) => {
        const query = spanFilter(form);
        expect(queryConditions(query).exact).toBe(true);
        const read = parseQuery(printQuery(query));
        expect(read.query && withoutRanges(read.query)).toEqual(query);
      }),
    );
  });
});

describe('bothQueries', () => {
  const cases: readonly (readonly [left: string, right: string, both: string])[] = [
    ['{ .a }', '{ .b && .c }', '{ .a && .b && .c }'],
    ['{ }', '{ .b }', '{ .b }'],
    ['{ .a }', '{ }', '{ .a }'],
    ['{ }', '{ }', '{ }'],
    ['{ .a } && { .b }', '{ .c }', '{ .a } && { .b } && { .c }'],
    ['{ .a } >> { .b }', '{ .c }', '({ .a } >> { .b }) && { .c }'],
  ];
  it.each(cases)('%s and %s', (left, right, both) => {
    const [one, other] = [parseQuery(left).query, parseQuery(right).query];
    expect(one && other && printQuery(bothQueries(one, other))).toBe(both);
  });
});

describe('narrowQuery', () => {
  const condition: FieldExpression = {
    kind: 'comparison',
    operator: '=',
    left: { kind: 'intrinsic', name: 'name' },
    right: { kind: 'literal', type: 'text', value: 'x' },
  };
  const narrowed = (text: string): string | undefined => {
    const parsed = parseQuery(text);
    if ('error' in parsed) throw new Error(parsed.error.message);
    const query = narrowQuery(parsed.query, condition);
    return query && printQuery(query);
  };

  it('adds the condition to the spans that are selected', () => {
    expect(narrowed('{ }')).toBe('{ name = "x" }');
    expect(narrowed('{ .a = 1 || .b = 2 }')).toBe('{ (.a = 1 || .b = 2) && name = "x" }');
    expect(narrowed('{ .a = 1 } || { .b = 2 }')).toBe('{ .a = 1 && name = "x" } || { .b = 2 && name = "x" }');
    expect(narrowed('{ .a = 1 } >> { .b = 2 }')).toBe('{ .a = 1 } >> { .b = 2 && name = "x" }');
    expect(narrowed('{ .a = 1 } !> { }')).toBe('{ .a = 1 } !> { name = "x" }');
  });

  it('has no words for some', () => {
    expect(narrowed('{ .a = 1 } && { }')).toBeUndefined();
    expect(narrowed('{ .a = 1 } &> { }')).toBeUndefined();
    expect(narrowed('({ .a = 1 } && { }) || { }')).toBeUndefined();
    expect(narrowed('{ } > ({ } && { })')).toBeUndefined();
  });

  it('narrows what the interpreter selects, and nothing else', () => {
    let narrowedCount = 0;
    fc.assert(
      fc.property(arbitraryVocabularySpans(), arbitraryQuery, arbitraryCondition(), (spans, query, filter) => {
        const both = narrowQuery(query, filter);
        if (both === undefined) return;
        narrowedCount++;
        const trace = assembleTrace(spans);
        const selected = new Set(matchTrace(filterQuery(filter), trace) ?? []);
        const expected = (matchTrace(query, trace) ?? []).filter((row) => selected.has(row));
        expect(matchTrace(both, trace) ?? []).toEqual(expected);
      }),
    );
    expect(narrowedCount).toBeGreaterThan(0);
  });
});
