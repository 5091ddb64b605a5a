import { parseDurationNano } from './duration.ts';
import type { QueryProblem } from './query-error.ts';
import type { TextRange } from './syntax.ts';
import { invalidToken, type Token } from './token.ts';

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
]);
const CODE_POINT_ESCAPE = /x([0-7][\da-fA-F])|u([\da-fA-F]{4})|U([\da-fA-F]{8})/y;

/** `"..."` with Go's escapes, or raw between backticks. */
export function textToken(text: string, start: number, quote: '"' | '`'): Token {
  if (quote === '`') {
    const close = text.indexOf('`', start + 1);
    if (close === -1) return unterminatedText(text, start, quote);
    return { kind: 'text', value: text.slice(start + 1, close), range: { start, end: close + 1 } };
  }
  let value = '';
  let problem: QueryProblem | undefined;
  for (let offset = start + 1; offset < text.length;) {
    const character = text[offset] ?? '';
    if (character === '"') {
      const range = { start, end: offset + 1 };
      return problem === undefined ? { kind: 'text', value, range } : { kind: 'invalid', problem, range };
    }
    if (character === '\n') break;
    if (character !== '\\') {
      value += character;
      offset++;
      continue;
    }
    const escape = textEscape(text, offset + 1);
    if (escape === undefined) {
      const end = Math.min(offset + 2, text.length);
      const sequence = text.slice(offset, end);
      problem ??= {
        code: 'invalid_token',
        range: { start: offset, end },
        message: `${sequence} is no escape sequence of a text; a backslash is written \\\\, or put the text between backticks`,
        suggestion: `\\${sequence}`,
      };
      offset = end;
    } else {
      value += escape.value;
      offset = escape.end;
    }
  }
  return unterminatedText(text, start, quote);
}

function textEscape(text: string, offset: number): { readonly value: string; readonly end: number } | undefined {
  const simple = SIMPLE_ESCAPES.get(text[offset] ?? '');
  if (simple !== undefined) return { value: simple, end: offset + 1 };
  CODE_POINT_ESCAPE.lastIndex = offset;
  const match = CODE_POINT_ESCAPE.exec(text);
  if (match === null) return undefined;
  const codePoint = Number.parseInt(match[1] ?? match[2] ?? match[3] ?? '', 16);
  return codePoint > 0x10ffff
    ? undefined
    : { value: String.fromCodePoint(codePoint), end: CODE_POINT_ESCAPE.lastIndex };
}

function unterminatedText(text: string, start: number, quote: string): Token {
  const lineEnd = text.indexOf('\n', start);
  const end = quote === '"' && lineEnd !== -1 ? lineEnd : text.length;
  return invalidToken('unterminated', { start, end }, `The text has no closing ${quote}`);
}

const MAX_NUMBER_LENGTH = 400;

export function numberToken(digits: string, range: TextRange): Token {
  if (digits.length > MAX_NUMBER_LENGTH) return invalidToken('invalid_token', range, 'The number has too many digits');
  if (/^\d+$/.test(digits)) return { kind: 'integer', value: BigInt(digits), range };
  if (/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits)) {
    const value = Number(digits);
    if (Number.isFinite(value)) return { kind: 'float', value, range };
    return invalidToken('invalid_token', range, `${digits} is too large`);
  }
  const nanos = parseDurationNano(digits);
  if (nanos !== undefined) return { kind: 'duration', value: nanos, range };
  const unit = /^[\d.]+\p{L}+$/u.test(digits);
  const message = unit
    ? `${digits} has no known unit: durations are written with ns, us, ms, s, m, h, d, w or y`
    : `${digits} is no number`;
  return invalidToken('invalid_token', range, message);
}
