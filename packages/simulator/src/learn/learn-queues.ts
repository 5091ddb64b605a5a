import { SpanKind } from '@throughline/model';
import { type StepData, targetData } from './learn-steps.ts';
import { isMessage, queueOf, type Role, roleOf } from './span-role.ts';
import { durationData, shareOf, spreadOfDurations } from './spread.ts';
import type { Execution } from './timeline.ts';
import type { TraceView } from './trace-view.ts';

function* publishesOf(
  views: readonly TraceView[],
): Generator<{ role: Extract<Role, { kind: 'publish' }> } & Execution> {
  for (const view of views) {
    for (const [row, { kind }] of view.trace.spans.entries()) {
      if (kind !== SpanKind.PRODUCER) continue;
      const role = roleOf(view, row);
      if (role.kind === 'publish') yield { role, view, row };
    }
  }
}

/** The names of the queues into which messages were put. */
export function publishedQueues(views: readonly TraceView[]): ReadonlySet<string> {
  return new Set([...publishesOf(views)].map(({ role }) => role.queue));
}

interface LearntQueue {
  system: string;
  readonly sentNano: number[];
  readonly delayNano: number[];
  readonly consumers: Map<string, LearntConsumer>;
}

interface LearntConsumer extends Execution {
  /** Messages seen to come from a producer. */
  count: number;
  /** Traces that messages began. */
  linkedCount: number;
  batch: number;
}

/** The queues with their consumers, as a file holds them. */
export function queuesOf(views: readonly TraceView[], windowNano: number): ReadonlyMap<string, StepData> {
  const queues = new Map<string, LearntQueue>();
  for (const { role, view, row } of publishesOf(views)) {
    const queue: LearntQueue = queues.get(role.queue) ?? {
      system: role.system,
      sentNano: [],
      delayNano: [],
      consumers: new Map(),
    };
    queues.set(role.queue, queue);
    const end = view.endNano[row] ?? 0;
    queue.sentNano.push(end - (view.startNano[row] ?? 0));
    for (const consumer of view.children[row] ?? []) {
      queue.delayNano.push(Math.max(0, (view.startNano[consumer] ?? 0) - end));
      addConsumer(queue, view, consumer);
    }
  }
  // Batches begin traces of their own.
  for (const view of views) {
    for (const row of view.trace.roots) {
      const queue = isMessage(view, row) ? queues.get(queueOf(view, row)) : undefined;
      if (queue !== undefined) addConsumer(queue, view, row);
    }
  }
  return new Map([...queues].map(([name, queue]) => [name, queueData(queue, windowNano)]));
}

function addConsumer({ consumers }: LearntQueue, view: TraceView, row: number): void {
  const key = `${view.services[row] ?? ''}\0${view.names[row] ?? ''}`;
  const span = view.trace.spans[row];
  const batch = Number(span?.attributes.get('messaging.batch.message_count') ?? 1);
  const known = consumers.get(key);
  const consumer = known ?? { view, row, batch, count: 0, linkedCount: 0 };
  consumers.set(key, consumer);
  consumer.batch = Math.max(consumer.batch, batch);
  if ((view.trace.parent[row] ?? -1) < 0) consumer.linkedCount++;
  else consumer.count++;
}

function queueData({ system, sentNano, delayNano, consumers }: LearntQueue, windowNano: number): StepData {
  const delay = spreadOfDurations(delayNano);
  return {
    system,
    latency: spreadOfDurations(sentNano) ?? 0,
    ...(delay === undefined ? {} : { delay }),
    consumers: [...consumers.values()].map((consumer) => consumerData(consumer, sentNano.length, windowNano)),
  };
}

/**
 * A consumer that begins traces of its own gets every message: how many a batch took of all that there were cannot be
 * told. It waits for a batch as long as there was between two of them.
 */
function consumerData(
  { view, row, batch, count, linkedCount }: LearntConsumer,
  sentCount: number,
  windowNano: number,
): StepData {
  const consumer = {
    call: targetData({ service: view.services[row] ?? '', operation: view.names[row] ?? '' }),
    name: view.names[row],
  };
  if (linkedCount > count) {
    const waitNano = Math.max(1e6, windowNano / linkedCount);
    return { ...consumer, linked: true, ...(batch > 1 ? { batch, batch_wait: durationData(waitNano) } : {}) };
  }
  return {
    ...consumer,
    ...(count < sentCount ? { probability: shareOf(count, sentCount) } : {}),
    concurrency: CONSUMER_CONCURRENCY,
  };
}

/** Loops of a replica; the wait that was seen is in the queue's delay. */
const CONSUMER_CONCURRENCY = 16;
