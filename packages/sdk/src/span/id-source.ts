import { randomFillSync } from 'node:crypto';

/** Random 32-bit integers for ids: xoshiro128** seeded by the system, because asking it for every id costs more. */
const state: Int32Array = new Int32Array(4);

function seed(): void {
  do randomFillSync(state);
  while (state.every((word) => word === 0));
}
seed();

export function randomInt32(): number {
  const s0 = state[0] ?? 0;
  const s1 = state[1] ?? 0;
  const s2 = state[2] ?? 0;
  const s3 = state[3] ?? 0;
  const scrambled = Math.imul(s1, 5);
  const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
  const t2 = s2 ^ s0;
  const t3 = s3 ^ s1;
  state[1] = s1 ^ t2;
  state[0] = s0 ^ t3;
  state[2] = t2 ^ (s1 << 9);
  state[3] = (t3 << 11) | (t3 >>> 21);
  return result;
}

const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** 8 lower-case hex digits. */
export function hexOfInt32(word: number): string {
  return (
    (HEX_OF_BYTE[word >>> 24] ?? '') +
    (HEX_OF_BYTE[(word >>> 16) & 0xff] ?? '') +
    (HEX_OF_BYTE[(word >>> 8) & 0xff] ?? '') +
    (HEX_OF_BYTE[word & 0xff] ?? '')
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
