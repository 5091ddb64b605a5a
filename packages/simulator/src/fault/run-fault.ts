import type { Grant, Resource } from '../engine/resource.ts';
import type { Process } from '../engine/simulation.ts';
import { allSteps } from '../scenario/nested-steps.ts';
import type { Step } from '../scenario/scenario.ts';
import type { Replica } from '../service/replica.ts';
import type { World } from '../service/world.ts';
import type { ActiveFault } from './fault-board.ts';

/** The life of a fault: it waits for its window, acts in it, and puts everything back. */
export function* runFault(world: World, fault: ActiveFault): Process {
  const { spec } = fault;
  if (spec.atNano > 0) yield spec.atNano;
  const endNano = world.simulation.nowNano + spec.lengthNano;
  world.faults.switchOn(fault);
  switch (spec.kind) {
    case 'memory_pause':
      yield* pauseReplicas(world, fault, endNano);
      break;
    case 'pool_exhaustion':
      yield* holdResources(world, fault, endNano);
      break;
    case 'bad_deployment':
      yield* deploy(world, fault);
      break;
    case 'n_plus_one':
      fault.repeatedStep = repeatedStep(world, fault);
      yield spec.lengthNano;
      break;
    case 'cache_stampede':
      for (const [name, cache] of world.services.get(spec.service ?? '')?.caches ?? []) {
        if (spec.resource === undefined || spec.resource === name) cache.clear();
      }
      yield spec.lengthNano;
      break;
    default:
      yield spec.lengthNano;
  }
  world.faults.switchOff(fault);
}

function concerned(world: World, { spec }: ActiveFault): Replica[] {
  const services = spec.service === undefined ? [...world.services.keys()] : [spec.service];
  return services
    .flatMap((name) => world.services.get(name)?.replicas ?? [])
    .filter(({ host }) => spec.host === undefined || host.name === spec.host);
}

/** Stops all work of the replicas for `delay`, every `every`. */
function* pauseReplicas(world: World, fault: ActiveFault, endNano: number): Process {
  const { delayNano, everyNano } = fault.spec;
  while (world.simulation.nowNano < endNano) {
    for (const replica of concerned(world, fault)) replica.pause(world.simulation.nowNano, delayNano);
    yield Math.max(1, Math.min(Math.max(everyNano, delayNano), endNano - world.simulation.nowNano));
  }
}

/** Takes all units of the pools (or the lock) for `delay`, every `every`. */
function* holdResources(world: World, fault: ActiveFault, endNano: number): Process {
  const { service, resource, delayNano, everyNano } = fault.spec;
  const { simulation } = world;
  const pools = concerned(world, fault)
    .map(({ pools: of }) => of.get(resource ?? ''))
    .filter((pool) => pool !== undefined);
  const lock =
    pools.length === 0 && resource !== undefined ? world.services.get(service ?? '')?.lock(resource) : undefined;
  const resources = lock === undefined ? pools : [lock];
  while (simulation.nowNano < endNano) {
    const held: { readonly of: Resource; readonly grant: Grant }[] = resources.flatMap((of) =>
      Array.from({ length: of.capacity }, () => ({ of, grant: of.request(-1) })),
    );
    yield Math.max(1, Math.min(delayNano, endNano - simulation.nowNano));
    for (const { of, grant } of held) of.release(grant);
    if (simulation.nowNano >= endNano) break;
    yield Math.max(1, Math.min(everyNano - delayNano, endNano - simulation.nowNano));
  }
}

/** Rolls the version out on half of the replicas (all, if there is one), and back at the end. */
function* deploy(world: World, fault: ActiveFault): Process {
  const replicas = concerned(world, fault);
  const reached = replicas.slice(0, Math.ceil(replicas.length / 2));
  const before = reached.map((replica) => [replica, replica.version] as const);
  for (const replica of reached) replica.deploy(fault.spec.version ?? `${replica.version}-bad`);
  fault.replicas = new Set(reached);
  yield fault.spec.lengthNano;
  for (const [replica, version] of before) replica.deploy(version);
}

/** The first query of the operation, or else its first call; of the service's operations the first that has one. */
function repeatedStep(world: World, { spec }: ActiveFault): Step | undefined {
  const service = world.services.get(spec.service ?? '');
  for (const [name, operation] of service?.operations ?? []) {
    if (spec.operation !== undefined && name !== spec.operation) continue;
    const step = findStep(operation.spec.steps, 'query') ?? findStep(operation.spec.steps, 'call');
    if (step !== undefined) return step;
  }
  return undefined;
}

export function findStep(steps: readonly Step[], kind: Step['action']['kind']): Step | undefined {
  for (const step of allSteps(steps)) if (step.action.kind === kind) return step;
  return undefined;
}
