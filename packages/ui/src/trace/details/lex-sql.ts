import type { TokenKind } from './text-lines.ts';

export interface SqlToken {
  readonly kind: TokenKind;
  readonly text: string;
  /** Upper case of a word, `''` of anything else. */
  readonly word: string;
  /** Whether white space stands before it. */
  readonly spaced: boolean;
}

/*
 * In this order: comments, quoted texts and names, dollar quotes, numbers, words and placeholders, operators. What none
 * of them takes is a token of one character, so nothing gets lost.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<string>[eEnNxXbB]?'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<quoted>"(?:[^"]|"")*(?:"|$)|${'`'}[^${'`'}]*(?:${'`'}|$))`,
    String.raw`(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)`,
    String.raw`(?<parameter>\$\d+|[:@]{1,2}[A-Za-z_]\w*|%\(\w+\)s|%s|\?)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$#]*)`,
    String.raw`(?<operator><=>|<>|!=|<=|>=|\|\||::|->>?|\S)`,
  ].join('|'),
  'gu',
);

/** The tokens of a statement of any SQL dialect: all of its text but the white space between them. */
export function lexSql(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const { comment, string, number, parameter, word } = match.groups ?? {};
    const upper = word?.toUpperCase() ?? '';
    tokens.push({
      text: match[0],
      word: upper,
      spaced: match.index > end,
      kind:
        comment !== undefined
          ? 'comment'
          : string !== undefined
            ? 'string'
            : number !== undefined || parameter !== undefined
              ? 'number'
              : KEYWORDS.has(upper)
                ? 'keyword'
                : /^[\p{L}_"`]/u.test(match[0])
                  ? 'name'
                  : 'punctuation',
    });
    end = match.index + match[0].length;
  }
  return tokens;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'ALL ALTER AND ANY AS ASC BEGIN BETWEEN BY CASE CAST COLLATE COMMIT CONFLICT CREATE CROSS CURRENT_TIMESTAMP DEFAULT ' +
    'DELETE DESC DISTINCT DO DROP DUPLICATE ELSE END ESCAPE EXCEPT EXISTS EXPLAIN FALSE FETCH FILTER FIRST FOR FROM FULL ' +
    'GROUP HAVING IF ILIKE IN INDEX INNER INSERT INTERSECT INTERVAL INTO IS JOIN KEY LAST LATERAL LEFT LIKE LIMIT LOCKED ' +
    'MERGE NATURAL NEXT NO NOT NOTHING NULL NULLS OFFSET ON ONLY OR ORDER OUTER OVER PARTITION PRIMARY RECURSIVE ' +
    'REFERENCES REPLACE RETURNING RIGHT ROLLBACK ROW ROWS SELECT SET SHARE SIMILAR SKIP TABLE THEN TO TRUE TRUNCATE ' +
    'UNION UNIQUE UPDATE USING VALUES VIEW WHEN WHERE WINDOW WITH WITHIN'
  ).split(' '),
);
