import type { ArrivalSpec, Scenario } from '../scenario/scenario.ts';

/**
 * The scenario with its open workloads scaled so that together they bring `perSecond` requests on average. Users and
 * single requests stay as they are.
 */
export function withRate(scenario: Scenario, perSecond: number): Scenario {
  const total = scenario.workload.reduce((sum, { arrivals }) => sum + meanRate(arrivals), 0);
  if (total === 0) return scenario;
  const factor = perSecond / total;
  return {
    ...scenario,
    workload: scenario.workload.map((workload) => ({ ...workload, arrivals: scaled(workload.arrivals, factor) })),
  };
}

function meanRate(arrivals: ArrivalSpec): number {
  switch (arrivals.kind) {
    case 'interval':
      return 1e9 / arrivals.intervalNano;
    case 'poisson':
      return arrivals.perSecond;
    case 'diurnal':
      return arrivals.meanPerSecond;
    case 'bursts': {
      const share = Math.min(1, arrivals.lengthNano / arrivals.everyNano);
      return share * arrivals.burstPerSecond + (1 - share) * arrivals.basePerSecond;
    }
    case 'once':
    case 'users':
      return 0;
  }
}

function scaled(arrivals: ArrivalSpec, factor: number): ArrivalSpec {
  switch (arrivals.kind) {
    case 'interval':
      return { ...arrivals, intervalNano: arrivals.intervalNano / factor };
    case 'poisson':
      return { ...arrivals, perSecond: arrivals.perSecond * factor };
    case 'diurnal':
      return { ...arrivals, meanPerSecond: arrivals.meanPerSecond * factor };
    case 'bursts':
      return {
        ...arrivals,
        basePerSecond: arrivals.basePerSecond * factor,
        burstPerSecond: arrivals.burstPerSecond * factor,
      };
    case 'once':
    case 'users':
      return arrivals;
  }
}
