import { Resource } from '../engine/resource.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { RandomSource, RandomStream } from '../random/random-stream.ts';
import type { OperationSpec, ServiceSpec } from '../scenario/scenario.ts';
import { databasePort } from '../spans/database-spans.ts';
import { type OperationName, parseOperationName } from '../spans/operation-name.ts';
import type { Peer } from '../spans/request-spans.ts';
import { ServiceCounters } from '../statistics/service-counters.ts';
import { Cache } from './cache.ts';
import { type Host, hostIndex } from './host.ts';
import { Replica } from './replica.ts';

/** An operation with what its requests share. */
export interface RunningOperation {
  readonly name: string;
  readonly parsed: OperationName;
  readonly spec: OperationSpec;
  readonly service: RunningService;
  /** Its own chance: durations, branches, attributes. */
  readonly random: RandomStream;
}

const HTTP_PORT = 8080;

/** A service with its replicas. Requests go to the replicas in turn. */
export class RunningService {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly replicas: readonly Replica[];
  readonly operations: ReadonlyMap<string, RunningOperation>;
  readonly caches: ReadonlyMap<string, Cache>;
  readonly peer: Peer;
  readonly counters: ServiceCounters = new ServiceCounters();
  /** Chance of what belongs to no operation. */
  readonly random: RandomStream;
  readonly #simulation: Simulation;
  readonly #locks = new Map<string, Resource>();
  #turn = 0;

  constructor(options: {
    readonly name: string;
    readonly spec: ServiceSpec;
    readonly environment: string;
    readonly hosts: readonly Host[];
    /** Its place among the services, from which the hosts of its replicas follow. */
    readonly serviceIndex: number;
    readonly simulation: Simulation;
    readonly random: RandomSource;
  }) {
    const { name, spec, hosts, simulation, random } = options;
    this.name = name;
    this.spec = spec;
    this.#simulation = simulation;
    this.random = random.stream(`service/${name}`);
    this.replicas = Array.from({ length: spec.replicas }, (_, index) => {
      const host = hosts[hostIndex(options.serviceIndex, index, hosts.length)];
      if (host === undefined) throw new Error('a simulation without hosts');
      return new Replica({ simulation, name, spec, environment: options.environment, host, index, random });
    });
    this.operations = new Map(
      [...spec.operations].map(([operation, operationSpec]) => [
        operation,
        {
          name: operation,
          parsed: parseOperationName(operation),
          spec: operationSpec,
          service: this,
          random: random.stream(`operation/${name}/${operation}`),
        },
      ]),
    );
    this.caches = new Map([...spec.caches].map(([cache, cacheSpec]) => [cache, new Cache(cacheSpec)]));
    this.peer = { address: name, port: spec.database === undefined ? HTTP_PORT : databasePort(spec.database) };
  }

  nextReplica(): Replica {
    const replica = this.replicas[this.#turn];
    this.#turn = (this.#turn + 1) % this.replicas.length;
    if (replica === undefined) throw new Error('a service without replicas');
    return replica;
  }

  operation(name: string): RunningOperation {
    const operation = this.operations.get(name);
    if (operation === undefined) throw new Error(`${this.name} has no operation ${name}`);
    return operation;
  }

  /** A lock that all replicas share. */
  lock(name: string): Resource {
    let lock = this.#locks.get(name);
    if (lock === undefined) {
      lock = new Resource(this.#simulation, 1);
      this.#locks.set(name, lock);
    }
    return lock;
  }
}
