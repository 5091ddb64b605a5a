import { durationNano, isErrorSpan, serviceName, type Span } from '@throughline/model';
import type { DependencyEdge, RedPoint } from '../span-store.ts';
import { weightedQuantiles, type WeightedValue } from './weighted-quantile.ts';

const LEVELS = [0.5, 0.95, 0.99];
const SECOND_NANO = 1_000_000_000n;

class Durations {
  count = 0;
  errorCount = 0;
  sum = 0;
  readonly #values: WeightedValue[] = [];

  add(span: Span): void {
    const value = Number(durationNano(span));
    const { weight } = span;
    this.count += weight;
    if (isErrorSpan(span)) this.errorCount += weight;
    this.sum += weight * value;
    this.#values.push({ value, weight });
  }

  quantiles(): readonly [number, number, number] {
    const [p50 = 0, p95 = 0, p99 = 0] = weightedQuantiles(this.#values, LEVELS);
    return [p50, p95, p99];
  }
}

/** RED of distinct spans, by minute, service, operation and kind. */
export function redPoints(spans: Iterable<Span>): RedPoint[] {
  const groups = new Map<string, { readonly key: Omit<RedKey, never>; readonly durations: Durations }>();
  for (const span of spans) {
    const key: RedKey = {
      service: serviceName(span.resource),
      operation: span.name,
      kind: span.kind,
      minuteUnixSeconds: Number(span.startTimeUnixNano / SECOND_NANO / 60n) * 60,
    };
    const text = JSON.stringify([key.minuteUnixSeconds, key.service, key.operation, key.kind]);
    let group = groups.get(text);
    if (group === undefined) groups.set(text, (group = { key, durations: new Durations() }));
    group.durations.add(span);
  }
  return [...groups.values()]
    .map(({ key, durations }) => {
      const [durationP50Nano, durationP95Nano, durationP99Nano] = durations.quantiles();
      return {
        ...key,
        count: durations.count,
        errorCount: durations.errorCount,
        durationSumNano: durations.sum,
        durationP50Nano,
        durationP95Nano,
        durationP99Nano,
      };
    })
    .sort(compareRedPoints);
}

type RedKey = Pick<RedPoint, 'service' | 'operation' | 'kind' | 'minuteUnixSeconds'>;

export function compareRedPoints(a: RedKey, b: RedKey): number {
  return (
    a.minuteUnixSeconds - b.minuteUnixSeconds ||
    compare(a.service, b.service) ||
    compare(a.operation, b.operation) ||
    a.kind - b.kind
  );
}

export function compareEdges(a: DependencyEdge, b: DependencyEdge): number {
  return compare(a.parent, b.parent) || compare(a.child, b.child);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Edges of pairs of a parent's service and its child span. */
export function dependencyEdges(pairs: Iterable<readonly [parentService: string, child: Span]>): DependencyEdge[] {
  const edges = new Map<string, { readonly parent: string; readonly child: string; readonly durations: Durations }>();
  for (const [parent, span] of pairs) {
    const child = serviceName(span.resource);
    const key = JSON.stringify([parent, child]);
    let edge = edges.get(key);
    if (edge === undefined) edges.set(key, (edge = { parent, child, durations: new Durations() }));
    edge.durations.add(span);
  }
  return [...edges.values()]
    .map(({ parent, child, durations }) => {
      const [durationP50Nano, durationP95Nano, durationP99Nano] = durations.quantiles();
      return {
        parent,
        child,
        callCount: durations.count,
        errorCount: durations.errorCount,
        durationAverageNano: durations.count === 0 ? 0 : durations.sum / durations.count,
        durationP50Nano,
        durationP95Nano,
        durationP99Nano,
      };
    })
    .sort(compareEdges);
}
