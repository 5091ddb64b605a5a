/** Steps within each power of two: what comes out is at most 1/64 more than what went in. */
const STEPS = 64;

/** Latencies in fixed memory, from a microsecond to hours. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(40 * STEPS);
  #count = 0;
  #maxMs = 0;

  record(latencyMs: number): void {
    this.#count++;
    if (latencyMs > this.#maxMs) this.#maxMs = latencyMs;
    const bucket = bucketOf(latencyMs);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  get count(): number {
    return this.#count;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  /** The latency that the fraction `q` does not exceed (nearest rank); 0 without any. */
  quantileMs(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(this.#maxMs, upperMs(bucket));
    }
    return this.#maxMs;
  }
}

function bucketOf(latencyMs: number): number {
  const micros = Math.max(1, latencyMs * 1_000);
  const power = Math.min(39, Math.floor(Math.log2(micros)));
  return power * STEPS + Math.min(STEPS - 1, Math.floor((micros / 2 ** power - 1) * STEPS));
}

function upperMs(bucket: number): number {
  return (2 ** Math.floor(bucket / STEPS) * (1 + ((bucket % STEPS) + 1) / STEPS)) / 1_000;
}
