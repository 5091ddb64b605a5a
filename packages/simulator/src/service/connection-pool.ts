import type { Resource } from '../engine/resource.ts';
import type { Process } from '../engine/simulation.ts';
import type { Failure } from '../spans/request-spans.ts';
import type { Frame } from './world.ts';

/** Does something with a connection of the replica's pool to a service, if it has one. */
export function* withConnection(
  frame: Frame,
  service: string,
  use: () => Process<Failure | undefined>,
): Process<Failure | undefined> {
  const pool = frame.replica.pools.get(service);
  return pool === undefined ? yield* use() : yield* holding(frame, pool, service, use);
}

/** Does something while holding a unit of a resource: a connection, or a lock. */
export function* holding(
  frame: Frame,
  resource: Resource,
  name: string,
  use: () => Process<Failure | undefined>,
): Process<Failure | undefined> {
  const grant = resource.request();
  try {
    if (grant.isPending) {
      frame.world.faults.waitedFor(name, frame);
      yield grant;
    }
    return yield* use();
  } finally {
    resource.release(grant);
  }
}
