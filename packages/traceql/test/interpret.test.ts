import { assembleTrace, SpanKind, StatusCode } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matchTrace, parseQuery, printQuery } from '../src/index.ts';
import { arbitraryQuery, arbitraryVocabularySpans } from '../testing/arbitraries.ts';
import { type SpanSketch, traceOf } from './build-trace.ts';
import { referenceRows } from './reference-evaluator.ts';

function rowsOf(text: string, ...spans: readonly SpanSketch[]): readonly number[] | undefined {
  const { query, error } = parseQuery(text);
  if (error !== undefined) throw new Error(`${text}: ${error.message}`);
  return matchTrace(query, traceOf(...spans));
}

/** The span, then conditions that are true and conditions that are false for it. */
const TRUTHS: readonly (readonly [
  what: string,
  span: SpanSketch,
  holds: readonly string[],
  fails: readonly string[],
])[] = [
  [
    'a missing attribute satisfies no comparison',
    {},
    ['.a = nil', '!(.a = 1)', '!(.a != 1)', '!.a'],
    ['.a = 1', '.a != 1', '.a =~ ".*"', '.a !~ "x"', '.a != nil', '.a', '.a = .b', '.a + 1 = 1'],
  ],
  ['a null attribute is none', { attributes: { a: null } }, ['.a = nil'], ['.a != nil', '.a != 1']],
  [
    "an unscoped attribute is the span's, else the resource's",
    { attributes: { a: 1n }, resource: { a: 2n, b: 3n } },
    ['.a = 1', '.b = 3', 'span.a = 1', 'resource.a = 2', 'span.b = nil', 'resource.b != nil'],
    ['.a = 2', 'span.b = 3'],
  ],
  [
    'comparisons are typed',
    { attributes: { text: '500', integer: 500n, double: 500, flag: true } },
    [
      '.text = "500"',
      '.text != "501"',
      '.text > "499"',
      '.integer = 500',
      '.integer = 500.0',
      '.double = 500',
      '.double >= 500',
      '.integer < 500.5',
      '.flag = true',
      '.flag != false',
      '.flag',
      '.integer = .double',
    ],
    [
      '.text = 500',
      '.text != 500',
      '.integer = "500"',
      '.integer != "x"',
      '.flag = "true"',
      '.flag != 1',
      '.integer =~ "500"',
      '.text = .integer',
    ],
  ],
  [
    'integers beyond 2^53 are exact',
    { attributes: { a: 2n ** 53n + 1n, b: 2 ** 53 } },
    ['.a = 9007199254740993', '.a != 9007199254740992', '.a > 9007199254740992.0', '.a != .b', '.b < .a'],
    ['.a = 9007199254740992.0', '.a = 9007199254740992'],
  ],
  [
    'an array satisfies = with any element, != with all',
    { attributes: { a: ['x', 'y'], n: [1n, 2], e: [], m: ['x', 1n] } },
    [
      '.a = "x"',
      '.a != "z"',
      '.a =~ "y|z"',
      '.a !~ "z"',
      '.n > 1.5',
      '.n = 2',
      '.e != 1',
      '.e != nil',
      '"x" = .a',
      '.m = 1',
    ],
    ['.a != "x"', '.a !~ "x"', '.n > 2', '.e = 1', '.a = .a', '.a = 1', '.m != "z"'],
  ],
  [
    'bytes and maps exist, and compare with nothing',
    { attributes: { a: new Uint8Array([1]), b: new Map([['x', 1n]]) } },
    ['.a != nil', '.b != nil'],
    ['.a = "x"', '.a != "x"', '.b != 1'],
  ],
  [
    'NaN is as in IEEE 754',
    { attributes: { a: NaN } },
    ['.a != 1', '.a != nil', '!(.a = 1)'],
    ['.a = 1', '.a < 1', '.a >= 1', '.a = .a'],
  ],
  [
    'text is ordered by code points',
    { attributes: { a: '\u{1f600}' } },
    ['.a > "\uffff"', '.a > "a"'],
    ['.a < "\uffff"'],
  ],
  [
    'intrinsics',
    {
      name: 'GET /',
      kind: SpanKind.SERVER,
      status: StatusCode.ERROR,
      statusMessage: 'boom',
      durationNano: 1_500_000,
      service: 'cart',
      scope: { language: 'js' },
    },
    [
      'name = "GET /"',
      'name =~ "GET.*"',
      'name !~ "GET"',
      'kind = server',
      'kind != client',
      'status = error',
      'status != ok',
      'statusMessage = "boom"',
      'duration = 1.5ms',
      'duration > 1ms',
      'duration > 1000',
      'duration < 1500001.5',
      'span:id = "1"',
      'span:id = "0000000000000001"',
      'span:id != "2"',
      'span:parentID = ""',
      'trace:id = "ABCD"',
      'instrumentation:name = "lib"',
      'instrumentation:version = "1.0"',
      'instrumentation.language = "js"',
      'span:error',
      'span:error = true',
      'span:error != false',
      'resource.service.name = "cart"',
      '.service.name = "cart"',
      'trace:duration = 1500us',
      'nestedSetParent = -1',
      'nestedSetLeft = 1',
      'nestedSetRight = 2',
      'span:childCount = 0',
      'trace:rootName = "GET /"',
      'rootServiceName = "cart"',
      'name != nil',
    ],
    ['name = "get /"', 'kind = client', 'status = unset', 'duration > 1.5ms', 'trace:id = "abc"', '!span:error'],
  ],
  [
    'the service of a resource without a name',
    {},
    ['resource.service.name = "unknown_service"', 'resource.service.name != "x"', '.service.name = nil'],
    ['resource.service.name = ""', '.service.name = "unknown_service"'],
  ],
  ['imported error tags', { attributes: { error: 'boom' } }, ['span:error', 'status = unset'], ['status = error']],
  ['an error tag that is false', { attributes: { error: 'false' } }, ['span:error = false'], ['span:error']],
  [
    'arithmetic',
    { durationNano: 1_000, attributes: { a: 7n, d: 2.5, t: 'x' } },
    [
      '.a + 1 = 8',
      '.a - 10 = -3',
      '.a * 2 = 14',
      '.a / 2 = 3',
      '.a % 4 = 3',
      '.a ^ 2 = 49',
      '-.a = -7',
      '.a / 2.0 = 3.5',
      '.d * 2 = 5',
      '.a + .d = 9.5',
      'duration * 2 = 2us',
      'duration / 3us < 0.34',
      'duration / 3us > 0.33',
      '2 ^ 3 ^ 2 = 512',
      '2 ^ -1 = 0.5',
      '-2 ^ 2 = -4',
      '(-2) ^ 2 = 4',
      '1 + 2 * 3 = 7',
      '.a / 0.0 > 1e300',
      'maxInt + 1 > 9e18',
      '2 ^ 10000000000 > 1',
      '(-1) ^ 9223372036854775807 = -1',
      '-minInt > 0',
    ],
    ['.a / 0 = 0', '.a / 0 != 0', '.a % 0 = 0', '.t + 1 = 1', '.t + 1 != 1', '-.t = 0', '.missing * 0 = 0'],
  ],
  [
    'events and links: any of them',
    {
      events: [
        ['retry', 5, { n: 1n, of: 1n }],
        ['exception', 1_000_000, { n: 2n, of: 3n, message: 'x' }],
      ],
      links: [[7, { k: 'v' }]],
    },
    [
      'event:name = "retry"',
      'event:name = "exception"',
      'event:name != "retry"',
      'event.n = 2',
      'event.n != 2',
      'event.message != nil',
      'event.n = event.of',
      'event.of - event.n = 1',
      'event:timeSinceStart >= 1ms',
      'event.n = 1 && event.n = 2',
      'link.k = "v"',
      'link:spanID = "7"',
      'link:traceID = "BEEF"',
      '!(event.n = 3)',
      'event:name != nil',
      'event.other = nil',
    ],
    [
      'event.n = 3',
      'event:timeSinceStart > 1ms',
      'event.message = nil',
      'link.k != "v"',
      'event.n = 1 && link.k = "w"',
      'event.n + event.of = 3',
    ],
  ],
  [
    'no events and no links',
    {},
    ['event:name = nil', 'event.n = nil', 'link:spanID = nil'],
    ['event:name != "x"', 'event.n != 1', 'event:name != nil', 'link:spanID != ""'],
  ],
  [
    'what is no boolean is false between && and ||',
    { attributes: { a: 'x' } },
    ['.a || true', '!.a', '!(.a && true)', '(.a = "x") = true', '(.a = "x") != (.a = "y")'],
    ['.a', '.a && true', 'false'],
  ],
];

