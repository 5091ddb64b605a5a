import { type Span, serviceName } from '@throughline/model';
import {
  parseScenario,
  type Scenario,
  type SimulationStatistics,
  Simulator,
  type TraceRecord,
  type Truth,
} from '../src/index.ts';

export const START = 1_767_225_600_000_000_000n;

export interface Simulated {
  readonly spans: readonly Span[];
  readonly traces: readonly TraceRecord[];
  readonly truth: readonly Truth[];
  readonly statistics: SimulationStatistics;
}

/** A scenario from plain data, run to its end. */
export function simulate(input: Scenario | Readonly<Record<string, unknown>>, seed = 1): Simulated {
  const scenario = isScenario(input) ? input : parseScenario({ name: 'test', ...input });
  const spans: Span[] = [];
  const traces: TraceRecord[] = [];
  const simulator = new Simulator(scenario, {
    seed,
    startUnixNano: START,
    onSpans: (batch) => void spans.push(...batch),
    onTrace: (trace) => void traces.push(trace),
  });
  simulator.run();
  return { spans, traces, truth: simulator.truth(), statistics: simulator.statistics() };
}

function isScenario(input: Scenario | Readonly<Record<string, unknown>>): input is Scenario {
  return 'services' in input && input.services instanceof Map;
}

/** One request a second (or at the given interval) to one operation. */
export function everySecond(call: string, interval = '1s'): readonly unknown[] {
  return [{ calls: [{ call }], arrivals: { interval } }];
}

export function serviceOf(span: Span): string {
  return serviceName(span.resource);
}

export function durationMs(span: Span): number {
  return Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6;
}
