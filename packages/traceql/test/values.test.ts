import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compareText } from '../src/compare-values.ts';
import { parseDurationNano, positionAt, printDurationNano } from '../src/index.ts';

describe('durations', () => {
  const cases: readonly (readonly [text: string, nanos: bigint | undefined])[] = [
    ['5ns', 5n],
    ['3us', 3_000n],
    ['3µs', 3_000n],
    ['20ms', 20_000_000n],
    ['1.5s', 1_500_000_000n],
    ['.5s', 500_000_000n],
    ['1h30m', 5_400_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['1w', 604_800_000_000_000n],
    ['1y', 31_536_000_000_000_000n],
    ['1.23456789012s', 1_234_567_890n],
    ['0s', 0n],
    ['', undefined],
    ['5', undefined],
    ['s', undefined],
    ['5 s', undefined],
    ['-5s', undefined],
    ['5x', undefined],
    ['1s5', undefined],
  ];
  it.each(cases)('%s', (text, nanos) => {
    expect(parseDurationNano(text)).toBe(nanos);
  });

  it('are read back as they are printed', () => {
    const nanos = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 63n }),
      fc.nat().map((seconds) => BigInt(seconds) * 1_000_000_000n),
    );
    fc.assert(
      fc.property(nanos, (value) => {
        expect(parseDurationNano(printDurationNano(value))).toBe(value);
      }),
    );
    expect(printDurationNano(-90_000_000_000n)).toBe('-90s');
    expect(printDurationNano(5_400_000_000_000n)).toBe('1h30m');
  });
});

describe('compareText', () => {
  it('orders as UTF-8 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        expect(Math.sign(compareText(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
    );
    expect(Math.sign(compareText('\u{1f600}', '\uffff'))).toBe(1);
    expect(Math.sign(compareText('\u{1f600}a', '\u{1f600}b'))).toBe(-1);
  });
});

describe('positionAt', () => {
  it('counts lines and columns', () => {
    expect(positionAt('a\nbc\n', 0)).toEqual({ offset: 0, line: 1, column: 1 });
    expect(positionAt('a\nbc\n', 1)).toEqual({ offset: 1, line: 1, column: 2 });
    expect(positionAt('a\nbc\n', 3)).toEqual({ offset: 3, line: 2, column: 2 });
    expect(positionAt('a\nbc\n', 5)).toEqual({ offset: 5, line: 3, column: 1 });
  });
});