describe('conditions on a span', () => {
  it.each(TRUTHS)('%s', (_, span, holds, fails) => {
    const held = [...holds, ...fails].filter((condition) => rowsOf(`{ ${condition} }`, span) !== undefined);
    expect(held).toEqual(holds);
  });

  it('knows the parent and the trace', () => {
    const spans: readonly SpanSketch[] = [
      { name: 'root', service: 'front', durationNano: 100, attributes: { a: 1n } },
      { name: 'child', service: 'back', parent: 1, startNano: 10, durationNano: 200 },
      { name: 'leaf', parent: 2, startNano: 20 },
      { name: 'orphan', parent: 99, startNano: -5 },
    ];
    expect(rowsOf('{ parent.a = 1 }', ...spans)).toEqual([1]);
    expect(rowsOf('{ parent.span.a = 1 && parent.resource.service.name = "front" }', ...spans)).toEqual([1]);
    expect(rowsOf('{ parent.resource.service.name = "back" }', ...spans)).toEqual([2]);
    expect(rowsOf('{ nestedSetParent < 0 }', ...spans)).toEqual([0]);
    expect(rowsOf('{ nestedSetParent = 0 }', ...spans)).toEqual([3]);
    expect(rowsOf('{ span:childCount = 1 }', ...spans)).toEqual([0, 1]);
    expect(rowsOf('{ trace:duration = 215ns }', ...spans)).toEqual([0, 1, 2, 3]);
    expect(rowsOf('{ trace:rootName = "root" && trace:rootService = "front" }', ...spans)).toEqual([0, 1, 2, 3]);
  });
});

