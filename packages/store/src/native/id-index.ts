import { randomInt } from 'node:crypto';

const FREE = -1;

/** Ids of 8 bytes, two words each, and the first index at which each is found. */
export class IdIndex {
  /** Open addressing: an index, or {@link FREE}. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #words: Uint32Array;
  /** So that a sender cannot choose ids that collide. */
  readonly #seed = randomInt(2 ** 32);
  /** By index: the first index with the same id. */
  readonly firstOfId: Int32Array;

  /** @param words two for each id */
  constructor(words: Uint32Array) {
    const count = words.length / 2;
    this.#words = words;
    this.#mask = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count))) - 1;
    this.#slots = new Int32Array(this.#mask + 1).fill(FREE);
    this.firstOfId = new Int32Array(count);
    for (let index = 0; index < count; index++) {
      const slot = this.#slotOf(words[2 * index] ?? 0, words[2 * index + 1] ?? 0);
      const found = this.#slots[slot] ?? FREE;
      if (found === FREE) this.#slots[slot] = index;
      this.firstOfId[index] = found === FREE ? index : found;
    }
  }

  /** The first index with this id, or -1. */
  find(word: number, otherWord: number): number {
    return this.#slots[this.#slotOf(word, otherWord)] ?? FREE;
  }

  /** Where the id is, or would be put. */
  #slotOf(word: number, otherWord: number): number {
    let hash = Math.imul(word ^ this.#seed, 0x9e3779b1);
    hash ^= hash >>> 15;
    hash = Math.imul(hash ^ otherWord, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash ^ this.#seed, 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 16)) & this.#mask;
    for (;;) {
      const index = this.#slots[slot] ?? FREE;
      if (index === FREE) return slot;
      if (this.#words[2 * index] === word && this.#words[2 * index + 1] === otherWord) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
