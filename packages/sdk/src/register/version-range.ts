/*
 * Whether a version lies in a range, by the grammar of npm's semver: comparators, `^`, `~`, x-ranges, hyphen ranges,
 * `||`. Instrumentations state in it what they support.
 */

interface Version {
  /** Major, minor, patch. */
  readonly numbers: readonly [number, number, number];
  /** What follows `-`, split at its dots; empty for a release. */
  readonly prerelease: readonly string[];
}

type Operator = '<' | '<=' | '>' | '>=' | '=';
interface Comparator {
  readonly operator: Operator;
  readonly version: Version;
}

const VERSION = /^[v=\s]*(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const PARTIAL =
  /^([<>]=?|=|\^|~>?|)\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Whether one of the ranges has the version. As in npm, a prerelease is in a range only if that names a prerelease of
 * the same three numbers, unless `includePrerelease`. What cannot be read is in no range.
 */
export function satisfies(version: string, ranges: readonly string[], includePrerelease = false): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined) return ranges.includes('*') && version === '';
  return ranges.some((range) => range.split('||').some((part) => isIn(parsed, part.trim(), includePrerelease)));
}

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text.trim());
  if (match === null) return undefined;
  const [, major, minor, patch, prerelease] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease === undefined ? [] : prerelease.split('.'),
  };
}

function isIn(version: Version, range: string, includePrerelease: boolean): boolean {
  const comparators = parseRange(range, includePrerelease);
  if (comparators === undefined || !comparators.every((comparator) => holds(version, comparator))) return false;
  if (version.prerelease.length === 0 || includePrerelease) return true;
  return comparators.some(
    (each) => each.version.prerelease.length > 0 && compareNumbers(each.version.numbers, version.numbers) === 0,
  );
}

/** Undefined if a part of it cannot be read. */
function parseRange(range: string, includePrerelease: boolean): readonly Comparator[] | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(range);
  const words = hyphen === null ? splitComparators(range) : hyphenEnds(hyphen, includePrerelease);
  const comparators: Comparator[] = [];
  for (const word of words) {
    const parsed = parseComparator(word, includePrerelease);
    if (parsed === undefined) return undefined;
    comparators.push(...parsed);
  }
  return comparators;
}

/** With prereleases, those of both ends are in it. */
function hyphenEnds([, low = '', high = '']: readonly string[], includePrerelease: boolean): readonly string[] {
  if (!includePrerelease) return [`>=${low}`, `<=${high}`];
  const released = /^\d+\.\d+\.\d+$/;
  return [
    released.test(low) ? `>=${low}-0` : `>=${low}`,
    released.test(high) ? `<${high.replace(/\d+$/, (patch) => String(Number(patch) + 1))}-0` : `<=${high}`,
  ];
}

/** `>= 1.2 <2` is two; an operator belongs to what follows it. */
function splitComparators(range: string): readonly string[] {
  const joined = range.replaceAll(/([<>]=?|=|\^|~>?)\s+/g, '$1').trim();
  return joined === '' ? ['*'] : joined.split(/\s+/);
}

function parseComparator(word: string, includePrerelease: boolean): readonly Comparator[] | undefined {
  const match = PARTIAL.exec(word);
  if (match === null) return undefined;
  const [, operator = '', ...parts] = match;
  const numbers = parts
    .slice(0, 3)
    .map((part) => (part === undefined || /[xX*]/.test(part) ? undefined : Number(part)));
  const [major, minor, patch] = numbers;
  const prerelease = patch === undefined || parts[3] === undefined ? [] : parts[3].split('.');
  if (major === undefined) return operator === '<' || operator === '>' ? NOTHING : [];
  const given = minor === undefined ? 1 : patch === undefined ? 2 : 3;
  const low: Version = { numbers: [major, minor ?? 0, minor === undefined ? 0 : (patch ?? 0)], prerelease };
  // The lowest prerelease of all, so that no prerelease of a bound slips in below it.
  const below = (next: readonly [number, number, number]): Comparator => ({
    operator: '<',
    version: { numbers: next, prerelease: ['0'] },
  });
  const from: Comparator = {
    operator: '>=',
    version: given < 3 && includePrerelease ? { ...low, prerelease: ['0'] } : low,
  };
  const afterGiven: readonly [number, number, number] = given === 1 ? [major + 1, 0, 0] : [major, (minor ?? 0) + 1, 0];
  switch (operator) {
    case '^':
      if (major > 0 || minor === undefined) return [from, below([major + 1, 0, 0])];
      if (minor > 0 || patch === undefined) return [from, below([0, minor + 1, 0])];
      return [from, below([0, 0, patch + 1])];
    case '~':
    case '~>':
      return [from, below(afterGiven)];
    case '>=':
      return [from];
    case '>':
      return given === 3
        ? [{ operator: '>', version: low }]
        : [{ operator: '>=', version: { numbers: afterGiven, prerelease: includePrerelease ? ['0'] : [] } }];
    case '<':
      return [given === 3 ? { operator: '<', version: low } : below(low.numbers)];
    case '<=':
      return given === 3 ? [{ operator: '<=', version: low }] : [below(afterGiven)];
    default:
      return given === 3 ? [{ operator: '=', version: low }] : [from, below(afterGiven)];
  }
}

/** No version is below the lowest. */
const NOTHING: readonly Comparator[] = [{ operator: '<', version: { numbers: [0, 0, 0], prerelease: ['0'] } }];

function holds(version: Version, { operator, version: bound }: Comparator): boolean {
  const order = compare(version, bound);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '=':
      return order === 0;
  }
}

function compare(a: Version, b: Version): number {
  const byNumbers = compareNumbers(a.numbers, b.numbers);
  if (byNumbers !== 0) return byNumbers;
  // A release is above its prereleases.
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (let i = 0; i < Math.max(a.prerelease.length, b.prerelease.length); i++) {
    const [left, right] = [a.prerelease[i], b.prerelease[i]];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left !== right) return compareIdentifiers(left, right);
  }
  return 0;
}

/** Numbers are below words and compared as numbers. */
function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : 1;
}

function compareNumbers(a: Version['numbers'], b: Version['numbers']): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
