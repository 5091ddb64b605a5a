// A process of its own, for one subject and one scenario: what an operation costs in CPU or heap.
import { PerformanceObserver } from 'node:perf_hooks';
import { answerCalls } from '../measured/answer-calls.ts';
import { type CpuTime, cpuSince, cpuTime } from '../measured/cpu-time.ts';
import { startSubject } from '../subjects/start-subject.ts';
import type { Subject, SubjectName, SubjectOptions } from '../subjects/subject.ts';
import { isAsyncOperation, type Operation, operationOf } from './operations.ts';
import type { OperationName } from './scenarios.ts';
import { type SpanStrings, spanStringsMaker } from './workload.ts';

export interface MeasuredCalls {
  start(options: StartOptions): void;
  /** Does that many operations in small batches, so that what runs once a batch is soon compiled, too. */
  warmUp(operationCount: number): Promise<void>;
  /** Does that many operations and waits for their export. */
  round(operationCount: number): Promise<CpuTime>;
  heapRound(operationCount: number): Promise<HeapUse>;
  /** Spans that the subject says it has lost. */
  dropped(): number;
  /** Worker threads that run. */
  threads(): number;
}

export interface StartOptions extends SubjectOptions {
  readonly subject: SubjectName;
  readonly operation: OperationName;
  readonly uniqueValues: boolean;
}

export interface HeapUse {
  /** Allocated on the JavaScript heap, garbage included; wrong if anything was collected meanwhile. */
  readonly bytes: number;
  readonly collections: number;
}

/** A batch of both SDKs, so that exports begin when one is full and nobody's queue overflows. */
const OPERATIONS_BETWEEN_PAUSES = 512;
/** There is nothing to export. */
const UNRECORDED_BETWEEN_PAUSES = 8_192;
const OPERATIONS_OF_SMALL_BATCH = 32;

interface Started {
  readonly subject: Subject;
  readonly operation: Operation;
  readonly isAsync: boolean;
  readonly pauseEvery: number;
  readonly makeStrings: (spanCount: number) => SpanStrings;
}

let running: Started | undefined;
let threads = 0;
process.on('worker', (worker) => {
  threads++;
  worker.once('exit', () => threads--);
});

function started(): Started {
  if (running === undefined) throw new Error('nothing was started');
  return running;
}

/**
 * Moves what survives to the old generation. Not a full collection: that drops optimised code, and the spans after it
 * cost three times the heap, and more CPU, until it is compiled again.
 */
function collectYoungGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('this program runs with --expose-gc');
  // What was allocated since the last one is moved once before it counts as old.
  globalThis.gc({ type: 'minor' });
  globalThis.gc({ type: 'minor' });
}

async function operate(
  operationCount: number,
  strings: SpanStrings,
  pauseEvery: number,
  pause: () => Promise<void>,
): Promise<void> {
  const { subject, operation, isAsync } = started();
  for (let at = 0; at < operationCount;) {
    const end = Math.min(at + pauseEvery, operationCount);
    if (isAsync) for (; at < end; at++) await operation(at, strings);
    else for (; at < end; at++) void operation(at, strings);
    await pause();
  }
  await subject.flush();
}

async function operateInBatches(operationCount: number, strings: SpanStrings): Promise<void> {
  const { subject, pauseEvery } = started();
  await operate(operationCount, strings, pauseEvery, () => subject.settle());
}

answerCalls<MeasuredCalls>({
  start: ({ subject: name, operation: operationName, uniqueValues, ...options }) => {
    const subject = startSubject(name, options);
    const operation = operationOf(operationName, subject);
    if (operation === undefined) throw new Error(`${name} does not do ${operationName}`);
    const isRecorded = options.sampledOut !== true && operationName !== 'inject';
    running = {
      subject,
      operation,
      isAsync: isAsyncOperation(operationName),
      pauseEvery: isRecorded ? OPERATIONS_BETWEEN_PAUSES : UNRECORDED_BETWEEN_PAUSES,
      makeStrings: operationName === 'span-10' ? spanStringsMaker(uniqueValues) : () => [],
    };
  },
  warmUp: async (operationCount) => {
    const { makeStrings, subject } = started();
    await operate(operationCount, makeStrings(operationCount), OPERATIONS_OF_SMALL_BATCH, () => subject.flush());
  },
  round: async (operationCount) => {
    const strings = started().makeStrings(operationCount);
    // The strings are old then: nobody pays for moving them.
    collectYoungGarbage();
    const before = cpuTime();
    await operateInBatches(operationCount, strings);
    return cpuSince(before);
  },
  heapRound: async (operationCount) => {
    const strings = started().makeStrings(operationCount);
    collectYoungGarbage();
    let collections = 0;
    const observer = new PerformanceObserver((list) => {
      collections += list.getEntries().length;
    });
    // The collection above is reported a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    observer.observe({ entryTypes: ['gc'] });
    const before = process.memoryUsage().heapUsed;
    await operateInBatches(operationCount, strings);
    const bytes = process.memoryUsage().heapUsed - before;
    await new Promise((resolve) => setImmediate(resolve));
    observer.disconnect();
    return { bytes, collections };
  },
  dropped: () => started().subject.dropped(),
  threads: () => threads,
});
