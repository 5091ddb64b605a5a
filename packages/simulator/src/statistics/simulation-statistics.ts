import type { RunningService } from '../service/running-service.ts';
import type { SpanRecorder } from '../spans/span-recorder.ts';

export interface ServiceStatistics {
  readonly service: string;
  readonly replicas: number;
  /** Requests, queries and batches of messages that its workers took. */
  readonly handled: number;
  /** Calls, queries and messages that it sent. */
  readonly initiated: number;
  readonly spansCreated: number;
  /** Share of the workers' time, 0 to 1. */
  readonly utilisation: number;
  readonly meanQueueWaitNano: number;
  readonly maxQueueWaitNano: number;
  readonly failures: number;
  readonly retries: number;
  /** Requests that found the queue full. */
  readonly refused: number;
}

export interface SimulationStatistics {
  /** Virtual time until now. */
  readonly elapsedNano: number;
  readonly tracesStarted: number;
  readonly tracesCompleted: number;
  /** Traces that are recorded. */
  readonly tracesSampled: number;
  readonly spansCreated: number;
  readonly spansReceived: number;
  readonly spansLost: number;
  readonly services: readonly ServiceStatistics[];
}

export function collectStatistics(
  services: Iterable<RunningService>,
  recorder: SpanRecorder,
  elapsedNano: number,
): SimulationStatistics {
  return {
    elapsedNano,
    tracesStarted: recorder.tracesStarted,
    tracesCompleted: recorder.tracesCompleted,
    tracesSampled: recorder.tracesSampled,
    spansCreated: recorder.spansCreated,
    spansReceived: recorder.spansCreated - recorder.spansLost,
    spansLost: recorder.spansLost,
    services: Array.from(services, (service) => serviceStatistics(service, elapsedNano)),
  };
}

function serviceStatistics({ name, replicas, counters }: RunningService, elapsedNano: number): ServiceStatistics {
  let busyNano = 0;
  let capacity = 0;
  let waitNano = 0;
  let grants = 0;
  for (const { workers } of replicas) {
    busyNano += workers.busyNano;
    capacity += workers.capacity;
    waitNano += workers.waitNano;
    grants += workers.grantCount;
  }
  return {
    service: name,
    replicas: replicas.length,
    handled: counters.handled,
    initiated: counters.initiated,
    spansCreated: counters.spansCreated,
    utilisation: elapsedNano > 0 ? busyNano / (capacity * elapsedNano) : 0,
    meanQueueWaitNano: grants > 0 ? waitNano / grants : 0,
    maxQueueWaitNano: counters.maxQueueWaitNano,
    failures: counters.failures,
    retries: counters.retries,
    refused: counters.refused,
  };
}
