import { SpanKind } from '@throughline/model';
import { anyOf } from '../engine/combine-events.ts';
import type { Process } from '../engine/simulation.ts';
import { Store } from '../engine/store.ts';
import { draw } from '../random/distribution.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { ConsumerSpec, QueueSpec } from '../scenario/scenario.ts';
import { drawAttributes } from '../spans/draw-attributes.ts';
import { scopeOf } from '../spans/instrumentation-scopes.ts';
import { messageAttributes } from '../spans/message-spans.ts';
import type { SpanReference } from '../spans/open-span.ts';
import type { Failure } from '../spans/request-spans.ts';
import type { TraceRecord } from '../spans/trace-record.ts';
import type { Replica } from './replica.ts';
import type { RunningOperation } from './running-service.ts';
import { handle } from './serve-request.ts';
import { endSpan, type Frame, startChild, type World } from './world.ts';

interface Message {
  readonly id: string;
  readonly trace: TraceRecord;
  /** The producer's span, where it is recorded. */
  readonly producer: SpanReference | undefined;
  readonly partition: number;
}

/** What waits for a consumer. */
interface Waiting {
  readonly spec: ConsumerSpec;
  readonly waiting: Store<Message>;
}

/** One of the loops that take messages. */
interface RunningConsumer extends Waiting {
  readonly replica: Replica;
  readonly operation: RunningOperation;
}

const QUEUE_FULL: Failure = { type: 'queue_full', message: 'the queue is full', status: 503, isException: false };

/** A queue of messages between services. Each consumer (a service's operation) gets every message, or its share, once. */
export class MessageQueue {
  readonly #name: string;
  readonly #spec: QueueSpec;
  readonly #random: RandomStream;
  readonly #consumers: readonly Waiting[];

  constructor(name: string, spec: QueueSpec, random: RandomStream) {
    this.#name = name;
    this.#spec = spec;
    this.#random = random;
    this.#consumers = spec.consumers.map((consumer) => ({ spec: consumer, waiting: new Store(spec.capacity) }));
  }

  /** Sends a message, and is done when the queue has it. */
  *publish(frame: Frame, name: string | undefined): Process<Failure | undefined> {
    const { world, operation, trace } = frame;
    const { simulation, recorder } = world;
    const partition = this.#random.below(this.#spec.partitions);
    const id = this.#random.uint32().toString(16).padStart(8, '0');
    operation.service.counters.initiated++;
    const span = startChild(frame, {
      name: name ?? `send ${this.#name}`,
      kind: SpanKind.PRODUCER,
      instrumented: 'messaging',
      attributes: messageAttributes({
        system: this.#spec.system,
        queue: this.#name,
        type: 'send',
        messageId: id,
        partition,
        batchCount: 1,
        consumerGroup: undefined,
      }),
    });
    const deliveryNano = draw(this.#spec.latency, this.#random);
    if (deliveryNano > 0) yield deliveryNano;
    const parentId = span?.spanId ?? frame.span?.spanId;
    const { traceId, traceState, isSampled } = trace;
    const producer = parentId === undefined ? undefined : { traceId, spanId: parentId, traceState, isSampled };
    let isFull = false;
    for (const consumer of this.#consumers) {
      if (!this.#random.chance(consumer.spec.probability)) continue;
      // The trace goes on as long as a message of it waits.
      recorder.retain(trace);
      const message = { id, trace, producer, partition };
      const delayNano = draw(this.#spec.delay, this.#random);
      if (delayNano > 0) simulation.spawn(this.#putLater(world, consumer, message, delayNano));
      else if (!consumer.waiting.tryPut(message)) {
        recorder.release(trace, simulation.nowNano);
        isFull = true;
      }
    }
    if (isFull && span !== undefined) {
      span.attributes.set('error.type', QUEUE_FULL.type);
      span.setError(QUEUE_FULL.message);
    }
    endSpan(world, operation.service, span);
    return isFull ? QUEUE_FULL : undefined;
  }

  /** A message that finds no room by then is counted as refused by its consumer: the producer was told that all is well. */
  *#putLater(world: World, { spec, waiting }: Waiting, message: Message, delayNano: number): Process {
    yield delayNano;
    if (waiting.tryPut(message)) return;
    const service = world.services.get(spec.service);
    if (service !== undefined) service.counters.refused++;
    world.recorder.release(message.trace, world.simulation.nowNano);
  }

  /** Starts the loops that take and process messages. */
  startConsumers(world: World): void {
    for (const { spec, waiting } of this.#consumers) {
      const service = world.services.get(spec.service);
      if (service === undefined) throw new Error(`there is no service ${spec.service}`);
      const operation = service.operation(spec.operation);
      for (const replica of service.replicas) {
        for (let i = 0; i < spec.concurrency; i++) {
          world.simulation.spawn(this.#consume(world, { spec, waiting, replica, operation }));
        }
      }
    }
  }

  *#consume(world: World, consumer: RunningConsumer): Process {
    const { simulation, recorder } = world;
    const { spec, waiting, replica } = consumer;
    for (;;) {
      const first = waiting.take();
      yield first;
      const batch = [first.value];
      if (spec.batch > 1) {
        const isOver = simulation.timeout(spec.batchWaitNano);
        while (batch.length < spec.batch) {
          const next = waiting.take();
          yield anyOf([next, isOver]);
          if (next.isPending) {
            waiting.cancel(next);
            break;
          }
          batch.push(next.value);
        }
        isOver.cancel();
      }
      const grant = replica.workers.request();
      yield grant;
      try {
        yield* this.#process(world, batch, consumer);
      } finally {
        replica.workers.release(grant);
        for (const { trace } of batch) recorder.release(trace, simulation.nowNano);
      }
    }
  }

  /** A single message continues its trace, unless the consumer links all; a batch begins a new one with links to all. */
  *#process(world: World, batch: readonly Message[], { spec, replica, operation }: RunningConsumer): Process {
    const { recorder, simulation } = world;
    const { service } = operation;
    const [first] = batch;
    if (first === undefined) return;
    const isSingle = batch.length === 1 && !spec.isLinked;
    const name = spec.name ?? `process ${this.#name}`;
    const trace = isSingle ? first.trace : recorder.startTrace(service.name, name, simulation.nowNano);
    recorder.retain(trace);
    const attributes = messageAttributes({
      system: this.#spec.system,
      queue: this.#name,
      type: 'process',
      messageId: isSingle ? first.id : undefined,
      partition: isSingle ? first.partition : undefined,
      batchCount: batch.length,
      consumerGroup: service.name,
    });
    drawAttributes(operation.spec.attributes, attributes, operation.random);
    const parentSpanId = isSingle ? (first.producer?.spanId ?? '') : '';
    const span = service.spec.isTraced
      ? recorder.startSpan(trace, replica, {
          parentSpanId,
          isParentRemote: parentSpanId !== '',
          name,
          kind: SpanKind.CONSUMER,
          scope: scopeOf(service.spec.language, 'messaging'),
          attributes,
          nowNano: simulation.nowNano,
        })
      : undefined;
    for (const { producer, id } of batch) {
      if (producer !== undefined) span?.addLink(producer, new Map([['messaging.message.id', id]]));
    }
    const failure = yield* handle({ world, replica, operation, trace, span, witness: span, parentSpanId });
    if (span !== undefined && failure !== undefined) {
      span.attributes.set('error.type', failure.type);
      span.setError(failure.message);
    }
    endSpan(world, service, span);
    recorder.release(trace, simulation.nowNano);
  }
}
