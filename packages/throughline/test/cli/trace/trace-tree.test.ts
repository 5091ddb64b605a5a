import { stripVTControlCharacters } from 'node:util';
import { assembleTrace, type Span, type TraceColumns } from '@throughline/model';
import { buildTraceColumns } from '@throughline/wire';
import { describe, expect, test } from 'vitest';
import { textWidth } from '../../../src/cli/terminal/fit.ts';
import { timeBar } from '../../../src/cli/trace/time-bar.ts';
import { formatTraceHeading } from '../../../src/cli/trace/trace-heading.ts';
import { incompletenessLines, issueLines } from '../../../src/cli/trace/trace-issues.ts';
import { formatSummary, summarize, summaryJson } from '../../../src/cli/trace/trace-summary.ts';
import { formatTree } from '../../../src/cli/trace/trace-tree.ts';
import { recordingTerminal } from '../recording-terminal.ts';
import { testSpan } from '../test-spans.ts';

const MS = 1_000_000;

function columnsOf(spans: readonly Span[]): TraceColumns {
  return buildTraceColumns(assembleTrace(spans));
}

function tree(
  spans: readonly Span[],
  options: { columns?: number; colours?: boolean; maxSpans?: number } = {},
): string[] {
  const { maxSpans = 0, ...screen } = options;
  return [...formatTree(columnsOf(spans), recordingTerminal(screen), maxSpans)].join('').trimEnd().split('\n');
}

const order = [
  testSpan({ id: 1, service: 'gateway', name: 'POST /order', durationNano: 200 * MS }),
  testSpan({ id: 2, parent: 1, service: 'auth', name: 'check', startNano: 10 * MS, durationNano: 20 * MS }),
  testSpan({ id: 3, parent: 1, service: 'order', name: 'place', startNano: 40 * MS, durationNano: 150 * MS }),
  testSpan({ id: 4, parent: 3, service: 'db', name: 'INSERT', startNano: 50 * MS, durationNano: 30 * MS }),
  testSpan({
    id: 5,
    parent: 3,
    service: 'pay',
    name: 'charge',
    startNano: 90 * MS,
    durationNano: 90 * MS,
    errorMessage: 'card\ndeclined',
  }),
];

describe('formatTree', () => {
  test('draws who called whom, when and how long', () => {
    expect(tree(order)).toEqual([
      '  OFFSET DURATION  SPAN',
      '     0ns    200ms  gateway  POST /order',
      '    10ms     20ms  ├─ auth  check',
      '    40ms    150ms  └─ order  place',
      '    50ms     30ms     ├─ db  INSERT',
      '    90ms     90ms     └─ pay  charge  ✗ card⏎declined',
    ]);
  });

  test('guides pass by the spans of an earlier branch', () => {
    const spans = [
      testSpan({ id: 1, durationNano: 9 }),
      testSpan({ id: 2, parent: 1, startNano: 1 }),
      testSpan({ id: 3, parent: 2, startNano: 2 }),
      testSpan({ id: 4, parent: 3, startNano: 3 }),
      testSpan({ id: 5, parent: 1, startNano: 4 }),
    ];
    expect(tree(spans).map((line) => line.slice(19))).toEqual([
      'SPAN',
      'shop  op-1',
      '├─ shop  op-2',
      '│  └─ shop  op-3',
      '│     └─ shop  op-4',
      '└─ shop  op-5',
    ]);
  });

  test('says in words what is wrong with a span', () => {
    const orphan = testSpan({ id: 9, parent: 0xabc, startNano: 1, durationNano: -5 });
    expect(tree([...order.slice(0, 1), orphan]).at(-1)).toContain(
      'op-9  ! parent 0000000000000abc is missing  ! ends before it starts',
    );
  });

  test('has a bar where the screen is wide, and never a line wider than the screen', () => {
    const long = [
      ...order,
      testSpan({ id: 6, parent: 5, name: '注'.repeat(200), startNano: 100 * MS, errorMessage: 'no '.repeat(100) }),
    ];
    for (const columns of [60, 80, 99, 100, 140, 250]) {
      const lines = tree(long, { columns });
      expect(lines.some((line) => line.includes('█'))).toBe(columns >= 100);
      for (const line of tree(long, { columns, colours: true }).map(stripVTControlCharacters)) {
        expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });

  test('errors are red, services keep their colours', () => {
    const { colours } = recordingTerminal({ colours: true });
    const lines = tree(order, { colours: true });
    expect(lines.at(-1)).toContain(colours.red('  charge'));
    expect(lines.at(-1)).toContain(colours.red('  ✗ card⏎declined'));
    expect(lines.slice(1).map(stripVTControlCharacters)).toEqual(tree(order).slice(1));
  });

  test('shows as many spans as it may and says how many are left', () => {
    expect(tree(order, { maxSpans: 5 })).toHaveLength(6);
    const cut = tree(order, { maxSpans: 4 });
    expect(cut).toHaveLength(6);
    expect(cut.at(-1)).toBe('… 1 more span (--max-spans 0 shows all)');
  });

  test('a chain of 20,000 spans stays readable', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      testSpan({ id: i + 1, ...(i > 0 && { parent: i }), startNano: i, durationNano: 100_000 - 2 * i }),
    );
    const lines = tree(chain);
    expect(lines).toHaveLength(20_001);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(250);
    expect(lines.at(-1)).toContain('⋯19939 ');
  });

  test('an empty trace is an empty tree', () => {
    expect(tree([])).toHaveLength(1);
  });
});

