import { CodedError } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { windowOf, windowParameters } from '../../../src/cli/client/time-options.ts';

const NOW = 1_700_000_000_123_456_789n;
const HOUR = 3_600_000_000_000n;

function localInstant(...parts: [number, number, number, number?, number?]): bigint {
  return BigInt(new Date(...parts).getTime()) * 1_000_000n;
}

describe('windowOf', () => {
  test('nothing given is everything', () => {
    expect(windowOf({}, NOW)).toEqual({ fromUnixNano: undefined, toUnixNano: undefined, since: undefined });
  });

  test('--since looks back from now, or from --to', () => {
    expect(windowOf({ since: '1h' }, NOW).fromUnixNano).toBe(NOW - HOUR);
    expect(windowOf({ since: '1h', to: '2h' }, NOW)).toMatchObject({
      fromUnixNano: NOW - 3n * HOUR,
      toUnixNano: NOW - 2n * HOUR,
    });
    expect(windowOf({ since: '5000w' }, NOW).fromUnixNano).toBe(0n);
  });

  test.each([
    ['2023-11-14T22:13:20Z', 1_700_000_000_000_000_000n],
    ['2023-11-14T23:13:20.000000001+01:00', 1_700_000_000_000_000_001n],
    ['1700000000.123456789', 1_700_000_000_123_456_789n],
    ['1700000000', 1_700_000_000_000_000_000n],
    ['2h', NOW - 2n * HOUR],
    ['now', NOW],
    ['2026-01-31', localInstant(2026, 0, 31)],
    ['2026-01-31 08:30', localInstant(2026, 0, 31, 8, 30)],
    ['2026-07-31T08:30', localInstant(2026, 6, 31, 8, 30)],
  ])('--from %s', (text, expected) => {
    expect(windowOf({ from: text }, NOW).fromUnixNano).toBe(expected);
  });

  test.each([
    [{ since: 'yesterday' }, '--since'],
    [{ since: '99999999h' }, '--since: "99999999h" is too long, the longest duration is 106751d (292 years)'],
    [{ from: '99999999h' }, '--from: "99999999h" is too long, the longest duration is 106751d (292 years)'],
    [{ from: '2026-02-30' }, '--from'],
    [{ to: '25:00' }, '--to'],
    [{ from: '1h', to: '2h' }, '--to must be later'],
    [{ from: '1h', to: '1h' }, '--to must be later'],
  ])('%o is wrong usage', (options, message) => {
    expect(() => windowOf(options, NOW)).toThrow(
      expect.objectContaining({ code: 'invalid_usage', message: expect.stringContaining(message) }),
    );
    expect(() => windowOf(options, NOW)).toThrow(CodedError);
  });
});

describe('windowParameters', () => {
  test('a look-back stays one, so that all pages of a search mean the same', () => {
    expect(windowParameters(windowOf({ since: '1h' }, NOW))).toEqual({
      since: '1h',
      start_time: undefined,
      end_time: undefined,
    });
  });

  test('instants are exact to the nanosecond', () => {
    expect(windowParameters(windowOf({ from: '1700000000.000000001', to: 'now' }, NOW))).toEqual({
      since: undefined,
      start_time: '2023-11-14T22:13:20.000000001Z',
      end_time: '2023-11-14T22:13:20.123456789Z',
    });
  });
});
