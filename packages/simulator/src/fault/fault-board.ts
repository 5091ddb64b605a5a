import type { RandomStream } from '../random/random-stream.ts';
import type { FaultSpec, RetrySpec, Step } from '../scenario/scenario.ts';
import type { Replica } from '../service/replica.ts';
import type { Frame } from '../service/world.ts';
import type { Failure } from '../spans/request-spans.ts';
import { type Affected, TruthRecord } from './truth-record.ts';

/** A fault with what it has done so far. */
export class ActiveFault {
  readonly spec: FaultSpec;
  readonly truth: TruthRecord = new TruthRecord();
  /** The step that N+1 repeats. */
  repeatedStep: Step | undefined;
  /** The replicas that a bad deployment reached. */
  replicas: ReadonlySet<Replica> = new Set();

  constructor(spec: FaultSpec) {
    this.spec = spec;
  }

  /** Whether it concerns this operation on this replica. */
  matches(replica: Replica, operation: string): boolean {
    const { service, operation: only, host } = this.spec;
    return (
      (service === undefined || service === replica.service) &&
      (only === undefined || only === operation) &&
      (host === undefined || host === replica.host.name)
    );
  }
}

const NO_RETRY: RetrySpec = { attempts: 1, backoffNano: 0, maxBackoffNano: 0, jitter: 0 };

/**
 * The faults that are on now, asked at each point where one can act. Each answer that is not "nothing" is written to the
 * truth of the fault that gave it.
 */
export class FaultBoard {
  readonly #random: RandomStream;
  #active: readonly ActiveFault[] = [];

  constructor(random: RandomStream) {
    this.#random = random;
  }

  switchOn(fault: ActiveFault): void {
    this.#active = [...this.#active, fault];
  }

  switchOff(fault: ActiveFault): void {
    this.#active = this.#active.filter((other) => other !== fault);
  }

  /** How many times longer work takes in a frame. */
  slowdown(frame: Frame): number {
    return this.#active.length === 0 ? 1 : this.slowdownAt(frame.replica, frame.operation.name, frame);
  }

  slowdownAt(replica: Replica, operation: string, at: Affected): number {
    let factor = 1;
    for (const fault of this.#active) {
      const { kind } = fault.spec;
      const isSlow =
        kind === 'cpu_contention' || kind === 'bad_host'
          ? fault.matches(replica, operation)
          : kind === 'bad_deployment' && fault.replicas.has(replica) && fault.matches(replica, operation);
      if (!isSlow) continue;
      factor *= fault.spec.factor;
      fault.truth.add(at);
    }
    return factor;
  }

  /** What a slow dependency adds to each of its requests. */
  addedDelayNano(replica: Replica, operation: string, at: Affected): number {
    let delayNano = 0;
    for (const fault of this.#active) {
      if (fault.spec.kind !== 'slow_dependency' || !fault.matches(replica, operation)) continue;
      delayNano += fault.spec.delayNano;
      fault.truth.add(at);
    }
    return delayNano;
  }

  /** What a request fails with before it does anything; undefined where no fault makes it fail. */
  failureOf(replica: Replica, operation: string, at: Affected): Failure | undefined {
    for (const fault of this.#active) {
      const failure = failureOfKind(fault, replica);
      if (failure === undefined || !fault.matches(replica, operation)) continue;
      if (!this.#random.chance(fault.spec.errorRate)) continue;
      fault.truth.add(at);
      return failure;
    }
    return undefined;
  }

  /** What messages between two replicas are late by: those to or from the named service or host. */
  networkDelayNano(from: Replica, to: Replica, at: Affected): number {
    let delayNano = 0;
    for (const fault of this.#active) {
      if (fault.spec.kind !== 'network_delay') continue;
      const { service, host } = fault.spec;
      const isConcerned = (replica: Replica): boolean =>
        (service === undefined || service === replica.service) && (host === undefined || host === replica.host.name);
      if (!isConcerned(from) && !isConcerned(to)) continue;
      delayNano += fault.spec.delayNano;
      fault.truth.add(at);
    }
    return delayNano;
  }

  /** The work of a frame was stopped by a pause of its replica. */
  paused(frame: Frame): void {
    for (const fault of this.#active) {
      if (fault.spec.kind === 'memory_pause' && fault.matches(frame.replica, frame.operation.name))
        fault.truth.add(frame);
    }
  }

  /** In a retry storm callers of the service come back at once, again and again. */
  retryOf(service: string, retry: RetrySpec | undefined): RetrySpec | undefined {
    for (const { spec } of this.#active) {
      if (spec.kind !== 'retry_storm' || spec.service !== service) continue;
      return { ...NO_RETRY, attempts: Math.max(2, Math.round(spec.factor)) };
    }
    return retry;
  }

  /** A further attempt, with its span. */
  retried(service: string, at: Affected): void {
    for (const fault of this.#active) {
      if (fault.spec.kind === 'retry_storm' && fault.spec.service === service) fault.truth.add(at);
    }
  }

  /** How often a step is done in place of `times`. */
  repeats(step: Step, times: number, frame: Frame): number {
    for (const fault of this.#active) {
      if (fault.repeatedStep !== step || !fault.matches(frame.replica, frame.operation.name)) continue;
      fault.truth.add(frame);
      return times * Math.round(fault.spec.factor);
    }
    return times;
  }

  /** A frame has to wait for a pool or a lock. */
  waitedFor(resource: string, frame: Frame): void {
    for (const fault of this.#active) {
      const { kind, resource: named } = fault.spec;
      if (kind !== 'pool_exhaustion' || named !== resource) continue;
      if (fault.matches(frame.replica, frame.operation.name)) fault.truth.add(frame);
    }
  }

  /** Whether a cache answers nothing that it holds. */
  isCacheCold(cache: string, frame: Frame): boolean {
    for (const fault of this.#active) {
      const { kind, resource } = fault.spec;
      if (kind !== 'cache_stampede' || (resource !== undefined && resource !== cache)) continue;
      if (!fault.matches(frame.replica, frame.operation.name)) continue;
      fault.truth.add(frame);
      return true;
    }
    return false;
  }
}

function failureOfKind({ spec, replicas }: ActiveFault, replica: Replica): Failure | undefined {
  switch (spec.kind) {
    case 'error_return':
      return { type: '500', message: 'injected: error returned', status: 500, isException: false };
    case 'exception':
      return { type: 'IllegalStateException', message: 'injected: unexpected state', status: 500, isException: true };
    case 'retry_storm':
      return { type: '503', message: 'injected: unavailable', status: 503, isException: false };
    case 'bad_host':
      return { type: 'IOError', message: 'injected: input/output error', status: 500, isException: true };
    case 'bad_deployment':
      if (!replicas.has(replica)) return undefined;
      return { type: 'TypeError', message: 'injected: undefined is not a function', status: 500, isException: true };
    default:
      return undefined;
  }
}
