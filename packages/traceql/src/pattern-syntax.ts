import {
  characterClass,
  type CodePointTest,
  foldCase,
  namedClass,
  posixClass,
  unicodeClass,
} from './pattern-classes.ts';

/**
 * Regular expressions in RE2's syntax, so that the interpreter and a store's engine agree on every pattern: no
 * backreferences, no lookaround, repetition up to 1,000. Left out of RE2: octal escapes, `\C`, `(?P=name)`.
 * Source: RE2, "Syntax".
 */
export type Pattern =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly test: CodePointTest; readonly literal?: string }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  /** `max` is Infinity for "any number". */
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number };

export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

export type ParsedPattern =
  | { readonly pattern: Pattern; readonly problem?: never }
  /** What is wrong with it, for a person. */
  | { readonly problem: string; readonly pattern?: never };

export const MAX_PATTERN_LENGTH = 1_000;
/** Of characters, assertions and branches once counted repetitions are written out. */
const MAX_PATTERN_SIZE = 2_000;
const MAX_REPEAT = 1_000;
const MAX_NESTING = 50;

export function parsePattern(text: string): ParsedPattern {
  if (text.length > MAX_PATTERN_LENGTH) {
    return {
      problem: `The regular expression has ${text.length} characters; at most ${MAX_PATTERN_LENGTH} are allowed`,
    };
  }
  try {
    const pattern = new PatternParser(text).parse();
    if (sizeOf(pattern) > MAX_PATTERN_SIZE) {
      return {
        problem: `The regular expression is too large: its repetitions make it more than ${MAX_PATTERN_SIZE} steps`,
      };
    }
    return { pattern };
  } catch (error) {
    if (error instanceof PatternProblem) return { problem: `Invalid regular expression: ${error.message}` };
    throw error;
  }
}

/** How many steps the compiled pattern has. */
function sizeOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'empty':
      return 0;
    case 'character':
    case 'assertion':
      return 1;
    case 'sequence':
    case 'choice':
      return pattern.parts.reduce((size, part) => size + sizeOf(part) + 1, 0);
    case 'repeat': {
      const copies = pattern.max === Infinity ? pattern.min + 1 : pattern.max;
      return copies * (sizeOf(pattern.part) + 1);
    }
  }
}

/** Never leaves this file. */
class PatternProblem extends Error {}

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

class PatternParser {
  readonly #text: string;
  #offset = 0;
  #flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false };

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Pattern {
    const pattern = this.#choice(0);
    if (this.#offset < this.#text.length) this.#fail('")" has no "(" in front of it');
    return pattern;
  }

  #fail(message: string): never {
    throw new PatternProblem(`${message} (at character ${this.#offset + 1})`);
  }

