import { expect, test } from 'vitest';
import { shortTraceId } from '../../src/format/trace-id.ts';

test.each([
  ['5b8efff798038103d269b633813fc60c', 8, '5b8efff7'],
  ['5b8efff798038103d269b633813fc60c', 16, '5b8efff798038103'],
  ['0000000000000000d269b633813fc60c', 8, 'd269b633'],
  ['0000000000000000d269b633813fc60c', 16, 'd269b633813fc60c'],
  ['00000000000000000000000000000abc', 8, '00000abc'],
  ['00000000000000010000000000000abc', 8, '00000abc'],
])('of %s %i digits are %s', (id, digitCount, short) => {
  expect(shortTraceId(id, digitCount)).toBe(short);
});
