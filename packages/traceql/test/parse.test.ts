import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type FieldExpression, parseQuery, printQuery, type Query, type SpansetExpression } from '../src/index.ts';
import { arbitraryQuery, arbitraryWrittenQuery } from '../testing/arbitraries.ts';
import { withoutRanges } from './without-ranges.ts';

function parsed(text: string): Query {
  const { query, error } = parseQuery(text);
  if (error !== undefined) throw new Error(`${text}: ${error.message}`);
  return query;
}

function condition(text: string): FieldExpression {
  const { spanset } = withoutRanges(parsed(`{ ${text} }`));
  if (spanset.kind !== 'filter') throw new Error(`${text} is no filter`);
  return spanset.condition;
}

/** What is written, and its canonical text. */
const CANONICAL: readonly (readonly [written: string, printed: string])[] = [
  ['', '{ }'],
  ['  true ', '{ }'],
  ['{}', '{ }'],
  ['{ true }', '{ }'],
  ['{false}', '{ false }'],
  ['{.a}', '{ .a }'],
  ['{!.a}', '{ !.a }'],
  ['{ .a=1 }', '{ .a = 1 }'],
  ['{ .a-b.c/d*e = 1 }', '{ .a-b.c/d*e = 1 }'],
  ['{ .a - 1 = -1 }', '{ .a - 1 = -1 }'],
  ['{ span.a != "x" && resource.b !~ `y.*` }', '{ span.a != "x" && resource.b !~ "y.*" }'],
  ['{ event.a = 1 || link.b = 2 || instrumentation.c = 3 }', '{ event.a = 1 || link.b = 2 || instrumentation.c = 3 }'],
  [
    '{ parent.a = 1 && parent.span.b = 2 && parent.resource.c = 3 }',
    '{ parent.a = 1 && parent.span.b = 2 && parent.resource.c = 3 }',
  ],
  ['{ parent."span.b" = 2 }', '{ parent."span.b" = 2 }'],
  [
    '{ span."a b" = 1 && ."a\\"\\\\b" = 2 && span.x."y z".w = 3 }',
    '{ span."a b" = 1 && ."a\\"\\\\b" = 2 && span."x.y z.w" = 3 }',
  ],
  ['{ ."5" = .5 }', '{ ."5" = 0.5 }'],
  ['{ span:name = "x" }', '{ name = "x" }'],
  ['{ span:duration > 1s && trace:duration > 2s }', '{ duration > 1s && trace:duration > 2s }'],
  [
    '{ traceDuration > 2s && rootName = "a" && rootServiceName = "b" }',
    '{ trace:duration > 2s && trace:rootName = "a" && trace:rootService = "b" }',
  ],
  ['{ span:status = error && span:kind = server }', '{ status = error && kind = server }'],
  ['{ span:statusMessage = "" && statusMessage != "a" }', '{ statusMessage = "" && statusMessage != "a" }'],
  [
    '{ span:id = "a" && span:parentID = "b" && trace:id = "c" }',
    '{ span:id = "a" && span:parentID = "b" && trace:id = "c" }',
  ],
  ['{ span:childCount > 2 && childCount < 5 }', '{ span:childCount > 2 && span:childCount < 5 }'],
  ['{ event:name = "a" && event:timeSinceStart > 2ms }', '{ event:name = "a" && event:timeSinceStart > 2ms }'],
  ['{ link:traceID = "a" && link:spanID = "b" }', '{ link:traceID = "a" && link:spanID = "b" }'],
  [
    '{ instrumentation:name = "a" && instrumentation:version = "1" }',
    '{ instrumentation:name = "a" && instrumentation:version = "1" }',
  ],
  [
    '{ nestedSetParent < 0 && nestedSetLeft > 1 && nestedSetRight > 1 }',
    '{ nestedSetParent < 0 && nestedSetLeft > 1 && nestedSetRight > 1 }',
  ],
  ['{ span:error = true }', '{ span:error = true }'],
  ['{ duration > 1h30m && duration < 2d }', '{ duration > 1h30m && duration < 48h }'],
  [
    '{ duration = 1.5s || duration = 0.25ms || duration = 3µs || duration = 7ns }',
    '{ duration = 1.5s || duration = 250us || duration = 3us || duration = 7ns }',
  ],
  ['{ .a = 1e3 || .a = 2.50 || .a = -0.0 }', '{ .a = 1000.0 || .a = 2.5 || .a = -0.0 }'],
  ['{ .a = minInt || .a = maxInt }', '{ .a = -9223372036854775808 || .a = 9223372036854775807 }'],
  ['{ .a = nil || nil != .b }', '{ .a = nil || .b != nil }'],
  ['{ "a" = .b }', '{ "a" = .b }'],
  ['{ .a = "tab\\tquote\\"\\u00e9\\U0001f600\\x41" }', '{ .a = "tab\\tquote\\"é😀A" }'],
  ['{ .a =~ "\\\\d+" }', '{ .a =~ `\\d+` }'],
  ['{ .a = 1 /* c */ && // d\n .b = 2 }', '{ .a = 1 && .b = 2 }'],
  // && and || bind alike, from the left.
  ['{ .a || .b && .c }', '{ (.a || .b) && .c }'],
  ['{ .a && .b || .c }', '{ (.a && .b) || .c }'],
  ['{ .a || (.b && .c) }', '{ .a || (.b && .c) }'],
  ['{ .a && (.b && .c) && .d }', '{ .a && .b && .c && .d }'],
  // Comparisons bind less than arithmetic; a prefix binds like + and more than a comparison.
  ['{ .a + 1 > 2 * 3 }', '{ .a + 1 > 2 * 3 }'],
  ['{ .a - 1 - 2 = 3 - (2 - 1) }', '{ .a - 1 - 2 = 3 - (2 - 1) }'],
  ['{ 2 ^ 3 ^ 2 = (2 ^ 3) ^ 2 }', '{ 2 ^ 3 ^ 2 = (2 ^ 3) ^ 2 }'],
  ['{ -.a * 2 = -2 ^ 2 }', '{ -(.a * 2) = -(2 ^ 2) }'],
  ['{ !.a = .b }', '{ (!.a) = .b }'],
  ['{ (.a = 1) = true }', '{ (.a = 1) = true }'],
  ['{ duration / 2 > 1s * 3 }', '{ duration / 2 > 1s * 3 }'],
  // Between spansets.
  ['{ .a } && { .b } || { .c }', '({ .a } && { .b }) || { .c }'],
  ['{ .a } && ({ .b } && { .c })', '{ .a } && { .b } && { .c }'],
  ['({ .a })', '{ .a }'],
  ['{ .a } && { .b } >> { .c }', '{ .a } && ({ .b } >> { .c })'],
  ['{ .a } > { .b } !< { .c }', '({ .a } > { .b }) !< { .c }'],
  ['{ .a } << { .b }', '{ .a } << { .b }'],
  ['{.a}&>>{.b}', '{ .a } &>> { .b }'],
  ['{ .a } !~ { .b } || { .c } &~ { .d }', '({ .a } !~ { .b }) || ({ .c } &~ { .d })'],
];

