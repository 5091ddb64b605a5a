export { allOf, anyOf } from './engine/combine-events.ts';
export { Grant, Resource } from './engine/resource.ts';
export { type Listener, SimEvent } from './engine/sim-event.ts';
export { type Command, Interrupt, type Process, Simulation, Task, Timeout } from './engine/simulation.ts';
export { Store } from './engine/store.ts';
export { planFault, rotateFaults } from './fault/plan-faults.ts';
export { MAX_TRUTH_SPANS, type Truth } from './fault/truth-record.ts';
export {
  compareLearnt,
  type GraphComparison,
  LATENCY_TOLERANCE,
  LATENCY_TOLERANCE_NANO,
  type LatencyComparison,
  type LearntComparison,
  MIN_JUDGED,
} from './learn/compare-learnt.ts';
export { type LearningReport, type LearntScenario, learnScenario } from './learn/learn-scenario.ts';
export { DEFAULT_MAX_LEARNT_SPANS, TraceSample } from './learn/trace-sample.ts';
export { type Distribution, draw, logNormalFromQuantiles, meanOf } from './random/distribution.ts';
export { RandomSource, RandomStream } from './random/random-stream.ts';
export { parseFault, parseScenario, ScenarioError, scenarioJsonSchema } from './scenario/parse-scenario.ts';
export { FAULT_KINDS, type FaultKind, type FaultSpec, type Scenario } from './scenario/scenario.ts';
export type { ScenarioIssue } from './scenario/schema.ts';
export { Simulator, type SimulatorOptions } from './simulator.ts';
export { TraceRecord } from './spans/trace-record.ts';
export type { ServiceStatistics, SimulationStatistics } from './statistics/simulation-statistics.ts';
export { SlowestTraces } from './statistics/slowest-traces.ts';
export { withRate } from './workload/scale-rate.ts';
