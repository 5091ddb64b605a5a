import type { Process } from '../engine/simulation.ts';
import { anyOf } from '../engine/combine-events.ts';
import type { CallPolicy } from '../scenario/scenario.ts';
import type { Failure } from '../spans/request-spans.ts';
import type { Frame } from './world.ts';

const CIRCUIT_OPEN: Failure = {
  type: 'circuit_open',
  message: 'the circuit breaker is open',
  status: 503,
  isException: false,
};

/** One try of a call. `resendCount` counts those before it. */
export type Attempt = (resendCount: number) => Process<Failure | undefined>;

/** Runs attempts under a policy: circuit breaker, then retries with backoff. */
export function* withPolicy(
  frame: Frame,
  targetService: string,
  policy: CallPolicy,
  attempt: Attempt,
): Process<Failure | undefined> {
  const { world, replica, operation } = frame;
  const { counters } = operation.service;
  const retry = world.faults.retryOf(targetService, policy.retry);
  const breaker =
    policy.breaker === undefined
      ? undefined
      : replica.breaker(targetService, policy.breaker.failures, policy.breaker.openNano);
  let failure: Failure | undefined;
  for (let resendCount = 0; ; resendCount++) {
    if (breaker !== undefined && !breaker.allows(world.simulation.nowNano)) failure = CIRCUIT_OPEN;
    else {
      counters.initiated++;
      if (resendCount > 0) counters.retries++;
      failure = yield* attempt(resendCount);
      breaker?.outcome(failure === undefined || !isRetryable(failure), world.simulation.nowNano);
    }
    if (failure === undefined || retry === undefined || resendCount + 1 >= retry.attempts || !isRetryable(failure))
      break;
    const fullNano = Math.min(retry.maxBackoffNano, retry.backoffNano * 2 ** resendCount);
    const waitNano = fullNano * (1 - retry.jitter * operation.random.next());
    if (waitNano > 0) yield waitNano;
  }
  return policy.isOptional ? undefined : failure;
}

/** A client's mistake stays one however often it is repeated. */
function isRetryable({ status }: Failure): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/** What a client makes of a process that takes too long; the process goes on without it. */
export function* withTimeout(
  frame: Frame,
  timeoutNano: number,
  process: Process<Failure | undefined>,
): Process<Failure | undefined> {
  const { simulation } = frame.world;
  const timeout = simulation.timeout(timeoutNano);
  const task = simulation.spawn(process);
  yield anyOf([task, timeout]);
  if (!task.isPending) {
    timeout.cancel();
    return task.value;
  }
  return { type: 'timeout', message: `no answer within ${timeoutNano / 1e6} ms`, status: 0, isException: false };
}