describe('spansets', () => {
  const spans: readonly SpanSketch[] = [
    { name: 'a' },
    { name: 'b', parent: 1, startNano: 1 },
    { name: 'c', parent: 2, startNano: 2 },
    { name: 'd', parent: 1, startNano: 3 },
  ];
  const cases: readonly (readonly [query: string, rows: readonly number[] | undefined])[] = [
    ['{ }', [0, 1, 2, 3]],
    ['{ name = "a" } && { name = "c" }', [0, 2]],
    ['{ name = "a" } && { name = "x" }', undefined],
    ['{ name = "x" } || { name = "c" }', [2]],
    ['{ name = "d" } || { name = "c" } && { name = "a" }', [0, 2, 3]],
    ['{ name = "a" } > { }', [1, 3]],
    ['{ name = "a" } >> { }', [1, 2, 3]],
    ['{ name = "c" } < { }', [1]],
    ['{ name = "c" } << { }', [0, 1]],
    ['{ name = "b" } ~ { }', [3]],
    ['{ name = "a" } ~ { }', undefined],
    ['{ name = "a" } !> { }', [0, 2]],
    ['{ name = "b" } !>> { }', [0, 1, 3]],
    ['{ } !< { }', [2, 3]],
    ['{ name = "c" } !<< { }', [2, 3]],
    ['{ name = "b" } !~ { }', [0, 1, 2]],
    ['{ name = "x" } !>> { name = "a" }', [0]],
    ['{ name = "a" } &>> { name = "c" }', [0, 2]],
    ['{ name = "c" } &<< { name = "a" }', [0, 2]],
    ['{ name = "a" } &> { name = "c" }', undefined],
    ['{ name = "b" } &~ { name = "d" }', [1, 3]],
    ['{ name = "c" } &< { name = "b" }', [1, 2]],
  ];
  it.each(cases)('%s', (query, rows) => {
    expect(rowsOf(query, ...spans)).toEqual(rows);
  });

  it('selects nothing from an empty trace', () => {
    const { query } = parseQuery('{ }');
    expect(query && matchTrace(query, assembleTrace([]))).toBeUndefined();
  });
});

describe('matchTrace', () => {
  it('agrees with a naive evaluation', () => {
    let matched = 0;
    let runs = 0;
    fc.assert(
      fc.property(
        arbitraryQuery,
        fc.array(arbitraryVocabularySpans(), { minLength: 1, maxLength: 3 }),
        (query, traces) => {
          for (const trace of traces.map(assembleTrace)) {
            const rows = matchTrace(query, trace) ?? [];
            expect({ query: printQuery(query), rows }).toEqual({
              query: printQuery(query),
              rows: referenceRows(query, trace),
            });
            runs++;
            if (rows.length > 0) matched++;
          }
        },
      ),
      { numRuns: 4000 },
    );
    // The comparison says little unless both outcomes are common.
    expect(matched / runs).toBeGreaterThan(0.2);
    expect(matched / runs).toBeLessThan(0.8);
  });
});
