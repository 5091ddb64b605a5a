import type { Scenario } from '../scenario/scenario.ts';
import { Simulator } from '../simulator.ts';
import { CallFacts, type Quantiles, quantilesOf } from './call-facts.ts';
import { TraceSample } from './trace-sample.ts';
import { type TraceView, viewTrace } from './trace-view.ts';

/** A learnt quantile may be off by this share of the original one, or by this long. */
export const LATENCY_TOLERANCE = 0.25;
export const LATENCY_TOLERANCE_NANO = 1e6;
/** Requests from which on a quantile is judged; with fewer, the original itself is a matter of chance. */
export const MIN_JUDGED: Readonly<Record<keyof Quantiles, number>> = { p50: 100, p90: 100, p99: 1_000 };
/** Calls that a simulation of this length must have expected for their absence to count. */
export const MIN_EXPECTED_CALLS = 10;

const MIN_TRACES = 1_000;
const MAX_TRACES = 20_000;
const MAX_SPANS = 500_000;
const ONE_A_SECOND = { kind: 'poisson', perSecond: 1 } as const;
/** Between two looks at how many spans there are. */
const MAX_STEPS = 100_000;

export interface GraphComparison {
  /** Edges of the original. */
  readonly edgeCount: number;
  /** In the original, and not in the simulation though they should be. */
  readonly missing: readonly string[];
  /** In the simulation alone. */
  readonly extra: readonly string[];
  /** Not in the simulation, but so rare that they need not be. */
  readonly rareCount: number;
}

export interface LatencyComparison {
  readonly service: string;
  readonly operation: string;
  /** Whether requests from outside come in here; only these are judged. */
  readonly isRoot: boolean;
  readonly originalCount: number;
  readonly learntCount: number;
  /** In nanoseconds. */
  readonly original: Quantiles;
  readonly learnt: Quantiles;
  readonly originalErrorRate: number;
  readonly learntErrorRate: number;
  /** The quantiles for which there were enough requests and that are off by more than the tolerance. */
  readonly off: readonly (keyof Quantiles)[];
}

/** Learnt against original. */
export interface LearntComparison {
  readonly originalTraces: number;
  readonly learntTraces: number;
  /** Whether the simulation was ended early because it made far more spans than the originals have. */
  readonly isCutShort: boolean;
  readonly services: GraphComparison;
  readonly operations: GraphComparison;
  /** Where requests come in first, then the most frequent. */
  readonly latencies: readonly LatencyComparison[];
  readonly hasSameGraph: boolean;
  /** Of the operations where requests come in. */
  readonly hasSameLatencies: boolean;
}

/**
 * Simulates the scenario without faults, for about as many requests as it was learnt from (1,000 to 20,000, at most
 * 500,000 spans), and compares its traces with the originals: who calls whom, as services and as operations, and the
 * latency of each operation.
 */
export function compareLearnt(scenario: Scenario, originals: readonly TraceView[], seed: number): LearntComparison {
  const original = new CallFacts();
  for (const view of originals) original.add(view);
  const spanCount = originals.reduce((sum, { trace }) => sum + trace.spans.length, 0);
  const fitting = MAX_SPANS / Math.max(1, spanCount / Math.max(1, originals.length));
  const goal = Math.min(Math.max(MIN_TRACES, originals.length), MAX_TRACES, Math.max(1, fitting));
  const { facts: learnt, isCutShort } = simulatedFacts(scenario, goal, seed);

  const share = learnt.traceCount / Math.max(1, original.traceCount);
  const services = compareGraphs(original.serviceEdges, learnt.serviceEdges, share);
  const operations = compareGraphs(original.operationEdges, learnt.operationEdges, share);
  const latencies = compareLatencies(original, learnt);
  const isSame = ({ missing, extra }: GraphComparison): boolean => missing.length + extra.length === 0;
  return {
    originalTraces: original.traceCount,
    learntTraces: learnt.traceCount,
    isCutShort,
    services,
    operations,
    latencies,
    hasSameGraph: isSame(services) && isSame(operations),
    hasSameLatencies: latencies.every(({ isRoot, off }) => !isRoot || off.length === 0),
  };
}

function simulatedFacts(
  scenario: Scenario,
  goal: number,
  seed: number,
): { readonly facts: CallFacts; readonly isCutShort: boolean } {
  const sample = new TraceSample(MAX_SPANS * 2);
  let spanCount = 0;
  const rate = scenario.workload.reduce(
    (sum, { arrivals }) => sum + (arrivals.kind === 'poisson' ? arrivals.perSecond : 0),
    0,
  );
  // Single requests come again and again, so that there are enough of them.
  const workload =
    rate > 0 ? scenario.workload : scenario.workload.map((load) => ({ ...load, arrivals: ONE_A_SECOND }));
  const durationNano = Math.max(1, (goal / (rate > 0 ? rate : 1)) * 1e9);
  const simulator = new Simulator(
    { ...scenario, workload, durationNano, faults: [], sampleRate: 1, spanLoss: 0 },
    {
      seed,
      startUnixNano: 0n,
      onSpans: (spans) => {
        spanCount += spans.length;
        for (const span of spans) sample.add(span);
      },
    },
  );
  let isCutShort = false;
  while (!isCutShort && !simulator.advance(Number.POSITIVE_INFINITY, MAX_STEPS)) isCutShort = spanCount > MAX_SPANS * 2;
  simulator.flush();
  const facts = new CallFacts();
  for (const trace of sample.traces()) facts.add(viewTrace(trace));
  return { facts, isCutShort };
}

function compareGraphs(
  original: ReadonlyMap<string, number>,
  learnt: ReadonlyMap<string, number>,
  share: number,
): GraphComparison {
  const absent = [...original].filter(([edge]) => !learnt.has(edge));
  const missing = absent.filter(([, calls]) => calls * share >= MIN_EXPECTED_CALLS).map(([edge]) => edge);
  return {
    edgeCount: original.size,
    missing,
    extra: [...learnt.keys()].filter((edge) => !original.has(edge)),
    rareCount: absent.length - missing.length,
  };
}

function compareLatencies(original: CallFacts, learnt: CallFacts): readonly LatencyComparison[] {
  const latencies: LatencyComparison[] = [];
  for (const [key, entry] of original.entries) {
    const other = learnt.entries.get(key);
    if (other === undefined) continue;
    const before = quantilesOf(entry.durationsNano);
    const after = quantilesOf(other.durationsNano);
    const count = Math.min(entry.durationsNano.length, other.durationsNano.length);
    const isOff = (name: keyof Quantiles): boolean =>
      count >= MIN_JUDGED[name] &&
      Math.abs(after[name] - before[name]) > Math.max(LATENCY_TOLERANCE_NANO, LATENCY_TOLERANCE * before[name]);
    latencies.push({
      service: entry.service,
      operation: entry.operation,
      isRoot: entry.isRoot,
      originalCount: entry.durationsNano.length,
      learntCount: other.durationsNano.length,
      original: before,
      learnt: after,
      originalErrorRate: entry.errorCount / entry.durationsNano.length,
      learntErrorRate: other.errorCount / other.durationsNano.length,
      off: (['p50', 'p90', 'p99'] as const).filter(isOff),
    });
  }
  return latencies.sort((a, b) => Number(b.isRoot) - Number(a.isRoot) || b.originalCount - a.originalCount);
}
