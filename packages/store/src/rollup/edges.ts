import type { NativeBlock } from '../native/native-reader.ts';
import { column, numberAt, numbersAt, textAt } from '../native/native-values.ts';
import { compareEdges } from '../memory/red-points.ts';
import { weightedQuantiles } from '../memory/weighted-quantile.ts';
import type { DependencyEdge } from '../span-store.ts';
import { bucketDurationNano } from '../sql/distinct-spans.ts';

interface Edge {
  readonly parent: string;
  readonly child: string;
  total: number;
  errors: number;
  durationSum: number;
  /** Weight by bucket of durations. */
  readonly histogram: Map<number, number>;
}

/** Adds up edges of slices of time. */
export class EdgeSum {
  readonly #edges = new Map<string, Edge>();

  /** Rows with `parent`, `child`, the sums and the histogram; `''` as the parent is none. */
  add(block: NativeBlock): void {
    for (let row = 0; row < block.rowCount; row++) {
      const parent = textAt(column(block, 'parent'), row);
      const child = textAt(column(block, 'child'), row);
      if (parent === '' || parent === child) continue;
      const key = JSON.stringify([parent, child]);
      let edge = this.#edges.get(key);
      if (edge === undefined) {
        edge = { parent, child, total: 0, errors: 0, durationSum: 0, histogram: new Map() };
        this.#edges.set(key, edge);
      }
      edge.total += numberAt(column(block, 'total'), row);
      edge.errors += numberAt(column(block, 'errors'), row);
      edge.durationSum += numberAt(column(block, 'duration_sum'), row);
      const weights = numbersAt(column(block, 'weights'), row);
      for (const [i, bucket] of numbersAt(column(block, 'buckets'), row).entries()) {
        edge.histogram.set(bucket, (edge.histogram.get(bucket) ?? 0) + (weights[i] ?? 0));
      }
    }
  }

  edges(): DependencyEdge[] {
    return [...this.#edges.values()].map(edgeOf).sort(compareEdges);
  }
}

function edgeOf({ parent, child, total, errors, durationSum, histogram }: Edge): DependencyEdge {
  const values = [...histogram].map(([bucket, weight]) => ({ value: bucketDurationNano(bucket), weight }));
  const [p50 = 0, p95 = 0, p99 = 0] = weightedQuantiles(values, [0.5, 0.95, 0.99]);
  return {
    parent,
    child,
    callCount: total,
    errorCount: errors,
    durationAverageNano: total === 0 ? 0 : durationSum / total,
    durationP50Nano: p50,
    durationP95Nano: p95,
    durationP99Nano: p99,
  };
}
