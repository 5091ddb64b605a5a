import type { AttributeValue, Resource as SpanResource } from '@throughline/model';
import { Resource } from '../engine/resource.ts';
import type { Simulation } from '../engine/simulation.ts';
import { drawAttribute } from '../spans/draw-attributes.ts';
import { newUuid } from '../spans/id-generator.ts';
import type { RandomSource } from '../random/random-stream.ts';
import type { ServiceSpec } from '../scenario/scenario.ts';
import type { Clock } from '../spans/open-span.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Host } from './host.ts';

/** One running copy of a service: a pod on a host, with its workers and its connections. */
export class Replica {
  readonly service: string;
  readonly host: Host;
  readonly workers: Resource;
  readonly pools: ReadonlyMap<string, Resource>;
  readonly address: string;
  /** While it is paused, no work of it goes on. */
  pausedUntilNano = 0;
  /** All pauses so far together. */
  pausedNano = 0;
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #resources = new Map<string, SpanResource>();
  readonly #attributes: readonly (readonly [string, AttributeValue])[];
  #version: string;
  #resource: SpanResource;

  constructor(options: {
    readonly simulation: Simulation;
    readonly name: string;
    readonly spec: ServiceSpec;
    readonly environment: string;
    readonly host: Host;
    readonly index: number;
    readonly random: RandomSource;
  }) {
    const { simulation, name, spec, host, index } = options;
    const own = options.random.stream(`replica/${name}/${index}`);
    this.service = name;
    this.host = host;
    this.workers = new Resource(simulation, spec.workers);
    this.pools = new Map([...spec.pools].map(([to, size]) => [to, new Resource(simulation, size)]));
    this.address = `10.${1 + own.below(250)}.${own.below(256)}.${1 + own.below(254)}`;
    const pod = `${name}-${own.uint32().toString(16).padStart(8, '0')}-${index}`;
    this.#attributes = [
      ['service.name', name],
      ...(spec.namespace === undefined ? [] : [['service.namespace', spec.namespace] as const]),
      ['service.instance.id', newUuid(own)],
      ['deployment.environment.name', options.environment],
      ['host.name', host.name],
      ['host.id', host.id],
      ['k8s.namespace.name', spec.namespace ?? 'default'],
      ['k8s.node.name', host.name],
      ['k8s.pod.name', pod],
      ['telemetry.sdk.language', spec.language],
      ['telemetry.sdk.name', 'opentelemetry'],
      ['telemetry.sdk.version', '2.0.0'],
      ...[...spec.attributes].map(([key, value]) => [key, drawAttribute(value, own)] as const),
    ];
    this.#version = spec.version;
    this.#resource = this.#resourceOf(spec.version);
  }

  get version(): string {
    return this.#version;
  }

  /** Deploys a version: what starts now carries it. */
  deploy(version: string): void {
    this.#version = version;
    this.#resource = this.#resourceOf(version);
  }

  get resource(): SpanResource {
    return this.#resource;
  }

  get clock(): Clock {
    return this.host;
  }

  breaker(target: string, failures: number, openNano: number): CircuitBreaker {
    let breaker = this.#breakers.get(target);
    if (breaker === undefined) {
      breaker = new CircuitBreaker(failures, openNano);
      this.#breakers.set(target, breaker);
    }
    return breaker;
  }

  pause(nowNano: number, lengthNano: number): void {
    this.pausedNano += lengthNano;
    this.pausedUntilNano = Math.max(this.pausedUntilNano, nowNano) + lengthNano;
  }

  #resourceOf(version: string): SpanResource {
    let resource = this.#resources.get(version);
    if (resource === undefined) {
      const attributes = new Map<string, AttributeValue>(this.#attributes);
      attributes.set('service.version', version);
      resource = { attributes, droppedAttributesCount: 0, schemaUrl: '' };
      this.#resources.set(version, resource);
    }
    return resource;
  }
}