describe('parseQuery', () => {
  it.each(CANONICAL)('%s', (written, printed) => {
    const query = parsed(written);
    expect(printQuery(query)).toBe(printed);
    expect(withoutRanges(parsed(printed))).toEqual(withoutRanges(query));
  });

  it('builds plain nodes', () => {
    expect(condition('span.a = 1 && duration > 1s')).toEqual({
      kind: 'and',
      operands: [
        {
          kind: 'comparison',
          operator: '=',
          left: { kind: 'attribute', scope: 'span', parent: false, name: 'a' },
          right: { kind: 'literal', type: 'integer', value: 1n },
        },
        {
          kind: 'comparison',
          operator: '>',
          left: { kind: 'intrinsic', name: 'duration' },
          right: { kind: 'literal', type: 'duration', value: 1_000_000_000n },
        },
      ],
    });
    expect(condition('parent.resource."a b" = nil')).toEqual({
      kind: 'exists',
      negated: true,
      operand: { kind: 'attribute', scope: 'resource', parent: true, name: 'a b' },
    });
    expect(condition('status != unset')).toEqual({
      kind: 'comparison',
      operator: '!=',
      left: { kind: 'intrinsic', name: 'status' },
      right: { kind: 'literal', type: 'status', value: 0 },
    });
    expect(withoutRanges(parsed('{ .a } !>> { .b }')).spanset).toMatchObject({ kind: 'structural', operator: '!>>' });
  });

  it('gives every node the range of its text', () => {
    const source = '{ (.a = "x" || !(duration > -1.5s)) && .b + 2 * 3 = 7 }  ';
    const ranged = parsed(source);
    const slices: string[] = [];
    const visit = (node: SpansetExpression | FieldExpression): void => {
      slices.push(source.slice(node.range?.start, node.range?.end));
      if ('condition' in node) visit(node.condition);
      if ('left' in node) [node.left, node.right].forEach(visit);
      if ('operand' in node) visit(node.operand);
      if ('operands' in node) node.operands.forEach(visit);
    };
    visit(ranged.spanset);
    expect(slices).toEqual([
      '{ (.a = "x" || !(duration > -1.5s)) && .b + 2 * 3 = 7 }',
      '(.a = "x" || !(duration > -1.5s)) && .b + 2 * 3 = 7',
      '.a = "x" || !(duration > -1.5s)',
      '.a = "x"',
      '.a',
      '"x"',
      '!(duration > -1.5s)',
      'duration > -1.5s',
      'duration',
      '-1.5s',
      '.b + 2 * 3 = 7',
      '.b + 2 * 3',
      '.b',
      '2 * 3',
      '2',
      '3',
      '7',
    ]);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryQuery, arbitraryWrittenQuery), (query) => {
        const text = printQuery(query);
        expect(withoutRanges(parsed(text))).toEqual(query);
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws, and places every error within the text', () => {
    const fragments = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '.a',
      'span.',
      '"x"',
      '`',
      '"',
      '=~',
      '=',
      '!',
      '&&',
      '||',
      '|',
      '1',
      '1.5s',
      'nil',
      'name',
      'status',
      'error',
      'foo',
      'span:',
      'span:name',
      '-',
      '>>',
      '/*',
      '//',
      '\n',
      "'",
      '\\',
      '9e999',
      '5x',
      '𝒳',
      ' ',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(fragments, { maxLength: 25 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (inner, braces) => {
        const query = braces ? `{ ${inner} }` : inner;
        const { error } = parseQuery(query);
        if (error === undefined) return;
        expect(error.range.start).toBeGreaterThanOrEqual(0);
        expect(error.range.end).toBeLessThanOrEqual(query.length);
        expect(error.range.end).toBeGreaterThanOrEqual(error.range.start);
        expect(error.position.line).toBe(query.slice(0, error.range.start).split('\n').length);
        expect(error.message).not.toBe('');
      }),
      { numRuns: 5000 },
    );
  });
});