test('the heading counts', () => {
  const heading = formatTraceHeading(columnsOf(order), recordingTerminal().colours);
  expect(heading).toMatch(/^Trace 0{31}1\n.* · 200ms · 5 spans · 5 services · 1 error$/);
});

describe('issues of a trace', () => {
  test('a sound trace has none', () => {
    expect(issueLines(columnsOf(order))).toEqual([]);
  });

  test('are sentences', () => {
    const lines = issueLines(
      columnsOf([
        testSpan({ id: 1, durationNano: 10 }),
        testSpan({ id: 2, durationNano: 10 }),
        testSpan({ id: 3, parent: 7, durationNano: -1 }),
        testSpan({ id: 4, parent: 1, startNano: 5, durationNano: 10 }),
        testSpan({ id: 4, parent: 1, startNano: 5, durationNano: 11 }),
      ]),
    );
    expect(lines).toEqual([
      '2 roots: spans without a parent.',
      '1 span names a parent that is not stored.',
      '2 spans share ids with different spans.',
      '1 span ends before it starts.',
      '2 spans end after their parents.',
    ]);
    expect(issueLines(columnsOf([testSpan({ id: 3, parent: 7 })]))[0]).toBe('No root: every span names a parent.');
  });

  test("the server's own reasons are told, those above are not told twice", () => {
    expect(incompletenessLines(['missing_parents', 'trace_truncated', 'something_new'])).toEqual([
      'Incomplete: More spans are stored than the server reads of one trace.',
      'Incomplete: something_new',
    ]);
  });
});

describe('summary', () => {
  const spans = [
    ...order,
    testSpan({ id: 6, parent: 3, service: 'db', name: 'INSERT', startNano: 85 * MS, durationNano: 10 * MS }),
  ];

  test('adds up the spans of each operation of each service, longest first', () => {
    expect(
      summarize(columnsOf(spans)).map((row) => [row.service, row.operation, row.spanCount, row.errorCount]),
    ).toEqual([
      ['gateway', 'POST /order', 1, 0],
      ['order', 'place', 1, 0],
      ['pay', 'charge', 1, 1],
      ['db', 'INSERT', 2, 0],
      ['auth', 'check', 1, 0],
    ]);
  });

  test('as a table and as JSON', () => {
    const table = formatSummary(columnsOf(spans), recordingTerminal());
    expect(table).toMatch(/^SERVICE +OPERATION +SPANS +ERRORS +TOTAL +AVERAGE\n/);
    expect(table).toMatch(/db +INSERT +2 +0 +40ms +20ms\n/);
    expect(summaryJson(columnsOf(spans), ['missing_root'])).toMatchObject({
      duration: 0.2,
      span_count: 6,
      operations: expect.arrayContaining([
        {
          service: 'db',
          operation: 'INSERT',
          span_count: 2,
          error_count: 0,
          total_duration: 0.04,
          average_duration: 0.02,
        },
      ]),
      complete: false,
      reasons: ['missing_root'],
    });
  });
});

describe('timeBar', () => {
  test.each([
    [0, 100, 100, '██████████'],
    [0, 50, 100, '█████     '],
    [50, 50, 100, '     █████'],
    [25, 5, 100, '  ▌       '],
    [0, 0, 100, '▏         '],
    [100, 0, 100, '         ▏'],
    [90, 50, 100, '         █'],
    [0, 0, 0, '██████████'],
  ])('from %i for %i of %i', (start, duration, total, expected) => {
    expect(timeBar(start, duration, total, 10)).toBe(expected);
  });
});
