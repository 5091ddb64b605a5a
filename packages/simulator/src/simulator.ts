import type { Span } from '@throughline/model';
import { type Process, Simulation } from './engine/simulation.ts';
import { ActiveFault, FaultBoard } from './fault/fault-board.ts';
import { runFault } from './fault/run-fault.ts';
import type { Truth } from './fault/truth-record.ts';
import { RandomSource } from './random/random-stream.ts';
import type { Scenario } from './scenario/scenario.ts';
import { createHosts } from './service/host.ts';
import { MessageQueue } from './service/message-queue.ts';
import { RunningService } from './service/running-service.ts';
import { runSteps } from './service/run-steps.ts';
import type { World } from './service/world.ts';
import { SpanRecorder } from './spans/span-recorder.ts';
import type { TraceRecord } from './spans/trace-record.ts';
import { collectStatistics, type SimulationStatistics } from './statistics/simulation-statistics.ts';
import { runWorkload } from './workload/arrivals.ts';

export interface SimulatorOptions {
  /** A whole number; the same one gives the same simulation. */
  readonly seed: number;
  readonly startUnixNano: bigint;
  /**
   * Gets the spans in the order of their ends, in batches; the array is the receiver's. It is called within
   * {@link Simulator.advance}.
   */
  readonly onSpans: (spans: readonly Span[]) => void;
  /** Told of each trace when nothing of it is left to happen. */
  readonly onTrace?: (trace: TraceRecord) => void;
  readonly maxBatchSpans?: number;
  /** Spans of a trace that are kept on its {@link TraceRecord}; none by default. */
  readonly maxKeptSpans?: number;
}

const DEFAULT_MAX_BATCH_SPANS = 1_000;
/** Loops that never end by themselves (a consumer that fails for ever) end here, after the last arrival. */
const MAX_DRAIN_NANO = 3_600e9;

/**
 * A simulated system. Requests arrive for the scenario's duration; then what is under way comes to its end. Nothing here
 * reads a clock or chance of its own: seed, start and scenario decide everything.
 */
export class Simulator {
  readonly scenario: Scenario;
  readonly #simulation = new Simulation();
  readonly #recorder: SpanRecorder;
  readonly #services: ReadonlyMap<string, RunningService>;
  readonly #faults: readonly ActiveFault[];
  readonly #startUnixNano: bigint;

  constructor(scenario: Scenario, options: SimulatorOptions) {
    this.scenario = scenario;
    this.#startUnixNano = options.startUnixNano;
    const random = new RandomSource(options.seed);
    const simulation = this.#simulation;
    this.#recorder = new SpanRecorder({
      random,
      epochUnixNano: options.startUnixNano,
      sampleRate: scenario.sampleRate,
      spanLoss: scenario.spanLoss,
      batchSize: options.maxBatchSpans ?? DEFAULT_MAX_BATCH_SPANS,
      maxKeptSpans: options.maxKeptSpans ?? 0,
      onSpans: options.onSpans,
      onTrace: options.onTrace ?? (() => {}),
    });
    const hosts = createHosts(scenario.hosts, random);
    this.#services = new Map(
      [...scenario.services].map(([name, spec], serviceIndex) => [
        name,
        new RunningService({ name, spec, environment: scenario.environment, hosts, serviceIndex, simulation, random }),
      ]),
    );
    const queues = new Map(
      [...scenario.queues].map(([name, spec]) => [name, new MessageQueue(name, spec, random.stream(`queue/${name}`))]),
    );
    const world: World = {
      scenario,
      simulation,
      recorder: this.#recorder,
      services: this.#services,
      queues,
      faults: new FaultBoard(random.stream('faults')),
      networkRandom: random.stream('network'),
      runSteps,
    };
    for (const queue of queues.values()) queue.startConsumers(world);
    for (const service of this.#services.values()) {
      for (const deployment of service.spec.deployments) simulation.spawn(deploy(service, deployment));
    }
    this.#faults = scenario.faults.map((fault) => new ActiveFault(fault));
    for (const fault of this.#faults) simulation.spawn(runFault(world, fault));
    for (const [i, workload] of scenario.workload.entries()) {
      simulation.spawn(runWorkload(world, workload, random.stream(`workload/${i}`), scenario.durationNano));
    }
  }

  /** Nanoseconds since the start. */
  get nowNano(): number {
    return this.#simulation.nowNano;
  }

  /** Whether all requests have come and gone. */
  get isFinished(): boolean {
    const { nowNano } = this.#simulation;
    const { durationNano } = this.scenario;
    return nowNano >= durationNano + MAX_DRAIN_NANO || (nowNano >= durationNano && this.#recorder.openTraceCount === 0);
  }

  /**
   * Goes on until `untilNano` (since the start), at most `maxSteps` steps of processes. Returns whether it got there or
   * has finished. A caller that must do other things meanwhile, such as writing the spans away, gives few steps.
   */
  advance(untilNano: number, maxSteps: number = Number.POSITIVE_INFINITY): boolean {
    const { durationNano } = this.scenario;
    if (this.nowNano < durationNano) {
      const goalNano = Math.min(untilNano, durationNano);
      if (!this.#simulation.run(goalNano, maxSteps)) return false;
      // The rest is for the next call, so that one call does not take twice as many steps.
      return this.nowNano >= untilNano || this.isFinished;
    }
    if (this.isFinished) return true;
    const lastNano = Math.min(untilNano, durationNano + MAX_DRAIN_NANO);
    // Timers may be left when all traces are complete; the end is then.
    return this.#simulation.run(lastNano, maxSteps, () => this.#recorder.openTraceCount === 0);
  }

  /** Runs to the end and hands on the last spans. */
  run(): void {
    while (!this.advance(Number.POSITIVE_INFINITY, 1_000_000)) {
      // Until it has finished.
    }
    this.flush();
  }

  /** Hands on the spans that do not fill a batch. */
  flush(): void {
    this.#recorder.flush();
  }

  statistics(): SimulationStatistics {
    return collectStatistics(this.#services.values(), this.#recorder, this.nowNano);
  }

  /** What was wrong, when and where, and what it did to which spans, so far. */
  truth(): readonly Truth[] {
    return this.#faults.map(({ spec, truth }) => truth.toTruth(spec, this.#startUnixNano));
  }
}

function* deploy(service: RunningService, deployment: RunningService['spec']['deployments'][number]): Process {
  yield deployment.atNano;
  for (const replica of service.replicas.slice(0, deployment.replicas)) replica.deploy(deployment.version);
}
