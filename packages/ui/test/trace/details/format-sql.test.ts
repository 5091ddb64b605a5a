import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatSql } from '../../../src/trace/details/format-sql.ts';
import { lexSql } from '../../../src/trace/details/lex-sql.ts';
import { textOfLines } from '../../../src/trace/details/text-lines.ts';

const formatted = (sql: string): string => textOfLines(formatSql(sql) ?? []);

describe('a statement over lines', () => {
  it('begins a line with each clause and each condition', () => {
    expect(
      formatted(
        "SELECT id, name FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE u.id = $1 AND name <> 'a  b' ORDER BY id LIMIT 5",
      ),
    ).toBe(
      [
        'SELECT id, name',
        'FROM users u',
        'LEFT JOIN orders o ON o.user_id = u.id',
        'WHERE u.id = $1',
        "  AND name <> 'a  b'",
        'ORDER BY id',
        'LIMIT 5',
      ].join('\n'),
    );
  });

  it('indents subqueries and keeps what is in other parentheses together', () => {
    expect(
      formatted('select * from a where id in (select a_id from b where c between 1 and 2) and d in (1, 2, 3)'),
    ).toBe(
      [
        'select *',
        'from a',
        'where id in (',
        '  select a_id',
        '  from b',
        '  where c between 1 and 2',
        ')',
        '  and d in (1, 2, 3)',
      ].join('\n'),
    );
  });

  it('breaks long lists, and only those', () => {
    const sql = 'UPDATE t SET first_column = 1, second_column = 2, third_column = 3, fourth_column = 4 WHERE id = 9';
    expect(formatted(sql).split('\n')).toEqual([
      'UPDATE t',
      'SET first_column = 1,',
      '  second_column = 2,',
      '  third_column = 3,',
      '  fourth_column = 4',
      'WHERE id = 9',
    ]);
  });

  it('knows words that are no clause where they stand', () => {
    expect(formatted('DELETE FROM t WHERE extract(day FROM d) = 1 AND left(a, 1) IS DISTINCT FROM b FOR UPDATE')).toBe(
      ['DELETE FROM t', 'WHERE extract(day FROM d) = 1', '  AND left(a, 1) IS DISTINCT FROM b', 'FOR UPDATE'].join(
        '\n',
      ),
    );
  });

  it('ends the line behind a comment that runs to its end', () => {
    expect(formatted('SELECT 1 -- one\nFROM t')).toBe('SELECT 1 -- one\nFROM t');
    expect(formatted('SELECT a -- one\n, b')).toBe('SELECT a -- one\n  , b');
  });

  it('is nothing for other texts', () => {
    expect(formatSql('HGETALL user:1')).toBeUndefined();
    expect(formatSql('selection of things')).toBeUndefined();
    expect(formatSql(`select ${'x'.repeat(300_000)}`)).toBeUndefined();
  });
});

const fragment = fc.constantFrom(
  'SELECT',
  'from',
  'WHERE',
  '(',
  ')',
  ',',
  'a.b',
  "'it''s (x)'",
  "'open",
  '"q"',
  '`t`',
  '-- c\n',
  '/* c */',
  '$1',
  '$$ x $$',
  '::int',
  'AND',
  'between',
  'OR',
  'VALUES',
  ';',
  'é',
  '²',
  '::',
  '?',
  'LEFT',
  'JOIN',
  '1.5e3',
  '[',
  '\\',
  '{',
);

it('never changes anything but white space', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fragment, fc.constantFrom('', ' ', '\n  ')), { maxLength: 40 }), (parts) => {
      const sql = `SELECT ${parts.flat().join('')}`;
      const before = lexSql(sql).map(({ text }) => text);
      expect(before.join('').replaceAll(/\s/g, '')).toBe(sql.replaceAll(/\s/g, ''));
      expect((formatSql(sql) ?? []).flatMap(({ tokens }) => tokens.map(({ text }) => text))).toEqual(before);
    }),
  );
});