describe('limits', () => {
  it('holds the length of the text', () => {
    const limits = { maxTextLength: 12, maxDepth: 100 };
    expect(parseQuery('{ .abc = 1 }', limits).error).toBeUndefined();
    expect(parseQuery('{ .abcd = 1 }', limits).error).toMatchObject({ code: 'query_too_long' });
  });

  const nestings: readonly (readonly [what: string, text: (depth: number) => string])[] = [
    ['parentheses', (depth) => `{ ${'('.repeat(depth)}.a${')'.repeat(depth)} }`],
    ['negations', (depth) => `{ ${'!'.repeat(depth)}.a }`],
    ['minus signs', (depth) => `{ ${'-'.repeat(depth)}.a = 1 }`],
    ['spansets', (depth) => `${'('.repeat(depth)}{ .a }${')'.repeat(depth)}`],
    ['sums', (depth) => `{ .a${' + 1'.repeat(depth)} = 1 }`],
    ['powers', (depth) => `{ .a${' ^ 1'.repeat(depth)} = 1 }`],
    ['mixed chains', (depth) => `{ .a${' && .b || .c'.repeat(depth / 2)} }`],
    ['structural operators', (depth) => `{ .a }${' > { .b }'.repeat(depth)}`],
  ];
  it.each(nestings)('holds the depth of %s', (_, text) => {
    const limit = (maxDepth: number): boolean =>
      parseQuery(text(20), { maxTextLength: 1000, maxDepth }).error?.code !== 'query_too_deep';
    const needed = Array.from({ length: 40 }, (_unused, index) => index).find(limit);
    expect(needed).toBeGreaterThanOrEqual(20);
    expect(needed).toBeLessThanOrEqual(24);
    for (const huge of [2_000, 20_000]) {
      expect(parseQuery(text(huge), { maxTextLength: 1_000_000, maxDepth: 100 }).error).toMatchObject({
        code: 'query_too_deep',
      });
    }
  });

  it('reads long flat chains and stray openings', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => `.a = ${index}`).join(' || ');
    expect(parseQuery(`{ ${chain} }`, { maxTextLength: 1_000_000, maxDepth: 10 }).error).toBeUndefined();
    for (const piece of ['/* ', '"', '`', '{', '(', '.a.', '1', '1.', '\\', "'"]) {
      expect(parseQuery(piece.repeat(130_000 / piece.length)).error).toBeDefined();
    }
  });
});
