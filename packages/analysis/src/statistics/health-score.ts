/** What a service's or an operation's health is judged by. */
export interface HealthFacts {
  /** Of requests, and of traces through it: 0 to 1. */
  readonly errorRate: number;
  readonly slowTraceShare: number;
  readonly errorTraceShare: number;
  readonly p95Nano: number;
  /** What p95 may be without a deduction: the operation's objective or its own past. Default 1 s. */
  readonly p95ObjectiveNano?: number;
}

/** Points taken from 100, each 0 or more. */
export interface HealthScore {
  /** 0 to 100, to one decimal. */
  readonly score: number;
  readonly deductions: {
    readonly errorRate: number;
    readonly p95: number;
    readonly slowTraces: number;
    readonly errorTraces: number;
  };
}

const DEFAULT_P95_OBJECTIVE_NANO = 1_000_000_000;

/**
 * Health from 100 down, by what is taken off for
 * - the error rate: nothing up to 1 %, then 2.5 points a percent up to 5 %, then 5 points a percent; at most 35 (10 %);
 * - p95: nothing up to the objective, then 10 points each time it doubles; at most 30 (eight times the objective);
 * - slow traces: 1 point a percent; at most 20;
 * - traces with errors: 1 point a percent; at most 15.
 *
 * Each deduction grows with its fact and the parts sum to what is missing from 100. Undefined where a fact is no number.
 */
export function healthScore(facts: HealthFacts): HealthScore | undefined {
  const { errorRate, slowTraceShare, errorTraceShare, p95Nano } = facts;
  const objective = facts.p95ObjectiveNano ?? DEFAULT_P95_OBJECTIVE_NANO;
  if (![errorRate, slowTraceShare, errorTraceShare, p95Nano, objective].every(Number.isFinite)) return undefined;
  const errorPercent = errorRate * 100;
  const times = objective > 0 ? p95Nano / objective : p95Nano > 0 ? Number.POSITIVE_INFINITY : 1;
  const deductions = {
    errorRate: between(0, errorPercent <= 5 ? 2.5 * (errorPercent - 1) : 10 + 5 * (errorPercent - 5), 35),
    p95: times <= 1 ? 0 : between(0, 10 * Math.log2(times), 30),
    slowTraces: between(0, 100 * slowTraceShare, 20),
    errorTraces: between(0, 100 * errorTraceShare, 15),
  };
  const taken = deductions.errorRate + deductions.p95 + deductions.slowTraces + deductions.errorTraces;
  return { score: Math.round((100 - taken) * 10) / 10, deductions };
}

function between(low: number, value: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