  #peek(): string {
    return this.#text[this.#offset] ?? '';
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#offset)) return false;
    this.#offset += expected.length;
    return true;
  }

  #takeCodePoint(): number {
    const codePoint = this.#text.codePointAt(this.#offset);
    if (codePoint === undefined) this.#fail('It ends too early');
    this.#offset += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  #takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#offset = pattern.lastIndex;
    return match;
  }

  #choice(nesting: number): Pattern {
    if (nesting > MAX_NESTING) this.#fail(`Groups are nested more than ${MAX_NESTING} deep`);
    const parts = [this.#sequence(nesting)];
    while (this.#take('|')) parts.push(this.#sequence(nesting));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts };
  }

  #sequence(nesting: number): Pattern {
    const parts: Pattern[] = [];
    while (this.#offset < this.#text.length && this.#peek() !== '|' && this.#peek() !== ')') {
      if (this.#take('\\Q')) {
        const quoted = this.#quotation();
        const last = quoted.at(-1);
        parts.push(...quoted.slice(0, -1));
        // A repetition behind \E is that of the last character.
        if (last !== undefined) parts.push(this.#repeated(last));
        continue;
      }
      const part = this.#atom(nesting);
      if (part !== undefined) parts.push(this.#repeated(part));
    }
    const [only] = parts;
    if (only === undefined) return { kind: 'empty' };
    return parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  #repeated(part: Pattern): Pattern {
    const start = this.#offset;
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    // Lazy repetition changes which text a group takes, not whether the whole matches.
    this.#take('?');
    if (/[*+?]/.test(this.#peek()) || (this.#peek() === '{' && this.#bounds() !== undefined)) {
      this.#offset = start;
      this.#fail('A repetition cannot be repeated');
    }
    return { kind: 'repeat', part, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    const counted = this.#takeMatch(/\{(\d{1,5})(,?)(\d{0,5})\}/y);
    if (counted === undefined) return undefined;
    const min = Number(counted[1]);
    const max = counted[2] === '' ? min : counted[3] === '' ? Infinity : Number(counted[3]);
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT)) this.#fail(`At most ${MAX_REPEAT} repetitions`);
    if (max < min) this.#fail('The repetition ends below its start');
    return { min, max };
  }

  /** Undefined for what only sets flags. */
  #atom(nesting: number): Pattern | undefined {
    switch (this.#peek()) {
      case '(':
        return this.#group(nesting);
      case '[':
        return this.#character(this.#bracketClass());
      case '\\':
        return this.#escape();
      case '.':
        this.#offset++;
        return this.#character(this.#flags.dotAll ? () => true : (codePoint) => codePoint !== 0x0a, false);
      case '^':
        this.#offset++;
        return { kind: 'assertion', assertion: this.#flags.multiLine ? 'lineStart' : 'textStart' };
      case '$':
        this.#offset++;
        return { kind: 'assertion', assertion: this.#flags.multiLine ? 'lineEnd' : 'textEnd' };
      case '*':
      case '+':
      case '?':
        return this.#fail(`There is nothing in front of "${this.#peek()}" to repeat`);
      default:
        return this.#literal(this.#takeCodePoint());
    }
  }

  #literal(literal: number): Pattern {
    if (this.#flags.ignoreCase) return this.#character((codePoint) => codePoint === literal);
    const test: CodePointTest = (codePoint) => codePoint === literal;
    return { kind: 'character', test, literal: String.fromCodePoint(literal) };
  }

  #character(test: CodePointTest, folded = true): Pattern {
    return { kind: 'character', test: folded && this.#flags.ignoreCase ? foldCase(test) : test };
  }

  #group(nesting: number): Pattern | undefined {
    this.#offset++;
    const outer = this.#flags;
    if (this.#take('?')) {
      if (/^(?:[=!]|<[=!])/.test(this.#text.slice(this.#offset, this.#offset + 2))) {
        this.#fail('Lookaround is not supported');
      }
      if (this.#takeMatch(/P?<\w+>/y) === undefined) {
        const flags = this.#takeMatch(/([imsU]*)(?:-([imsU]+))?([:)])/y);
        if (flags === undefined) this.#fail('Unknown kind of group behind "(?"');
        this.#flags = changedFlags(outer, flags[1] ?? '', flags[2] ?? '');
        // `(?i)` holds to the end of the group around it.
        if (flags[3] === ')') return undefined;
      }
    }
    const inner = this.#choice(nesting + 1);
    if (!this.#take(')')) this.#fail('A ")" is missing');
    this.#flags = outer;
    return inner;
  }

  #escape(): Pattern {
    this.#offset++;
    if (this.#offset >= this.#text.length) this.#fail('It ends with a backslash');
    const assertion = ASSERTION_BY_ESCAPE.get(this.#peek());
    if (assertion !== undefined) {
      this.#offset++;
      return { kind: 'assertion', assertion };
    }
    const test = this.#classEscape();
    return test === undefined ? this.#literal(this.#codePointEscape()) : this.#character(test);
  }

  #quotation(): readonly Pattern[] {
    const close = this.#text.indexOf('\\E', this.#offset);
    // RE2 would quote to the end, and so whatever an engine has to put around the pattern.
    if (close === -1) this.#fail('A \\E is missing behind \\Q');
    const parts: Pattern[] = [];
    while (this.#offset < close) parts.push(this.#literal(this.#takeCodePoint()));
    this.#offset += 2;
    return parts;
  }

  /** `d`, `W`, `pL`, `p{Greek}`, `P{^Lu}` behind a backslash. */
  #classEscape(): CodePointTest | undefined {
    const perl = namedClass(this.#peek());
    if (perl !== undefined) {
      this.#offset++;
      return perl;
    }
    const unicode = this.#takeMatch(/([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/y);
    if (unicode === undefined) return undefined;
    const test = unicodeClass(unicode[3] ?? unicode[4] ?? '');
    if (test === undefined) this.#fail(`Unknown Unicode class ${unicode[0]}`);
    const negated = (unicode[1] === 'P') !== (unicode[2] === '^');
    return negated ? (codePoint) => !test(codePoint) : test;
  }

  /** One character behind a backslash. */
  #codePointEscape(): number {
    const hex = this.#takeMatch(/x(?:([\da-fA-F]{2})|\{([\da-fA-F]{1,8})\})/y);
    if (hex !== undefined) {
      const codePoint = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
      if (codePoint > 0x10ffff) this.#fail('There is no such code point');
      return codePoint;
    }
    const control = CONTROL_ESCAPES.get(this.#peek());
    if (control !== undefined) {
      this.#offset++;
      return control;
    }
    if (/\d/.test(this.#peek())) this.#fail('Backreferences and octal escapes are not supported');
    // Any ASCII punctuation stands for itself.
    if (!/[!-/:-@[-`{-~]/.test(this.#peek())) this.#fail(`Unknown escape \\${this.#peek()}`);
    return this.#takeCodePoint();
  }

  #bracketClass(): CodePointTest {
    this.#offset++;
    const negated = this.#take('^');
    const tests: CodePointTest[] = [];
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#offset >= this.#text.length) this.#fail('A "]" is missing');
      const test = this.#bracketNamedClass();
      if (test !== undefined) {
        tests.push(test);
        continue;
      }
      const low = this.#bracketCodePoint();
      const isRange = this.#peek() === '-' && ![']', ''].includes(this.#text[this.#offset + 1] ?? '');
      if (isRange) this.#offset++;
      const high = isRange ? this.#bracketCodePoint() : low;
      if (high < low) this.#fail('The range ends below its start');
      ranges.push([low, high]);
    }
    this.#offset++;
    // Negation comes after folding: [^k] ignoring case excludes K too.
    const test = characterClass(ranges, tests);
    const folded = this.#flags.ignoreCase ? foldCase(test) : test;
    return negated ? (codePoint) => !folded(codePoint) : folded;
  }

  #bracketNamedClass(): CodePointTest | undefined {
    const posix = this.#takeMatch(/\[:(\^?)(\w+):\]/y);
    if (posix !== undefined) {
      const test = posixClass(posix[2] ?? '');
      if (test === undefined) this.#fail(`Unknown class ${posix[0]}`);
      return posix[1] === '^' ? (codePoint) => !test(codePoint) : test;
    }
    if (this.#peek() !== '\\') return undefined;
    this.#offset++;
    const test = this.#classEscape();
    if (test === undefined) this.#offset--;
    return test;
  }

  #bracketCodePoint(): number {
    return this.#take('\\') ? this.#codePointEscape() : this.#takeCodePoint();
  }
}

const ASSERTION_BY_ESCAPE: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'textStart'],
  ['z', 'textEnd'],
  ['b', 'wordBoundary'],
  ['B', 'noWordBoundary'],
]);

const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

function changedFlags(flags: Flags, on: string, off: string): Flags {
  const changed = (letter: string, before: boolean): boolean =>
    off.includes(letter) ? false : on.includes(letter) || before;
  return {
    ignoreCase: changed('i', flags.ignoreCase),
    multiLine: changed('m', flags.multiLine),
    dotAll: changed('s', flags.dotAll),
  };
}
