import { weightedQuantiles } from '../memory/weighted-quantile.ts';
import type { NativeBlock } from '../native/native-reader.ts';
import { bigintAt, column, numberAt, numbersAt, textAt } from '../native/native-values.ts';
import { REQUEST_QUANTILES, type RequestStatistics } from '../span-store.ts';
import { bucketDurationNano } from '../sql/distinct-spans.ts';
import { compareGroups, type RequestGroup } from './request-groups.ts';

/** Requests that were counted apart, added up. */
class Requests {
  #count = 0;
  #errorCount = 0;
  #durationSum = 0;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  /** Weight by bucket of durations. */
  readonly #histogram = new Map<number, number>();

  add(block: NativeBlock, row: number): void {
    this.#count += numberAt(column(block, 'total'), row);
    this.#errorCount += numberAt(column(block, 'errors'), row);
    this.#durationSum += numberAt(column(block, 'duration_sum'), row);
    this.#shortest = Math.min(this.#shortest, numberAt(column(block, 'shortest'), row));
    this.#longest = Math.max(this.#longest, numberAt(column(block, 'longest'), row));
    const weights = numbersAt(column(block, 'weights'), row);
    for (const [i, bucket] of numbersAt(column(block, 'buckets'), row).entries()) {
      this.#histogram.set(bucket, (this.#histogram.get(bucket) ?? 0) + (weights[i] ?? 0));
    }
  }

  statistics(): RequestStatistics {
    const values = [...this.#histogram].map(([bucket, weight]) => ({ value: bucketDurationNano(bucket), weight }));
    const [shortest, longest] = [this.#shortest, this.#longest];
    return {
      requestCount: this.#count,
      errorCount: this.#errorCount,
      durationSumNano: this.#durationSum,
      durationMinNano: shortest,
      durationMaxNano: longest,
      durationQuantilesNano: weightedQuantiles(values, REQUEST_QUANTILES).map((value) =>
        Math.min(longest, Math.max(shortest, value)),
      ),
    };
  }
}

interface Group {
  readonly service: string;
  readonly operation: string | undefined;
  readonly requests: Requests;
  readonly steps: Map<bigint, Requests>;
}

/** Adds up requests of slices of time, by group and step. */
export class RequestSum {
  readonly #stepNano: bigint;
  readonly #groups = new Map<string, Group>();

  constructor(stepNano: bigint) {
    this.#stepNano = stepNano;
  }

  /** Rows with `service`, `operation` (unless by service), `step`, the sums and the histogram. */
  add(block: NativeBlock): void {
    const hasOperation = block.columns.has('operation');
    for (let row = 0; row < block.rowCount; row++) {
      const service = textAt(column(block, 'service'), row);
      const operation = hasOperation ? textAt(column(block, 'operation'), row) : undefined;
      const key = JSON.stringify([service, operation]);
      let group = this.#groups.get(key);
      if (group === undefined) {
        this.#groups.set(key, (group = { service, operation, requests: new Requests(), steps: new Map() }));
      }
      const step = bigintAt(column(block, 'step'), row);
      let ofStep = group.steps.get(step);
      if (ofStep === undefined) group.steps.set(step, (ofStep = new Requests()));
      group.requests.add(block, row);
      ofStep.add(block, row);
    }
  }

  groups(): readonly RequestGroup[] {
    return [...this.#groups.values()]
      .map(({ service, operation, requests, steps }) => ({
        service,
        operation,
        ...requests.statistics(),
        points: [...steps]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([step, ofStep]) => ({ startTimeUnixNano: step * this.#stepNano, ...ofStep.statistics() })),
      }))
      .sort(compareGroups);
  }
}
