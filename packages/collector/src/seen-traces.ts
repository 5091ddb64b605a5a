import type { SpanColumns } from '@throughline/model';

/** What tells the batch's traces apart, in its order: 53 bits of each id's random half, exact as a number. */
export function traceKeys({ source, traceId, spanCount }: SpanColumns): readonly number[] {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const keys: number[] = [];
  let last = -1;
  for (let row = 0; row < spanCount; row++) {
    const at = traceId[row] ?? 0;
    const key = (view.getUint32(at + 8) & 0x1fffff) * 2 ** 32 + view.getUint32(at + 12);
    if (key !== last) keys.push(key);
    last = key;
  }
  return keys;
}

/**
 * Tells traces seen for the first time from those seen a moment ago, within a bounded memory: two generations of at
 * most `capacity` traces each. A trace whose spans keep coming stays known; one silent while `capacity` others came is
 * forgotten and would count again.
 */
export class SeenTraces {
  readonly #capacity: number;
  #current = new Set<number>();
  #previous = new Set<number>();

  constructor(capacity = 50_000) {
    this.#capacity = capacity;
  }

  /** How many of the traces have not been seen lately; from now on they have. */
  countNew(keys: readonly number[]): number {
    let count = 0;
    for (const key of keys) {
      if (this.#current.has(key)) continue;
      if (!this.#previous.has(key)) count++;
      this.#current.add(key);
      if (this.#current.size >= this.#capacity) {
        this.#previous = this.#current;
        this.#current = new Set();
      }
    }
    return count;
  }
}
