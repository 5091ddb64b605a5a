import type { AttributeValue, SpanKind } from '@throughline/model';
import type { Process, Simulation } from '../engine/simulation.ts';
import type { FaultBoard } from '../fault/fault-board.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { Scenario, Step } from '../scenario/scenario.ts';
import { type Instrumented, scopeOf } from '../spans/instrumentation-scopes.ts';
import type { OpenSpan } from '../spans/open-span.ts';
import type { Failure } from '../spans/request-spans.ts';
import type { SpanRecorder } from '../spans/span-recorder.ts';
import type { TraceRecord } from '../spans/trace-record.ts';
import type { MessageQueue } from './message-queue.ts';
import type { Replica } from './replica.ts';
import type { RunningOperation, RunningService } from './running-service.ts';

/** Everything that a request can meet. */
export interface World {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly recorder: SpanRecorder;
  readonly services: ReadonlyMap<string, RunningService>;
  readonly queues: ReadonlyMap<string, MessageQueue>;
  readonly faults: FaultBoard;
  readonly networkRandom: RandomStream;
  /** Runs steps in a frame: here, because what serves a request and what the request does need each other. */
  readonly runSteps: (frame: Frame, steps: readonly Step[]) => Process<Failure | undefined>;
}

/** A request (or a batch of messages) at work in a replica. */
export interface Frame {
  readonly world: World;
  readonly replica: Replica;
  readonly operation: RunningOperation;
  readonly trace: TraceRecord;
  /** The span that is the parent of what it does now; undefined where nothing is recorded. */
  readonly span: OpenSpan | undefined;
  /** The span that shows what happens here: its own, or its caller's where this service makes none. */
  readonly witness: OpenSpan | undefined;
  /** The span to which a recorded child of a service without spans of its own belongs. */
  readonly parentSpanId: string;
}

/** Opens a child of the frame's span. */
export function startChild(
  frame: Frame,
  options: {
    readonly name: string;
    readonly kind: SpanKind;
    readonly instrumented: Instrumented;
    readonly attributes: Map<string, AttributeValue>;
  },
): OpenSpan | undefined {
  const { world, replica, operation, trace } = frame;
  const { spec } = operation.service;
  if (!trace.isSampled || !spec.isTraced) return undefined;
  return world.recorder.startSpan(trace, replica, {
    parentSpanId: frame.span?.spanId ?? frame.parentSpanId,
    isParentRemote: false,
    name: options.name,
    kind: options.kind,
    scope: scopeOf(spec.language, options.instrumented),
    attributes: options.attributes,
    nowNano: world.simulation.nowNano,
  });
}

export function endSpan(world: World, service: RunningService, span: OpenSpan | undefined): void {
  if (span === undefined) return;
  service.counters.spansCreated++;
  world.recorder.endSpan(span, world.simulation.nowNano);
}
