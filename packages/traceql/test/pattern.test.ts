import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { textTest } from '../src/pattern-matcher.ts';
import { MAX_PATTERN_LENGTH, parsePattern } from '../src/pattern-syntax.ts';

/** A pattern, texts that match as a whole, and texts that do not. What RE2 says; JavaScript differs on some. */
const PATTERNS: readonly (readonly [pattern: string, matching: readonly string[], others: readonly string[]])[] = [
  ['', [''], ['x']],
  ['abc', ['abc'], ['ab', 'abcd', 'xabc', 'ABC']],
  ['a|bc|', ['a', 'bc', ''], ['b', 'abc']],
  ['a*b+c?', ['b', 'aabbc'], ['a', 'bcc']],
  ['a*?b+?', ['ab', 'bb'], ['']],
  ['a{2}b{1,}c{0,2}', ['aab', 'aabbcc'], ['ab', 'aabccc']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['(ab|c)+(?:d)(?P<n>e)(?<m>f)', ['abcdef'], ['def']],
  ['.', ['x', 'é', '😀', '\r', '\u2028'], ['\n', 'xy', '']],
  ['(?s).', ['\n', 'x'], ['']],
  ['(?s:.)(?-s:.)', ['\nx'], ['\n\n']],
  ['(?i)straße', ['STRAßE', 'StrAße'], ['strasse']],
  ['(?i)[a-c]\\x6b', ['BK', 'bk', 'b\u212a'], ['dk']],
  ['(?i)[^k]', ['x'], ['k', 'K']],
  ['a(?i)b|c', ['aB', 'C'], ['AB']],
  ['(a(?i)b)c', ['aBc'], ['aBC']],
  ['^a$', ['a'], ['a\n']],
  ['a$\nb', [], ['a\nb']],
  ['(?m)a$\n^b', ['a\nb'], ['ab']],
  ['\\Aa\\z', ['a'], ['b']],
  ['\\bfoo\\b.*', ['foo', 'foo bar'], ['foobar']],
  ['a\\Bb', ['ab'], ['a b']],
  ['[abc-e\\]\\-]', ['a', 'd', ']', '-'], ['f', '']],
  ['[]a]', [']', 'a'], ['b']],
  ['[^]a]', ['b'], [']']],
  ['[a-]', ['a', '-'], ['b']],
  ['[\\d\\s_]', ['5', ' ', '_'], ['a']],
  ['[[:alpha:][:^digit:]]', ['a', '!'], ['5']],
  ['\\d\\D\\w\\W\\s\\S', ['1aa \t!'], ['aaa aa']],
  // The classes are ASCII.
  ['\\w', ['a'], ['é', '\u0660']],
  ['\\s', [' ', '\f'], ['\v', '\u00a0']],
  ['[[:space:]]', ['\v'], ['\u00a0']],
  ['\\pL\\p{Lu}\\P{Nd}\\p{Greek}\\p{^L}', ['éÉxα1'], ['1Éxα1']],
  ['\\p{Any}', ['x'], ['']],
  ['\\x41\\x{1F600}\\t\\n\\.\\/\\\\', ['A😀\t\n./\\'], ['']],
  ['\\Qa.b*\\E+', ['a.b*', 'a.b**'], ['axb*']],
  ['😀+', ['😀😀'], ['😀\ude00']],
  ['(a*)*', ['', 'aaa'], ['b']],
  ['(a|b*)*c', ['c', 'abbac'], ['abb']],
  ['(a+)+', ['a'.repeat(5000)], [`${'a'.repeat(5000)}!`]],
  ['(.*)(.*)(.*)(.*)(.*)x', ['yx'], ['y'.repeat(3000)]],
  ['a{1000}', ['a'.repeat(1000)], ['a'.repeat(999), 'a'.repeat(1001)]],
];

const INVALID: readonly (readonly [pattern: string, problem: RegExp])[] = [
  ['(', /"\)" is missing/],
  [')', /"\)" has no "\("/],
  ['[a', /"\]" is missing/],
  ['[]', /"\]" is missing/],
  ['[b-a]', /range ends below/],
  ['[a-\\d]', /Unknown escape/],
  ['*a', /nothing in front of "\*"/],
  ['(|+)', /nothing in front of "\+"/],
  ['a**', /cannot be repeated/],
  ['a+{2}', /cannot be repeated/],
  ['a{3,2}', /ends below/],
  ['a{1001}', /At most 1000/],
  ['(a{100}){11}', /too large/],
  ['((((a{10}){10}){10}){10})', /too large/],
  ['\\1', /Backreferences/],
  ['(?=a)', /Lookaround/],
  ['(?<!a)', /Lookaround/],
  ['(?x)a', /Unknown kind of group/],
  ['\\y', /Unknown escape/],
  ['\\Qa.b', /A \\E is missing/],
  ['a\\', /ends with a backslash/],
  ['\\p{Klingon}', /Unknown Unicode class/],
  ['[[:foo:]]', /Unknown class/],
  ['\\x{110000}', /no such code point/],
  [`${'('.repeat(60)}${')'.repeat(60)}`, /nested more than 50/],
  ['a'.repeat(MAX_PATTERN_LENGTH + 1), /at most 1000 are allowed/],
];

describe('regular expressions', () => {
  it.each(PATTERNS)('%s', (pattern, matching, others) => {
    const test = textTest(pattern);
    expect([...matching, ...others].filter(test)).toEqual(matching);
  });

  it.each(INVALID)('refuses %s', (pattern, problem) => {
    expect(parsePattern(pattern).problem).toMatch(problem);
  });

  it('takes patterns up to the limit', () => {
    expect(parsePattern('a'.repeat(MAX_PATTERN_LENGTH)).problem).toBeUndefined();
    expect(parsePattern(`${'('.repeat(50)}${')'.repeat(50)}`).problem).toBeUndefined();
    expect(parsePattern('(a{100}){9}').problem).toBeUndefined();
  });

  it('agrees with JavaScript where the two languages are one', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      'a*',
      'b+',
      'a?',
      '[ab]',
      '[^a]',
      '(a|b)',
      '(ab)*',
      '(a|)',
      'b{0,2}',
      '(b*a){2,}',
      '|',
      '^',
      '$',
      '\\b',
      '\\B',
      '\\d',
      '\\W',
      '(?:a|(b|c)+)?',
      'é',
      '😀?',
    );
    const patterns = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const texts = fc
      .array(fc.constantFrom('a', 'b', 'c', 'ab', '\n', '1', ' ', 'é', '😀'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    let matched = 0;
    fc.assert(
      fc.property(patterns, fc.array(texts, { minLength: 1, maxLength: 4 }), (pattern, all) => {
        const test = textTest(pattern);
        const native = new RegExp(`^(?:${pattern})$`, 'u');
        for (const text of all) {
          const expected = native.test(text);
          if (expected) matched++;
          expect({ pattern, text, matches: test(text) }).toEqual({ pattern, text, matches: expected });
        }
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(300);
  });

  it('matches patterns with more states than it keeps', () => {
    const pattern = '(a|b|é)*a(a|b|é){11}';
    const test = textTest(pattern);
    const native = new RegExp(`^(?:${pattern})$`, 'u');
    const texts = fc
      .array(fc.constantFrom('a', 'b', 'é'), { minLength: 12, maxLength: 200 })
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect({ text, matches: test(text) }).toEqual({ text, matches: native.test(text) });
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the pattern', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '1',
      ',',
      '\\',
      'a',
      '-',
      '^',
      '?',
      '*',
      '|',
      ':',
      'p',
      'Q',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 15 }), fc.string({ unit: 'binary', maxLength: 5 }), (parts, tail) => {
        const { pattern, problem } = parsePattern(parts.join('') + tail);
        expect(pattern === undefined).not.toBe(problem === undefined);
        if (pattern !== undefined) textTest(parts.join('') + tail)('aa');
      }),
      { numRuns: 5000 },
    );
  });
});
