import { quantile } from './spread.ts';
import { entryAbove, type TraceView } from './trace-view.ts';

/** A service and one of its operations, as where a request enters. */
export interface EntryFacts {
  readonly service: string;
  readonly operation: string;
  /** Whether requests from outside come in here. */
  isRoot: boolean;
  readonly durationsNano: number[];
  errorCount: number;
}

const TO = ' -> ';

/** Who calls whom, and how long it takes, in a set of traces. */
export class CallFacts {
  traceCount = 0;
  readonly #services = new Map<string, number>();
  readonly #operations = new Map<string, number>();
  readonly #entries = new Map<string, EntryFacts>();

  add(view: TraceView): void {
    this.traceCount++;
    const { trace, services, names, isEntry, startNano, endNano, failures } = view;
    for (const row of trace.spans.keys()) {
      if (isEntry[row] !== true) continue;
      const service = services[row] ?? '';
      const operation = names[row] ?? '';
      const key = `${service} ${operation}`;
      let entry = this.#entries.get(key);
      if (entry === undefined) {
        entry = { service, operation, isRoot: false, durationsNano: [], errorCount: 0 };
        this.#entries.set(key, entry);
      }
      entry.durationsNano.push((endNano[row] ?? 0) - (startNano[row] ?? 0));
      if (failures[row] !== undefined) entry.errorCount++;
      const above = trace.parent[row] ?? -1;
      if (above < 0) {
        entry.isRoot = true;
        continue;
      }
      const caller = services[above] ?? '';
      if (caller !== service) count(this.#services, `${caller}${TO}${service}`);
      const from = entryAbove(view, above);
      count(this.#operations, `${caller} ${names[from] ?? ''}${TO}${key}`);
    }
  }

  /** Calls between services, by `CALLER -> CALLED`. */
  get serviceEdges(): ReadonlyMap<string, number> {
    return this.#services;
  }

  /** Calls between operations, by `SERVICE OPERATION -> SERVICE OPERATION`. */
  get operationEdges(): ReadonlyMap<string, number> {
    return this.#operations;
  }

  get entries(): ReadonlyMap<string, EntryFacts> {
    return this.#entries;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Of durations, in nanoseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export function quantilesOf(durationsNano: readonly number[]): Quantiles {
  const sorted = durationsNano.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p90: quantile(sorted, 0.9), p99: quantile(sorted, 0.99) };
}
