import type { Process } from '../engine/simulation.ts';
import type { Frame } from './world.ts';

/** Keeps a worker busy. A pause of the replica stops it for as long, whenever it comes. */
export function* doWork(frame: Frame, durationNano: number): Process {
  const { world, replica } = frame;
  const { simulation, faults } = world;
  const slowedNano = durationNano * faults.slowdown(frame);
  if (replica.pausedUntilNano > simulation.nowNano) {
    faults.paused(frame);
    while (replica.pausedUntilNano > simulation.nowNano) yield replica.pausedUntilNano - simulation.nowNano;
  }
  let seenNano = replica.pausedNano;
  if (slowedNano > 0) yield slowedNano;
  while (replica.pausedNano > seenNano) {
    const addedNano = replica.pausedNano - seenNano;
    seenNano = replica.pausedNano;
    faults.paused(frame);
    yield addedNano;
  }
}
