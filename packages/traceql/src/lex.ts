import type { AttributeScope } from './conditions.ts';
import { numberToken, textToken } from './lex-literal.ts';
import type { QueryProblem } from './query-error.ts';
import { invalidToken, type Token } from './token.ts';

/** Longest first. */
const SYMBOLS: readonly string[] = [
  '!>>',
  '!<<',
  '&>>',
  '&<<',
  '&&',
  '||',
  '!=',
  '!~',
  '=~',
  '>=',
  '<=',
  '>>',
  '<<',
  '!>',
  '!<',
  '&>',
  '&<',
  '&~',
  '{',
  '}',
  '(',
  ')',
  ',',
  '=',
  '<',
  '>',
  '!',
  '~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '|',
];

const SCOPES: ReadonlyMap<string, AttributeScope> = new Map([
  ['span', 'span'],
  ['resource', 'resource'],
  ['event', 'event'],
  ['link', 'link'],
  ['instrumentation', 'instrumentation'],
]);

const WHITE_SPACE = /\s+/y;
const NUMBER = /\d[\d.]*(?:e[+-]?\d+)?[\p{L}\d.]*|\.\d[\d.]*(?:e[+-]?\d+)?[\p{L}\d.]*/iuy;
const WORD = /[\p{L}_][\p{L}\d_]*/uy;
/** A name runs up to white space or a character that operators and brackets are made of. */
const BARE_NAME = /[^\s{}()=~!<>&|^,"]+/y;
const PLAIN_NAME = /^[^\s{}()=~!<>&|^,"\\]+$/;

/** Whether an attribute name can stand in a query without quotes. */
export function isPlainAttributeName(name: string): boolean {
  return PLAIN_NAME.test(name);
}

export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (true) {
    offset = endOfBlank(text, offset);
    if (offset >= text.length) break;
    const token = nextToken(text, offset);
    tokens.push(token);
    offset = token.range.end;
  }
  tokens.push({ kind: 'end', range: { start: text.length, end: text.length } });
  return tokens;
}

/** Skips white space and the comments of both kinds; one that is not closed stays where it is. */
function endOfBlank(text: string, start: number): number {
  let offset = start;
  while (true) {
    offset = endOf(WHITE_SPACE, text, offset) ?? offset;
    const line = text.startsWith('//', offset);
    if (!line && !text.startsWith('/*', offset)) return offset;
    const close = line ? text.indexOf('\n', offset) : text.indexOf('*/', offset + 2);
    if (close === -1) return line ? text.length : offset;
    offset = line ? close : close + 2;
  }
}

/** Where the sticky pattern's match at the offset ends. */
function endOf(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function nextToken(text: string, start: number): Token {
  const first = text[start];
  if (first === '"' || first === '`') return textToken(text, start, first);
  if (text.startsWith('/*', start)) {
    return invalidToken('unterminated', { start, end: text.length }, 'The comment has no closing */');
  }
  const numberEnd = endOf(NUMBER, text, start);
  if (numberEnd !== undefined) return numberToken(text.slice(start, numberEnd), { start, end: numberEnd });
  if (first === '.') return attributeToken(text, start, 'any', false, start + 1);
  const wordEnd = endOf(WORD, text, start);
  if (wordEnd !== undefined) return wordToken(text, start, wordEnd);
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
  if (symbol !== undefined) return { kind: 'symbol', symbol, range: { start, end: start + symbol.length } };
  return strayToken(text, start);
}

function wordToken(text: string, start: number, wordEnd: number): Token {
  const word = text.slice(start, wordEnd);
  const next = text[wordEnd];
  if (next === ':') {
    const end = endOf(WORD, text, wordEnd + 1) ?? wordEnd + 1;
    return { kind: 'scopedWord', word: text.slice(start, end), range: { start, end } };
  }
  if (next !== '.') return { kind: 'word', word, range: { start, end: wordEnd } };
  if (word === 'parent') {
    const scopeEnd = endOf(WORD, text, wordEnd + 1);
    const scope = scopeEnd === undefined ? '' : text.slice(wordEnd + 1, scopeEnd);
    if (scopeEnd !== undefined && text[scopeEnd] === '.' && (scope === 'span' || scope === 'resource')) {
      return attributeToken(text, start, scope, true, scopeEnd + 1);
    }
    return attributeToken(text, start, 'any', true, wordEnd + 1);
  }
  const scope = SCOPES.get(word);
  if (scope !== undefined) return attributeToken(text, start, scope, false, wordEnd + 1);
  const end = endOf(BARE_NAME, text, start) ?? wordEnd;
  const name = text.slice(start, end);
  const suggestion = word === 'service' || word === 'deployment' ? `resource.${name}` : `.${name}`;
  return invalidToken('unknown_name', { start, end }, `"${name}" is no field: an attribute needs a scope`, suggestion);
}

/** The name starts at `nameStart` and may be made of bare and quoted parts. */
function attributeToken(text: string, start: number, scope: AttributeScope, parent: boolean, nameStart: number): Token {
  let name = '';
  let end = nameStart;
  while (end < text.length) {
    if (text[end] === '"') {
      const quoted = quotedName(text, end);
      if ('problem' in quoted) return { kind: 'invalid', ...quoted, range: { start, end: quoted.problem.range.end } };
      name += quoted.name;
      end = quoted.end;
      continue;
    }
    const bareEnd = endOf(BARE_NAME, text, end);
    if (bareEnd === undefined) break;
    name += text.slice(end, bareEnd);
    end = bareEnd;
  }
  const range = { start, end };
  if (end === nameStart) {
    return invalidToken('syntax', range, `An attribute name is missing behind "${text.slice(start, end)}"`);
  }
  return { kind: 'attribute', scope, parent, name, range };
}

function quotedName(
  text: string,
  start: number,
): { readonly name: string; readonly end: number } | { readonly problem: QueryProblem } {
  let name = '';
  for (let offset = start + 1; offset < text.length; offset++) {
    const character = text[offset] ?? '';
    if (character === '"') return { name, end: offset + 1 };
    if (character !== '\\') {
      name += character;
      continue;
    }
    offset++;
    const escaped = text[offset] ?? '';
    if (escaped !== '"' && escaped !== '\\') {
      const range = { start: offset - 1, end: Math.min(offset + 1, text.length) };
      return {
        problem: { code: 'invalid_token', range, message: 'In a quoted attribute name only \\" and \\\\ are escapes' },
      };
    }
    name += escaped;
  }
  return {
    problem: {
      code: 'unterminated',
      range: { start, end: text.length },
      message: 'The quoted attribute name has no closing "',
    },
  };
}

const STRAY_MESSAGES: ReadonlyMap<string, string> = new Map([
  ["'", `Text is written between double quotes or backticks, not '`],
  ['&', '"&" is no operator; "and" is written &&'],
  [';', '";" is not part of the language; a query is one expression'],
  ['[', '"[" is not part of the language; lists are written as a = 1 || a = 2, or with =~ "x|y"'],
  [':', 'A scope is missing in front of ":", as in span:name'],
]);

function strayToken(text: string, start: number): Token {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const message = STRAY_MESSAGES.get(character) ?? `"${character}" is not part of the language`;
  const range = { start, end: start + character.length };
  if (character === '&') return invalidToken('invalid_token', range, message, '&&');
  return invalidToken('invalid_token', range, message);
}
