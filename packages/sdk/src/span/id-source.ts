import { randomFillSync } from 'node:crypto';

/** Random 32-bit integers for ids: xoshiro128** seeded by the system, because asking it for every id costs more. */
const state: Int32Array = new Int32Array(4);

function seed(): void {
  do randomFillSync(state);
  while (state.every((word) => word === 0));
}
seed();

export function randomInt32(): number {
  const s1 = state[1]!;
  const scrambled = Math.imul(s1, 5);
  const t2 = state[2]! ^ state[0]!;
  const t3 = state[3]! ^ s1;
  state[1] = s1 ^ t2;
  state[0] = state[0]! ^ t3;
  state[2] = t2 ^ (s1 << 9);
  state[3] = (t3 << 11) | (t3 >>> 21);
  return Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
}
