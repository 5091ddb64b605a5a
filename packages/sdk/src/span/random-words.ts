import { randomFillSync } from 'node:crypto';

/** xoshiro128** seeded by the system, because asking that for every id costs more. */
const state: Int32Array = new Int32Array(4);

function seed(): void {
  do randomFillSync(state);
  while (state.every((word) => word === 0));
}
seed();

/** With random 32-bit integers of which none is 0, so that no id made of them is all zeros, which is invalid. */
export function fillWithRandom(words: Int32Array): void {
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  for (let i = 0; i < words.length; i++) {
    const scrambled = Math.imul(s1, 5);
    words[i] = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) || 1;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

const one: Int32Array = new Int32Array(1);

export function randomWord(): number {
  fillWithRandom(one);
  return one[0]!;
}
