import type { SpanColumns } from '@throughline/model';

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

  /** How many traces of the batch have not been seen lately; from now on they have. */
  countNew(columns: SpanColumns): number {
    const { source, traceId, spanCount } = columns;
    const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    let count = 0;
    let last = -1;
    for (let row = 0; row < spanCount; row++) {
      const at = traceId[row] ?? 0;
      // 53 bits of the id's random half: exact as a number, and rarely equal for two traces.
      const key = (view.getUint32(at + 8) & 0x1fffff) * 2 ** 32 + view.getUint32(at + 12);
      if (key === last) continue;
      last = key;
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
