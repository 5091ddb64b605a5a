import { SpanKind } from '@throughline/model';
import type { Process } from '../engine/simulation.ts';
import { drawAttributes } from '../spans/draw-attributes.ts';
import { type Instrumented, scopeOf } from '../spans/instrumentation-scopes.ts';
import type { OpenSpan } from '../spans/open-span.ts';
import {
  type Failure,
  recordException,
  requestSpanName,
  serverAttributes,
  setOutcome,
} from '../spans/request-spans.ts';
import type { TraceRecord } from '../spans/trace-record.ts';
import type { Replica } from './replica.ts';
import type { RunningOperation } from './running-service.ts';
import { endSpan, type Frame, type World } from './world.ts';

const QUEUE_FULL: Failure = { type: '503', message: 'too many requests wait', status: 503, isException: false };
const OWN_ERROR: Failure = { type: '500', message: 'internal error', status: 500, isException: false };

/** A request as it reaches a replica. */
export interface IncomingRequest {
  readonly operation: RunningOperation;
  readonly replica: Replica;
  readonly trace: TraceRecord;
  /** The caller's span, `''` at the edge. */
  readonly parentSpanId: string;
  /** The same as long as it is open; undefined at the edge, or where nothing is recorded. */
  readonly clientSpan: OpenSpan | undefined;
  readonly clientAddress: string;
}

/** What waits for a worker waits unseen; the server span begins when one takes the request. */
export function* serveRequest(world: World, request: IncomingRequest): Process<Failure | undefined> {
  const { operation, replica, trace } = request;
  const { service } = operation;
  const { simulation, recorder } = world;
  if (replica.workers.queueLength >= service.spec.queue) {
    service.counters.refused++;
    return QUEUE_FULL;
  }
  recorder.retain(trace);
  const grant = replica.workers.request();
  try {
    if (grant.isPending) {
      yield grant;
      const waitNano = simulation.nowNano - grant.requestedAtNano;
      if (waitNano > service.counters.maxQueueWaitNano) service.counters.maxQueueWaitNano = waitNano;
    }
    const span = startServerSpan(world, request);
    const witness = span ?? request.clientSpan;
    const failure = yield* handle({
      world,
      replica,
      operation,
      trace,
      span,
      witness,
      parentSpanId: request.parentSpanId,
    });
    if (span !== undefined) {
      setOutcome(span, operation.parsed, failure, operation.spec.status);
      endSpan(world, service, span);
    }
    return failure;
  } finally {
    replica.workers.release(grant);
    recorder.release(trace, simulation.nowNano);
  }
}

/** What an operation does once it has its span; also of messages. */
export function* handle(frame: Frame): Process<Failure | undefined> {
  const { world, operation, span } = frame;
  const { counters } = operation.service;
  counters.handled++;
  const delayNano = world.faults.addedDelayNano(frame.replica, operation.name, frame);
  if (delayNano > 0) yield delayNano;
  let failure = world.faults.failureOf(frame.replica, operation.name, frame);
  if (failure === undefined) {
    failure = yield* world.runSteps(frame, operation.spec.steps);
  } else if (failure.isException && span !== undefined) {
    recordException(span, failure, operation.name, world.simulation.nowNano);
  }
  if (failure === undefined && operation.random.chance(operation.spec.errorRate)) failure = OWN_ERROR;
  if (failure !== undefined) counters.failures++;
  return failure;
}

function startServerSpan(world: World, request: IncomingRequest): OpenSpan | undefined {
  const { operation, replica, trace, parentSpanId } = request;
  const { service, parsed, random } = operation;
  if (!trace.isSampled || !service.spec.isTraced) return undefined;
  const attributes = serverAttributes(parsed, service.peer, request.clientAddress, () => random.below(10_000));
  drawAttributes(operation.spec.attributes, attributes, random);
  const instrumented: Instrumented = parsed.protocol === 'none' ? 'application' : parsed.protocol;
  return world.recorder.startSpan(trace, replica, {
    parentSpanId,
    isParentRemote: parentSpanId !== '',
    name: requestSpanName(operation.name, parsed, SpanKind.SERVER),
    kind: operation.spec.spanKind,
    scope: scopeOf(service.spec.language, instrumented),
    attributes,
    nowNano: world.simulation.nowNano,
  });
}
