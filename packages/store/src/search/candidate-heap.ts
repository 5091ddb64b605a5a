import type { TraceCandidate } from '../span-store.ts';

/** Candidates that are found but not yet known to be next, the next one on top: latest start, then smallest id. */
export class CandidateHeap {
  readonly #items: TraceCandidate[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(candidate: TraceCandidate): void {
    const items = this.#items;
    let at = items.push(candidate) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(items[at], items[parent])) break;
      swap(items, at, parent);
      at = parent;
    }
  }

  /** Removes, in order, those that start after the instant. */
  popAfter(startTimeUnixNano: bigint): TraceCandidate[] {
    const popped: TraceCandidate[] = [];
    for (
      let top = this.#items[0];
      top !== undefined && top.startTimeUnixNano > startTimeUnixNano;
      top = this.#items[0]
    ) {
      popped.push(top);
      this.#removeTop();
    }
    return popped;
  }

  #removeTop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    items[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= items.length) return;
      const right = left + 1;
      const child = right < items.length && isBefore(items[right], items[left]) ? right : left;
      if (!isBefore(items[child], items[at])) return;
      swap(items, at, child);
      at = child;
    }
  }
}

function isBefore(a: TraceCandidate | undefined, b: TraceCandidate | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano > b.startTimeUnixNano;
  return a.traceId < b.traceId;
}

function swap(items: TraceCandidate[], a: number, b: number): void {
  const item = items[a];
  const other = items[b];
  if (item === undefined || other === undefined) return;
  items[a] = other;
  items[b] = item;
}
