import { stripVTControlCharacters } from 'node:util';
import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';
import { counted, formatBytes } from '../../../src/cli/terminal/count.ts';
import { fit, padEnd, padStart, textWidth } from '../../../src/cli/terminal/fit.ts';
import { printable } from '../../../src/cli/terminal/printable.ts';
import { serviceColour } from '../../../src/cli/terminal/service-colour.ts';
import { formatTable } from '../../../src/cli/terminal/table.ts';
import { wantsColour } from '../../../src/cli/terminal/terminal.ts';

describe('printable', () => {
  test('leaves ordinary text alone, whatever its script', () => {
    expect(printable('GET /a/{id} – Größe 注文 🛒')).toBe('GET /a/{id} – Größe 注文 🛒');
  });

  test('takes power over the terminal from escape sequences, and line breaks from a name', () => {
    const text = printable('\u001b]0;owned\u0007\u001b[2J\u009b31m a\nb\tc\r\u202etxt');
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/); // oxlint-disable-line no-control-regex
    expect(text).toContain('a⏎b c ');
    expect(text).toContain('\\u{1b}]0;owned');
  });
});

describe('fit', () => {
  test('cuts only what is too wide, and says so', () => {
    expect(fit('12345', 5)).toBe('12345');
    expect(fit('123456', 5)).toBe('1234…');
    expect(fit('123456', 1)).toBe('…');
    expect(fit('123456', 0)).toBe('');
  });

  test('measures what a terminal shows: wide characters take two columns and are never halved', () => {
    expect(textWidth('注文')).toBe(4);
    expect(fit('注文サービス', 6)).toBe('注文…');
    expect(textWidth(fit('注文サービス', 6))).toBeLessThanOrEqual(6);
    expect(padEnd('注文', 6)).toBe('注文  ');
    expect(padStart('é', 3)).toBe('  é');
  });
});

describe('formatTable', () => {
  const rows = [
    { name: 'a', count: 5 },
    { name: 'a rather long name of an operation', count: 1_234 },
  ];
  const layout = [
    { title: 'NAME', text: (row: (typeof rows)[number]) => row.name, shrinks: true },
    { title: 'COUNT', text: (row: (typeof rows)[number]) => String(row.count), align: 'right' as const },
  ];

  test('aligns columns, and cuts nothing where there is no screen', () => {
    expect(formatTable(rows, layout, { columns: undefined, colours: createColors(false) })).toBe(
      [
        'NAME                                COUNT',
        'a                                       5',
        'a rather long name of an operation   1234',
        '',
      ].join('\n'),
    );
  });

  test('fits a narrow screen by the column that may shrink', () => {
    const table = formatTable(rows, layout, { columns: 25, colours: createColors(false) });
    for (const line of table.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(25);
    expect(table).toContain('a rather long nam…   1234');
  });

  test('colours change no width', () => {
    const painted = formatTable(
      rows,
      layout.map((column) => ({ ...column, paint: (text: string) => createColors(true).red(text) })),
      { columns: 25, colours: createColors(true) },
    );
    expect(painted).not.toBe(stripVTControlCharacters(painted));
    expect(stripVTControlCharacters(painted)).toBe(
      formatTable(rows, layout, { columns: 25, colours: createColors(false) }),
    );
  });
});

describe('wantsColour', () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
  ])('%o on a terminal: %s gives %s', (environment, isTerminal, expected) => {
    expect(wantsColour(environment, isTerminal)).toBe(expected);
  });
});

test('a service has one colour, and none is that of errors', () => {
  const colours = createColors(true);
  const painted = Array.from({ length: 200 }, (_, i) => serviceColour(colours, `service-${i}`)('x'));
  expect(painted).toEqual(Array.from({ length: 200 }, (_, i) => serviceColour(colours, `service-${i}`)('x')));
  expect(painted).not.toContain(colours.red('x'));
  expect(new Set(painted).size).toBeGreaterThan(5);
});

test('counts and sizes', () => {
  expect(counted(1, 'span')).toBe('1 span');
  expect(counted(84_317, 'span')).toBe('84,317 spans');
  expect(counted(0, 'retry', 'retries')).toBe('0 retries');
  expect([0, 999, 1_000, 99_900, 999_600, 22_215_184].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '99.9 KB',
    '1.0 MB',
    '22.2 MB',
  ]);
});
