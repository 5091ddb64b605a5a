import fc from 'fast-check';
import semver from 'semver';
import { expect, test } from 'vitest';
import { satisfies } from '../../src/register/version-range.ts';

const number = fc.integer({ min: 0, max: 3 }).map(String);
const prerelease = fc.constantFrom('', '', '', '-0', '-1', '-alpha', '-alpha.1', '-beta.2', '-rc');
const version = fc.tuple(number, number, number, prerelease).map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
// A number behind an x means nothing in particular.
const wild = fc.constantFrom('x', 'X', '*');
const partial = fc.oneof(
  version,
  fc.tuple(number, number, wild).map((parts) => parts.join('.')),
  fc.tuple(number, wild, wild).map((parts) => parts.join('.')),
  fc.tuple(number, fc.oneof(number, wild)).map((parts) => parts.join('.')),
  number,
  wild,
);
const comparator = fc
  .tuple(fc.constantFrom('', '', '<', '<=', '>', '>=', '=', '^', '~', '~>'), fc.constantFrom('', ' '), partial)
  .map((parts) => parts.join(''));
const range = fc.oneof(
  fc.array(comparator, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  fc.tuple(version, version).map((ends) => ends.join(' - ')),
);

test('it is what npm says', () => {
  fc.assert(
    fc.property(version, range, fc.boolean(), (of, wanted, includePrerelease) => {
      expect(satisfies(of, [wanted], includePrerelease), `${of} in ${wanted}`).toBe(
        semver.satisfies(of, wanted, { includePrerelease }),
      );
    }),
    { numRuns: 3000 },
  );
});

test('one of several ranges is enough; what cannot be read is in none', () => {
  expect(satisfies('8.11.3', ['>=7 <8', '>=8.0.3 <9'])).toBe(true);
  expect(satisfies('9.0.0', ['>=7 <8', '>=8.0.3 <9'])).toBe(false);
  expect(satisfies('8.11.3', ['>=9 || ^8.1 || 7'])).toBe(true);
  expect(satisfies('5.0.0', ['*'])).toBe(true);
  expect(satisfies('nonsense', ['*'])).toBe(false);
  expect(satisfies('1.0.0', ['nonsense'])).toBe(false);
  expect(satisfies('1.0.0', [])).toBe(false);
});
