import { constant } from '../random/distribution.ts';
import type { Process } from '../engine/simulation.ts';
import type { CallPolicy, Step } from '../scenario/scenario.ts';
import type { Failure } from '../spans/request-spans.ts';
import { queryDatabase } from './query-database.ts';
import type { Frame } from './world.ts';

const NO_POLICY: CallPolicy = { timeoutNano: undefined, retry: undefined, breaker: undefined, isOptional: true };
const ONE_ROW = constant(1);
const NO_ROW = constant(0);

/** Looks an entry up; where it is missing, makes it and puts it there. A cache that cannot be asked counts as a miss. */
export function* useCache(frame: Frame, name: string, miss: readonly Step[]): Process<Failure | undefined> {
  const { world, operation } = frame;
  const cache = operation.service.caches.get(name);
  if (cache === undefined) throw new Error(`${operation.service.name} has no cache ${name}`);
  const key = cache.drawKey(operation.random);
  const isHit = !world.faults.isCacheCold(name, frame) && cache.has(key, world.simulation.nowNano);
  const { database } = cache.spec;
  if (database !== undefined) {
    const query = { database, name: undefined, latency: undefined, policy: NO_POLICY };
    yield* queryDatabase(frame, { ...query, text: `GET ${name}:?`, rows: isHit ? ONE_ROW : NO_ROW });
  }
  if (isHit) return undefined;
  const failure = yield* world.runSteps(frame, miss);
  if (failure !== undefined) return failure;
  cache.put(key, world.simulation.nowNano);
  if (database !== undefined) {
    const query = { database, name: undefined, latency: undefined, policy: NO_POLICY, rows: undefined };
    yield* queryDatabase(frame, { ...query, text: `SET ${name}:? ?` });
  }
  return undefined;
}
