import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64FromBytes, bytesFromBase64 } from '../src/base64.ts';

test('agrees with Buffer on random bytes, standard and URL-safe, with and without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(base64FromBytes(bytes)).toBe(text);
      expect(bytesFromBase64(text)).toEqual(bytes);
      expect(bytesFromBase64(text.replaceAll('=', ''))).toEqual(bytes);
      expect(bytesFromBase64(Buffer.from(bytes).toString('base64url'))).toEqual(bytes);
    }),
  );
});

test.each(['A', 'A===', '=', '====', 'AA=', 'AAA==', 'A A=', 'AAA\u0141', 'AA=A', '€€€€'])(
  '%j is not base64',
  (text) => {
    expect(bytesFromBase64(text)).toBeUndefined();
  },
);
