import { describe, expect, it } from 'vitest';
import { parseDecimalSeconds } from '../../src/http/parse-decimal-seconds.ts';

describe('parseDecimalSeconds', () => {
  it.each([
    ['0', 0n],
    ['1695943858', 1_695_943_858_000_000_000n],
    ['1695943858.5', 1_695_943_858_500_000_000n],
    ['1695943858.123456789', 1_695_943_858_123_456_789n],
    ['1695943858.1234567899', 1_695_943_858_123_456_789n],
    ['18446744073.709551615', 0xffff_ffff_ffff_ffffn],
  ])('reads %s', (text, unixNano) => {
    expect(parseDecimalSeconds(text)).toBe(unixNano);
  });

  it.each([
    '',
    ' ',
    'now',
    '-1',
    '1e9',
    '.5',
    '1.',
    '0x10',
    'NaN',
    '1695943858s',
    '1695943858000',
    '18446744073.709551616',
    '2023-09-28T23:30:58Z',
    '9'.repeat(100_000),
    `1.${'9'.repeat(100_000)}`,
  ])('refuses %s', (text) => {
    expect(parseDecimalSeconds(text)).toBeUndefined();
  });
});
