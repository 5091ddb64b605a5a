/** Whether a code point belongs to a class of characters. */
export type CodePointTest = (codePoint: number) => boolean;

type Range = readonly [low: number, high: number];

/** The code points in any of the ranges or classes. */
export function characterClass(ranges: readonly Range[], tests: readonly CodePointTest[] = []): CodePointTest {
  return (codePoint) =>
    ranges.some(([low, high]) => codePoint >= low && codePoint <= high) || tests.some((test) => test(codePoint));
}

function rangesOf(...pairs: readonly string[]): readonly Range[] {
  return pairs.map((pair) => [pair.codePointAt(0) ?? 0, pair.codePointAt(pair.length - 1) ?? 0]);
}

const DIGIT = characterClass(rangesOf('09'));
const WORD = characterClass(rangesOf('09', 'AZ', 'az', '_'));
const PERL_SPACE = characterClass(rangesOf('\t\n', '\f\r', ' '));

/** The ASCII classes behind `\d \D \s \S \w \W`. */
export function namedClass(letter: string): CodePointTest | undefined {
  const test = PERL_CLASSES.get(letter.toLowerCase());
  if (test === undefined || letter === letter.toLowerCase()) return test;
  return (codePoint) => !test(codePoint);
}

const PERL_CLASSES: ReadonlyMap<string, CodePointTest> = new Map([
  ['d', DIGIT],
  ['s', PERL_SPACE],
  ['w', WORD],
]);

/** `alpha` of `[[:alpha:]]`; all are ASCII. */
export function posixClass(name: string): CodePointTest | undefined {
  return POSIX_CLASSES.get(name);
}

const POSIX_CLASSES: ReadonlyMap<string, CodePointTest> = new Map([
  ['alnum', characterClass(rangesOf('09', 'AZ', 'az'))],
  ['alpha', characterClass(rangesOf('AZ', 'az'))],
  ['ascii', characterClass([[0, 0x7f]])],
  ['blank', characterClass(rangesOf('\t', ' '))],
  ['cntrl', characterClass([[0, 0x1f], [0x7f, 0x7f]])], // prettier-ignore
  ['digit', DIGIT],
  ['graph', characterClass(rangesOf('!~'))],
  ['lower', characterClass(rangesOf('az'))],
  ['print', characterClass(rangesOf(' ~'))],
  ['punct', characterClass(rangesOf('!/', ':@', '[`', '{~'))],
  ['space', characterClass(rangesOf('\t\r', ' '))],
  ['upper', characterClass(rangesOf('AZ'))],
  ['word', WORD],
  ['xdigit', characterClass(rangesOf('09', 'AF', 'af'))],
]);

const GENERAL_CATEGORY = /^(?:C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/** `L`, `Lu`, `Greek`, `Any` of `\p{...}`: a general category or a script, as this engine's Unicode has it. */
export function unicodeClass(name: string): CodePointTest | undefined {
  if (name === 'Any') return () => true;
  const property = GENERAL_CATEGORY.test(name) ? name : `Script=${name}`;
  try {
    const pattern = new RegExp(`^\\p{${property}}$`, 'u');
    return (codePoint) => pattern.test(String.fromCodePoint(codePoint));
  } catch {
    // No script of that name.
    return undefined;
  }
}

/** The class together with the other cases of its letters. */
export function foldCase(test: CodePointTest): CodePointTest {
  return (codePoint) => {
    if (test(codePoint)) return true;
    const text = String.fromCodePoint(codePoint);
    const lower = text.toLowerCase();
    const upper = text.toUpperCase();
    return [lower, upper, lower.toUpperCase(), upper.toLowerCase()].some((variant) => {
      const folded = variant.codePointAt(0) ?? codePoint;
      return variant.length === (folded > 0xffff ? 2 : 1) && test(folded);
    });
  };
}

export function isWordCharacter(codePoint: number): boolean {
  return WORD(codePoint);
}
