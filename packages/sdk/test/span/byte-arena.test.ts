import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ByteArena } from '../../src/span/byte-arena.ts';

test('times one after the other are whole nanoseconds, of the same second and of others', () => {
  const seconds = fc.oneof(fc.constantFrom(0, 1_700_000_000, 1_700_000_001), fc.integer({ min: 0, max: 2 ** 34 - 2 }));
  const time = fc.tuple(seconds, fc.integer({ min: 0, max: 1_000_000_000 }));
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 10 }), (times) => {
      const arena = new ByteArena();
      for (const [second, nano] of times) arena.time(57, second, nano);
      const { buffer, byteOffset, length } = arena.written();
      expect(length).toBe(9 * times.length);
      const view = new DataView(buffer, byteOffset, length);
      times.forEach(([second, nano], at) => {
        expect(view.getUint8(9 * at)).toBe(57);
        expect(view.getBigUint64(9 * at + 1, true)).toBe(BigInt(second) * 1_000_000_000n + BigInt(nano));
      });
    }),
    { numRuns: 1000 },
  );
});
