import type { RandomStream } from '../random/random-stream.ts';
import type { CacheSpec } from '../scenario/scenario.ts';

/** Entries that expire. Which one is asked for follows a law by which few entries get most of the requests. */
export class Cache {
  readonly spec: CacheSpec;
  /** By entry: until when it is there. */
  readonly #untilNano: Float64Array;

  constructor(spec: CacheSpec) {
    this.spec = spec;
    this.#untilNano = new Float64Array(spec.keys);
  }

  /** Log-uniform over the ranks, which is Zipf's law with exponent 1. */
  drawKey(random: RandomStream): number {
    return Math.min(this.spec.keys - 1, Math.floor((this.spec.keys + 1) ** random.next()) - 1);
  }

  has(key: number, nowNano: number): boolean {
    return (this.#untilNano[key] ?? 0) > nowNano;
  }

  put(key: number, nowNano: number): void {
    this.#untilNano[key] = nowNano + this.spec.ttlNano;
  }

  clear(): void {
    this.#untilNano.fill(0);
  }
}
