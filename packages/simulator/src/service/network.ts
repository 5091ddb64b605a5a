import type { Process } from '../engine/simulation.ts';
import type { Affected } from '../fault/truth-record.ts';
import { draw } from '../random/distribution.ts';
import type { Replica } from './replica.ts';
import type { World } from './world.ts';

/** After so many losses in a row a message gets through: a connection that is dead for minutes is another fault. */
const MAX_LOSSES = 6;

/**
 * A message on its way. A lost one is sent again after the retransmission timeout, which doubles each time, as TCP does
 * it. `at` is what waits for it.
 */
export function* transmit(world: World, from: Replica, to: Replica, at: Affected): Process {
  const { network } = world.scenario;
  const random = world.networkRandom;
  let delayNano = draw(network.latency, random) + world.faults.networkDelayNano(from, to, at);
  let waitNano = network.retransmitNano;
  for (let losses = 0; losses < MAX_LOSSES && random.chance(network.loss); losses++) {
    delayNano += waitNano;
    waitNano *= 2;
  }
  if (delayNano > 0) yield delayNano;
}
