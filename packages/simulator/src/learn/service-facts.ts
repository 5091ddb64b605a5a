import type { AttributeValue, Resource } from '@throughline/model';

/** What the resources of a service say about it. */
export class ServiceFacts {
  readonly #values = new Map<string, Map<string, number>>();
  readonly #instances = new Set<string>();
  readonly #seen = new Set<Resource>();

  add(resource: Resource): void {
    // Resources are shared by many spans, and one of them is enough.
    if (this.#seen.has(resource)) return;
    this.#seen.add(resource);
    const { attributes } = resource;
    for (const [key, value] of attributes) {
      if (typeof value !== 'string') continue;
      const counts = this.#values.get(key) ?? new Map<string, number>();
      this.#values.set(key, counts.set(value, (counts.get(value) ?? 0) + 1));
    }
    const instance = ['k8s.pod.name', 'service.instance.id', 'host.name', 'host.id']
      .map((key) => attributes.get(key))
      .find((value): value is AttributeValue & string => typeof value === 'string' && value !== '');
    if (instance !== undefined) this.#instances.add(instance);
  }

  /** The most frequent value. */
  value(...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const [most] = [...(this.#values.get(key) ?? [])].sort(([, a], [, b]) => b - a);
      if (most !== undefined && most[0] !== '') return most[0];
    }
    return undefined;
  }

  get replicas(): number {
    return Math.max(1, this.#instances.size);
  }
}

/** Machines, as far as the resources name them. */
export function countHosts(resources: Iterable<Resource>): number | undefined {
  const hosts = new Set<AttributeValue>();
  for (const { attributes } of resources) {
    const host = attributes.get('k8s.node.name') ?? attributes.get('host.name') ?? attributes.get('host.id');
    if (host !== undefined) hosts.add(host);
  }
  return hosts.size === 0 ? undefined : hosts.size;
}

const DEFAULT_WORKERS = 64;
/** Work may come in bursts of several times the mean. */
const HEADROOM = 8;

/** Workers of a replica: enough that none waits at the rate that was seen, by Little's law. */
export function workersFor(busyNano: number, windowNano: number, replicas: number): number {
  const meanBusy = windowNano > 0 ? busyNano / windowNano / replicas : 0;
  return Math.max(DEFAULT_WORKERS, Math.ceil(meanBusy * HEADROOM));
}
