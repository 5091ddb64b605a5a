const DIGITS: Uint8Array = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/*
 * One call with all digits makes a flat string at once: less than half of what joining the digits of bytes takes.
 */

/** 16 lower-case hex digits. */
export function hexOf2(w0: number, w1: number): string {
  return String.fromCharCode(
    DIGITS[w0 >>> 28]!,
    DIGITS[(w0 >>> 24) & 15]!,
    DIGITS[(w0 >>> 20) & 15]!,
    DIGITS[(w0 >>> 16) & 15]!,
    DIGITS[(w0 >>> 12) & 15]!,
    DIGITS[(w0 >>> 8) & 15]!,
    DIGITS[(w0 >>> 4) & 15]!,
    DIGITS[w0 & 15]!,
    DIGITS[w1 >>> 28]!,
    DIGITS[(w1 >>> 24) & 15]!,
    DIGITS[(w1 >>> 20) & 15]!,
    DIGITS[(w1 >>> 16) & 15]!,
    DIGITS[(w1 >>> 12) & 15]!,
    DIGITS[(w1 >>> 8) & 15]!,
    DIGITS[(w1 >>> 4) & 15]!,
    DIGITS[w1 & 15]!,
  );
}

/** 32 lower-case hex digits. */
export function hexOf4(w0: number, w1: number, w2: number, w3: number): string {
  return String.fromCharCode(
    DIGITS[w0 >>> 28]!,
    DIGITS[(w0 >>> 24) & 15]!,
    DIGITS[(w0 >>> 20) & 15]!,
    DIGITS[(w0 >>> 16) & 15]!,
    DIGITS[(w0 >>> 12) & 15]!,
    DIGITS[(w0 >>> 8) & 15]!,
    DIGITS[(w0 >>> 4) & 15]!,
    DIGITS[w0 & 15]!,
    DIGITS[w1 >>> 28]!,
    DIGITS[(w1 >>> 24) & 15]!,
    DIGITS[(w1 >>> 20) & 15]!,
    DIGITS[(w1 >>> 16) & 15]!,
    DIGITS[(w1 >>> 12) & 15]!,
    DIGITS[(w1 >>> 8) & 15]!,
    DIGITS[(w1 >>> 4) & 15]!,
    DIGITS[w1 & 15]!,
    DIGITS[w2 >>> 28]!,
    DIGITS[(w2 >>> 24) & 15]!,
    DIGITS[(w2 >>> 20) & 15]!,
    DIGITS[(w2 >>> 16) & 15]!,
    DIGITS[(w2 >>> 12) & 15]!,
    DIGITS[(w2 >>> 8) & 15]!,
    DIGITS[(w2 >>> 4) & 15]!,
    DIGITS[w2 & 15]!,
    DIGITS[w3 >>> 28]!,
    DIGITS[(w3 >>> 24) & 15]!,
    DIGITS[(w3 >>> 20) & 15]!,
    DIGITS[(w3 >>> 16) & 15]!,
    DIGITS[(w3 >>> 12) & 15]!,
    DIGITS[(w3 >>> 8) & 15]!,
    DIGITS[(w3 >>> 4) & 15]!,
    DIGITS[w3 & 15]!,
  );
}

/** The 8 hex digits at `start`; the caller has checked that they are hex. */
export function int32OfHex(hex: string, start: number): number {
  let word = 0;
  for (let i = start; i < start + 8; i++) {
    const code = hex.charCodeAt(i);
    word = (word << 4) | ((code & 0xf) + (code > 0x39 ? 9 : 0));
  }
  return word;
}
