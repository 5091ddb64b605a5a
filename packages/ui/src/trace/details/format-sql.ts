import { lexSql, type SqlToken } from './lex-sql.ts';
import { LineBuilder, MAX_FORMATTED_CHARACTERS, type TextLine } from './text-lines.ts';

/** Lists and conditions up to this width stay on one line. */
const MAX_INLINE_CHARACTERS = 60;

const STATEMENT = /^\s*\(?\s*(?:select|insert|update|delete|with|merge|replace|create|alter|explain|values)\b/i;

/** Whether a text reads as an SQL statement. */
export function looksLikeSql(text: string): boolean {
  return STATEMENT.test(text);
}

/** A stretch of the statement that is laid out alike. */
interface Frame {
  /** `inline`: no line breaks; `clauses`: a statement or subquery; `wide`: a long condition in parentheses. */
  readonly kind: 'inline' | 'clauses' | 'wide';
  readonly indent: number;
  /** Whether commas end lines in the clause under way. */
  breaksLists: boolean;
  isEmpty: boolean;
}

/**
 * A statement laid out over lines, by clause; undefined if the text does not read as SQL or is too long. Only white
 * space between tokens changes.
 */
export function formatSql(text: string): readonly TextLine[] | undefined {
  if (text.length > MAX_FORMATTED_CHARACTERS || !looksLikeSql(text)) return undefined;
  const tokens = lexSql(text);
  const measure = measured(tokens);
  const lines = new LineBuilder();
  const frames: Frame[] = [{ kind: 'clauses', indent: 0, breaksLists: false, isEmpty: true }];
  let frame: Frame = frames[0] as Frame; // Just put there.
  let isBetween = false;
  const enter = (kind: Frame['kind'], indent: number): void => {
    frame = { kind, indent, breaksLists: false, isEmpty: true };
    frames.push(frame);
  };
  for (const [index, token] of tokens.entries()) {
    const { word } = token;
    if (token.text === '(') {
      lines.add(token.kind, token.text, token.spaced);
      frame.isEmpty = false;
      const inner = tokens[index + 1]?.word;
      const isLong = measure.toClosing(index) > MAX_INLINE_CHARACTERS;
      if (frame.kind !== 'inline' && (inner === 'SELECT' || inner === 'WITH')) {
        enter('clauses', lines.indent + 1);
        lines.breakTo(frame.indent);
      } else enter(frame.kind !== 'inline' && isLong ? 'wide' : 'inline', lines.indent + 1);
      continue;
    }
    if (token.text === ')') {
      if (frames.length > 1) {
        const { kind, indent } = frame;
        frames.pop();
        frame = frames.at(-1) as Frame; // The first is never popped.
        if (kind === 'clauses') lines.breakTo(indent - 1);
      }
      lines.add(token.kind, token.text, token.spaced);
      continue;
    }
    if (frame.kind === 'clauses' && startsClause(tokens, index, frame)) {
      lines.breakTo(frame.indent);
      lines.add(token.kind, token.text, token.spaced);
      frame.breaksLists = LIST_CLAUSES.has(word) && measure.toNextClause(index) > MAX_INLINE_CHARACTERS;
      frame.isEmpty = false;
      continue;
    }
    frame.isEmpty = false;
    const isJunction = (word === 'AND' && !isBetween) || word === 'OR';
    if (word === 'BETWEEN') isBetween = true;
    else if (word === 'AND') isBetween = false;
    if (isJunction && frame.kind !== 'inline') lines.breakTo(frame.indent + (frame.kind === 'clauses' ? 1 : 0));
    lines.add(token.kind, token.text, token.spaced);
    if (token.text === ',' && frame.breaksLists) lines.breakTo(frame.indent + 1);
    if (token.text === ';' && frames.length === 1) lines.breakTo(0);
    if (token.text.startsWith('--')) lines.breakTo(frame.indent + 1);
  }
  return lines.finish();
}

const LIST_CLAUSES: ReadonlySet<string> = new Set(['SELECT', 'SET', 'GROUP', 'ORDER', 'VALUES', 'RETURNING', 'WITH']);
const JOIN_WORDS: ReadonlySet<string> = new Set(['LEFT', 'RIGHT', 'FULL', 'INNER', 'OUTER', 'CROSS', 'NATURAL']);
const CLAUSES: ReadonlySet<string> = new Set(
  (
    'SELECT FROM WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH UNION EXCEPT INTERSECT VALUES SET RETURNING INSERT UPDATE ' +
    'DELETE WITH WINDOW FOR ON JOIN LEFT RIGHT FULL INNER CROSS NATURAL'
  ).split(' '),
);

/** Whether a clause begins here, and not a word of the same spelling within one. */
function startsClause(tokens: readonly SqlToken[], index: number, frame: Pick<Frame, 'isEmpty'>): boolean {
  const word = tokens[index]?.word ?? '';
  if (!CLAUSES.has(word) || tokens[index - 1]?.text === '.') return false;
  const before = tokens[index - 1]?.word ?? '';
  const after = tokens[index + 1];
  switch (word) {
    case 'WITH':
      return frame.isEmpty;
    case 'GROUP':
    case 'ORDER':
      return after?.word === 'BY';
    case 'FROM':
      return before !== 'DELETE' && before !== 'DISTINCT';
    case 'UPDATE':
      return !['FOR', 'KEY', 'DO', 'ON'].includes(before);
    case 'DELETE':
      return before !== 'ON';
    case 'SELECT':
      return before !== 'EXPLAIN';
    case 'FOR':
      return ['UPDATE', 'SHARE', 'NO', 'KEY'].includes(after?.word ?? '');
    case 'ON':
      return after?.word === 'CONFLICT' || after?.word === 'DUPLICATE';
    case 'JOIN':
      return !JOIN_WORDS.has(before);
    case 'LEFT':
    case 'RIGHT':
      return after?.text !== '(';
    default:
      return true;
  }
}

/** Widths of stretches of the tokens, each in constant time or bounded by what fits a line. */
function measured(tokens: readonly SqlToken[]): {
  readonly toClosing: (open: number) => number;
  readonly toNextClause: (start: number) => number;
} {
  const widthBetween = (start: number, isEnd: (token: SqlToken, depth: number) => boolean): number => {
    let width = 0;
    let depth = 0;
    for (let at = start; at < tokens.length && width <= MAX_INLINE_CHARACTERS; at++) {
      const token = tokens[at] as SqlToken; // Within bounds.
      if (token.text === ')') depth--;
      if (at > start && isEnd(token, depth)) return width;
      if (token.text === '(') depth++;
      width += token.text.length + (token.spaced ? 1 : 0);
    }
    return width;
  };
  return {
    toClosing: (open) => widthBetween(open, (token, depth) => token.text === ')' && depth === 0),
    toNextClause: (start) =>
      widthBetween(start, (token, depth) => depth < 0 || (depth === 0 && CLAUSES.has(token.word))),
  };
}
