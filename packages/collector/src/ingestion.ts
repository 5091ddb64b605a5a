import type { CollectorMetrics } from './metrics.ts';

/** What was taken in since the start, all receivers together. */
export interface Ingestion {
  /** Spans acknowledged, over the last minute. */
  readonly spansPerSecond: number;
  readonly spansReceived: number;
  readonly spansStored: number;
  /** Spans by reason: left out of a request, and of requests that were refused whole. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
}

export async function readIngestion(metrics: CollectorMetrics): Promise<Ingestion> {
  return {
    spansPerSecond: metrics.recentlyStored.perSecond(),
    spansReceived: await sumOf(metrics.spansReceived),
    spansStored: await sumOf(metrics.spansStored),
    rejected: await byReason(metrics.spansRejected),
    refused: await byReason(metrics.spansRefused),
  };
}

interface Counted {
  get(): Promise<{
    readonly values: readonly {
      readonly value: number;
      readonly labels: Readonly<Record<string, string | number | undefined>>;
    }[];
  }>;
}

async function sumOf(counter: Counted): Promise<number> {
  return (await counter.get()).values.reduce((sum, { value }) => sum + value, 0);
}

async function byReason(counter: Counted): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { value, labels } of (await counter.get()).values) {
    const reason = String(labels['reason'] ?? '');
    counts.set(reason, (counts.get(reason) ?? 0) + value);
  }
  return counts;
}
