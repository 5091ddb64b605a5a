// A process of its own: what the overhead monitor adds, in pairs of rounds with and without it.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { type BatchExporter, startTracing } from '@throughline/sdk';
import { answerCalls } from '../measured/answer-calls.ts';
import { cpuSince, cpuTime } from '../measured/cpu-time.ts';
import { exportsUnderWay } from '../subjects/exports-under-way.ts';
import type { Subject } from '../subjects/subject.ts';
import { operationOf } from './operations.ts';
import type { Scenario } from './scenarios.ts';
import { spanStringsMaker } from './workload.ts';

export interface MonitorPair {
  /** CPU of all operations of a round. */
  readonly onNs: number;
  readonly offNs: number;
}

/** What is done in a round, and how often. */
export interface MonitoredOperations extends Pick<Scenario, 'operation' | 'sampledOut'> {
  readonly operationCount: number;
}

export interface MonitorCalls {
  /** A round each, in an order that changes from pair to pair. */
  pair(operations: MonitoredOperations): Promise<MonitorPair>;
}

/** A batch, so that exports begin when one is full and the queue does not overflow. */
const OPERATIONS_BETWEEN_PAUSES = 512;
/** The monitor times the first calls often; from then on it times one in 1,024. */
const OPERATIONS_BEFORE = 51_200;
let pairCount = 0;

async function round(
  { operation: name, sampledOut, operationCount }: MonitoredOperations,
  overhead: boolean,
): Promise<number> {
  const underWay = exportsUnderWay();
  const discard: BatchExporter = {
    name: 'discard',
    releasesBytes: true,
    export: async ({ spanCount }) => {
      underWay.begin();
      try {
        return { exportedCount: spanCount, droppedCount: 0 };
      } finally {
        underWay.end();
      }
    },
    shutdown: async () => {},
  };
  const tracing = startTracing({
    serviceName: 'measured',
    exporters: [],
    customExporters: [discard],
    http: 'off',
    overhead,
    ...(sampledOut === true ? { sampler: { type: 'parent_based', root: { type: 'never' } } } : {}),
  });
  const { provider } = tracing;
  const subject: Subject = {
    kind: 'opentelemetry',
    api: { context, propagation, trace, rootContext: ROOT_CONTEXT },
    tracer: provider.getTracer('measured', '1.0.0'),
    settle: () => underWay.settle(),
    flush: () => provider.forceFlush(),
    dropped: () => [...provider.dropped.values()].reduce((sum, count) => sum + count, 0),
  };
  const operation = operationOf(name, subject);
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  const strings = name === 'span-10' ? spanStringsMaker(false)(Math.max(operationCount, OPERATIONS_BEFORE)) : [];
  const pauseEvery = sampledOut === true ? operationCount : OPERATIONS_BETWEEN_PAUSES;
  const operate = async (count: number): Promise<void> => {
    for (let at = 0; at < count;) {
      const end = Math.min(at + pauseEvery, count);
      if (name === 'nest-3') for (; at < end; at++) await operation(at, strings);
      else for (; at < end; at++) void operation(at, strings);
      await subject.settle();
    }
    await subject.flush();
  };
  await operate(OPERATIONS_BEFORE);
  globalThis.gc?.({ type: 'minor' });
  globalThis.gc?.({ type: 'minor' });
  const before = cpuTime();
  await operate(operationCount);
  const { processNs } = cpuSince(before);
  if (subject.dropped() > 0) throw new Error(`${subject.dropped()} spans were dropped`);
  await tracing.shutdown();
  return processNs;
}

answerCalls<MonitorCalls>({
  pair: async (operations) => {
    const isOnFirst = pairCount++ % 2 === 0;
    const first = await round(operations, isOnFirst);
    const second = await round(operations, !isOnFirst);
    return isOnFirst ? { onNs: first, offNs: second } : { onNs: second, offNs: first };
  },
});
