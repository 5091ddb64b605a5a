import type { RandomStream } from '../random/random-stream.ts';
import { allSteps } from '../scenario/nested-steps.ts';
import { FAULT_KINDS, type FaultKind, type FaultSpec, type Scenario } from '../scenario/scenario.ts';
import { hostIndex } from '../service/host.ts';
import { findStep } from './run-fault.ts';

const SECOND = 1e9;

/**
 * A fault of a kind with a place that fits it, drawn from what the scenario has; undefined where nothing fits, such as a
 * cache stampede without caches.
 */
export function planFault(
  scenario: Scenario,
  kind: FaultKind,
  window: { readonly atNano: number; readonly lengthNano: number },
  random: RandomStream,
): FaultSpec | undefined {
  const reached = reachedServices(scenario);
  const places = [...scenario.services]
    .filter(([name]) => reached.has(name))
    .flatMap(([name, service]) => {
      const at = (rest: Partial<FaultSpec> = {}): Partial<FaultSpec> => ({ service: name, ...rest });
      const isApplication = service.database === undefined;
      switch (kind) {
        case 'slow_dependency':
        case 'network_delay':
          return [at()];
        case 'n_plus_one':
          return [...service.operations]
            .filter(([, { steps }]) => findStep(steps, 'query') ?? findStep(steps, 'call'))
            .map(([operation]) => at({ operation }));
        case 'pool_exhaustion':
          return [...service.pools.keys()].map((resource) => at({ resource }));
        case 'cache_stampede':
          return [...service.caches.keys()].map((resource) => at({ resource }));
        case 'bad_deployment':
          return isApplication ? [at({ version: `${service.version}-bad` })] : [];
        case 'bad_host':
          return [];
        default:
          return isApplication ? [at()] : [];
      }
    });
  if (kind === 'bad_host') {
    const used = [...scenario.services].flatMap(([name, { replicas }], serviceIndex) =>
      reached.has(name)
        ? Array.from({ length: replicas }, (_, replica) => hostIndex(serviceIndex, replica, scenario.hosts.count))
        : [],
    );
    for (const index of new Set(used)) places.push({ host: `host-${index + 1}` });
  }
  const place = places[random.below(places.length)];
  if (place === undefined) return undefined;
  return {
    kind,
    service: undefined,
    operation: undefined,
    host: undefined,
    resource: undefined,
    version: undefined,
    factor: kind === 'n_plus_one' ? 20 : 5,
    delayNano: 0.5 * SECOND,
    everyNano: 2 * SECOND,
    errorRate: 0.5,
    ...window,
    ...place,
  };
}

/** One fault after the other, each kind in turn, with as much quiet before each as it lasts. */
export function rotateFaults(
  scenario: Scenario,
  options: { readonly durationNano: number; readonly lengthNano: number; readonly random: RandomStream },
): readonly FaultSpec[] {
  const { durationNano, lengthNano, random } = options;
  const faults: FaultSpec[] = [];
  for (let i = 0, atNano = lengthNano; atNano + lengthNano <= durationNano; i++) {
    const kind = FAULT_KINDS[i % FAULT_KINDS.length];
    const fault = kind === undefined ? undefined : planFault(scenario, kind, { atNano, lengthNano }, random);
    if (fault !== undefined) {
      faults.push(fault);
      atNano += 2 * lengthNano;
    } else if (i >= FAULT_KINDS.length && faults.length === 0) break;
  }
  return faults;
}

/** The services that the workload gets to. */
function reachedServices({ services, queues, workload }: Scenario): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = workload.flatMap(({ targets }) => targets.map(({ target }) => target.service));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const service = services.get(name);
    const steps = [...(service?.operations.values() ?? [])].flatMap((operation) => operation.steps);
    for (const { action } of allSteps(steps)) {
      if (action.kind === 'call') waiting.push(action.target.service);
      else if (action.kind === 'query') waiting.push(action.database);
      else if (action.kind === 'publish')
        waiting.push(...(queues.get(action.queue)?.consumers ?? []).map((of) => of.service));
    }
    for (const { database } of service?.caches.values() ?? []) if (database !== undefined) waiting.push(database);
  }
  return reached;
}
