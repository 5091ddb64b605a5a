import type { Process } from '../engine/simulation.ts';
import { draw } from '../random/distribution.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { ArrivalSpec, Target, WorkloadSpec } from '../scenario/scenario.ts';
import { serveRequest } from '../service/serve-request.ts';
import type { World } from '../service/world.ts';

const SECOND = 1e9;

/** Sends requests until the end of arrivals; each is a trace of its own. */
export function* runWorkload(world: World, spec: WorkloadSpec, random: RandomStream, endNano: number): Process {
  const { simulation } = world;
  const { arrivals } = spec;
  if (arrivals.kind === 'users') {
    for (let i = 0; i < arrivals.count; i++) simulation.spawn(runUser(world, spec, arrivals, random, endNano));
    return;
  }
  if (arrivals.kind === 'once') {
    for (let i = 0; i < arrivals.count; i++) simulation.spawn(request(world, drawTarget(spec, random)));
    return;
  }
  for (;;) {
    const waitNano = nextArrivalNano(arrivals, simulation.nowNano, random);
    if (simulation.nowNano + waitNano >= endNano) return;
    yield waitNano;
    simulation.spawn(request(world, drawTarget(spec, random)));
  }
}

function* runUser(
  world: World,
  spec: WorkloadSpec,
  arrivals: Extract<ArrivalSpec, { kind: 'users' }>,
  random: RandomStream,
  endNano: number,
): Process {
  const { simulation } = world;
  for (;;) {
    const thinkNano = draw(arrivals.think, random);
    if (simulation.nowNano + thinkNano >= endNano) return;
    yield thinkNano;
    yield* request(world, drawTarget(spec, random));
  }
}

/** A request from outside: nothing before the first server span is recorded. */
function* request(world: World, target: Target): Process {
  const service = world.services.get(target.service);
  if (service === undefined) throw new Error(`there is no service ${target.service}`);
  const { recorder, simulation } = world;
  const trace = recorder.startTrace(target.service, target.operation, simulation.nowNano);
  recorder.retain(trace);
  yield* serveRequest(world, {
    operation: service.operation(target.operation),
    replica: service.nextReplica(),
    trace,
    parentSpanId: '',
    clientSpan: undefined,
    clientAddress: '203.0.113.7',
  });
  recorder.release(trace, simulation.nowNano);
}

function drawTarget({ targets }: WorkloadSpec, random: RandomStream): Target {
  const [first] = targets;
  if (first === undefined) throw new Error('a workload without calls');
  if (targets.length === 1) return first.target;
  let left = random.next() * targets.reduce((sum, { weight }) => sum + weight, 0);
  for (const { target, weight } of targets) {
    left -= weight;
    if (left < 0) return target;
  }
  return first.target;
}

type OpenArrivals = Exclude<ArrivalSpec, { kind: 'users' | 'once' }>;

/** Arrivals a second at an instant; of a fixed interval, its inverse. */
export function rateAt(arrivals: OpenArrivals, nowNano: number): number {
  switch (arrivals.kind) {
    case 'interval':
      return SECOND / arrivals.intervalNano;
    case 'poisson':
      return arrivals.perSecond;
    case 'diurnal':
      return (
        arrivals.meanPerSecond * (1 - arrivals.amplitude * Math.cos((2 * Math.PI * nowNano) / arrivals.periodNano))
      );
    case 'bursts':
      return nowNano % arrivals.everyNano < arrivals.lengthNano ? arrivals.burstPerSecond : arrivals.basePerSecond;
  }
}

/** From now to the next arrival; infinite if none comes. A rate that changes is drawn by thinning (Lewis and Shedler). */
function nextArrivalNano(arrivals: OpenArrivals, nowNano: number, random: RandomStream): number {
  if (arrivals.kind === 'interval') return Math.max(1, arrivals.intervalNano);
  const highest =
    arrivals.kind === 'poisson'
      ? arrivals.perSecond
      : arrivals.kind === 'diurnal'
        ? arrivals.meanPerSecond * (1 + arrivals.amplitude)
        : Math.max(arrivals.basePerSecond, arrivals.burstPerSecond);
  if (highest <= 0) return Number.POSITIVE_INFINITY;
  let waitNano = 0;
  for (;;) {
    waitNano += (random.exponential() / highest) * SECOND;
    if (arrivals.kind === 'poisson' || random.chance(rateAt(arrivals, nowNano + waitNano) / highest)) return waitNano;
  }
}
