import { draw } from '../random/distribution.ts';
import type { RandomSource, RandomStream } from '../random/random-stream.ts';
import type { HostsSpec } from '../scenario/scenario.ts';
import type { Clock } from '../spans/open-span.ts';

/** A machine with a clock that may be off, and the replicas that run on it. */
export class Host implements Clock {
  readonly name: string;
  readonly id: string;
  readonly #offsetNano: number;
  readonly #driftPpm: number;

  constructor(options: {
    readonly name: string;
    readonly id: string;
    readonly offsetNano: number;
    readonly driftPpm: number;
  }) {
    this.name = options.name;
    this.id = options.id;
    this.#offsetNano = options.offsetNano;
    this.#driftPpm = options.driftPpm;
  }

  shownNano(trueNano: number): number {
    return Math.round(trueNano + this.#offsetNano + (trueNano * this.#driftPpm) / 1e6);
  }
}

/** Where a replica runs, by the places of its service and of itself: neighbours on different hosts. */
export function hostIndex(serviceIndex: number, replicaIndex: number, hostCount: number): number {
  return (serviceIndex + replicaIndex) % hostCount;
}

/** Hosts `host-1` and so on, each with its own stream of chance. */
export function createHosts(spec: HostsSpec, random: RandomSource): readonly Host[] {
  return Array.from({ length: spec.count }, (_, i) => {
    const name = `host-${i + 1}`;
    const own = random.stream(`host/${name}`);
    return new Host({
      name,
      id: own.uint32().toString(16).padStart(8, '0') + own.uint32().toString(16).padStart(8, '0'),
      offsetNano: Math.round(eitherWay(draw(spec.clockOffset, own), own)),
      driftPpm: eitherWay(draw(spec.clockDriftPpm, own), own),
    });
  });
}

function eitherWay(magnitude: number, random: RandomStream): number {
  return random.chance(0.5) ? magnitude : -magnitude;
}
