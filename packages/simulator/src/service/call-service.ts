import { SpanKind } from '@throughline/model';
import type { Process } from '../engine/simulation.ts';
import { draw } from '../random/distribution.ts';
import type { StepAction } from '../scenario/scenario.ts';
import { drawAttributes } from '../spans/draw-attributes.ts';
import type { OpenSpan } from '../spans/open-span.ts';
import { clientAttributes, type Failure, requestSpanName, setOutcome } from '../spans/request-spans.ts';
import { withPolicy, withTimeout } from './attempt-policy.ts';
import { withConnection } from './connection-pool.ts';
import { doWork } from './do-work.ts';
import { transmit } from './network.ts';
import type { RunningOperation } from './running-service.ts';
import { serveRequest } from './serve-request.ts';
import { endSpan, type Frame, startChild } from './world.ts';

type CallAction = Extract<StepAction, { kind: 'call' }>;

/** A call of another service: a client span for each attempt, the network both ways, and what the service does. */
export function* callService(frame: Frame, action: CallAction): Process<Failure | undefined> {
  const { world } = frame;
  const service = world.services.get(action.target.service);
  if (service === undefined) throw new Error(`there is no service ${action.target.service}`);
  const target = service.operation(action.target.operation);
  const failure = yield* withPolicy(frame, service.name, action.policy, (resendCount) =>
    withConnection(frame, service.name, () => attempt(frame, action, target, resendCount)),
  );
  // Callers tell what went wrong below them as their own failure.
  return failure === undefined ? undefined : passedOn(failure, service.name);
}

function* attempt(
  frame: Frame,
  action: CallAction,
  target: RunningOperation,
  resendCount: number,
): Process<Failure | undefined> {
  const { world, operation } = frame;
  const { recorder, simulation } = world;
  const { parsed, service } = target;
  const { client } = action;
  const attributes = clientAttributes(parsed, service.peer, () => operation.random.below(10_000), resendCount);
  drawAttributes(action.attributes, attributes, operation.random);
  const span =
    client === undefined
      ? undefined
      : startChild(frame, {
          name: client.name ?? requestSpanName(target.name, parsed, SpanKind.CLIENT),
          kind: client.spanKind,
          instrumented: parsed.protocol === 'none' ? 'application' : parsed.protocol,
          attributes,
        });
  if (resendCount > 0) world.faults.retried(service.name, { trace: frame.trace, witness: span });
  recorder.retain(frame.trace);
  const exchanged = exchange(frame, action, target, span);
  const { timeoutNano } = action.policy;
  const failure = timeoutNano === undefined ? yield* exchanged : yield* withTimeout(frame, timeoutNano, exchanged);
  if (span !== undefined) {
    setOutcome(span, parsed, failure, target.spec.status);
    endSpan(world, operation.service, span);
  }
  recorder.release(frame.trace, simulation.nowNano);
  return failure;
}

/** There, served, and back. It keeps the trace open by itself, because its client may have given up. */
function* exchange(
  frame: Frame,
  { client }: CallAction,
  target: RunningOperation,
  span: OpenSpan | undefined,
): Process<Failure | undefined> {
  const { world, replica, trace, operation } = frame;
  const server = target.service.nextReplica();
  world.recorder.retain(trace);
  const at = { trace, witness: span ?? frame.witness };
  if (client !== undefined) yield* doWork(frame, draw(client.before, operation.random));
  yield* transmit(world, replica, server, at);
  const failure = yield* serveRequest(world, {
    operation: target,
    replica: server,
    trace,
    parentSpanId: span?.spanId ?? frame.span?.spanId ?? frame.parentSpanId,
    clientSpan: at.witness,
    clientAddress: replica.address,
  });
  yield* transmit(world, server, replica, at);
  if (client !== undefined) yield* doWork(frame, draw(client.after, operation.random));
  world.recorder.release(trace, world.simulation.nowNano);
  return failure;
}

function passedOn(failure: Failure, service: string): Failure {
  if (failure.status >= 400 && failure.status < 500) return { ...failure, isException: false };
  return {
    type: failure.type,
    message: failure.message.startsWith(service) ? failure.message : `${service}: ${failure.message}`,
    status: failure.status === 0 ? 504 : failure.status === 503 ? 503 : 500,
    isException: false,
  };
}
