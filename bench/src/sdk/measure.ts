import { type Child, MEASURED_CORE, startChild } from '../measured/child-process.ts';
import type { NodeRelease } from '../measured/node-releases.ts';
import { rotated, scaled } from '../measured/repetitions.ts';
import { countFrom, type Sink } from '../measured/sink-process.ts';
import { DATADOG_ENV } from '../subjects/datadog.ts';
import type { SubjectName } from '../subjects/subject.ts';
import type { MeasuredCalls } from './measured-process.ts';
import type { Scenario } from './scenarios.ts';

export interface Measurement {
  /** Of all threads, for one operation of a round. */
  readonly processNs: number;
  readonly mainThreadNs: number | undefined;
}

export interface MeasureOptions {
  readonly program: string;
  readonly release: NodeRelease;
  readonly subject: SubjectName;
  readonly scenario: Scenario;
  readonly sink: Sink;
}

const WARM_UP_ROUNDS = 16;
/** Of these, where spans are exported: without them an export's functions are still being compiled 50 rounds later. */
const SMALL_BATCH_ROUNDS = 8;
const ROUNDS = 12;
const RECORDED_OPERATIONS = 10_240;
const UNRECORDED_OPERATIONS = 102_400;
/** More would fill the young generation with the buffers of encoded spans on Node 20. */
const HEAP_OPERATIONS = 10_240;
const HEAP_WARM_UP_ROUNDS = 8;
/** So large that nothing is collected while heap is measured, even though buffers outside of it count as old space. */
const HEAP_ARGUMENTS: readonly string[] = [
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
  '--initial-old-space-size=1024',
];
const HEAP_TRIES = 3;

/**
 * What an operation costs in CPU for each of the subjects, each in a process of its own: their rounds in turns.
 *
 * @throws Error if a span was lost
 */
export async function measureCpu(
  options: Omit<MeasureOptions, 'subject'>,
  subjects: readonly SubjectName[],
): Promise<ReadonlyMap<SubjectName, readonly Measurement[]>> {
  const { scenario, sink } = options;
  const operations = scaled(scenario.recordedSpans === 0 ? UNRECORDED_OPERATIONS : RECORDED_OPERATIONS);
  await using processes = new AsyncDisposableStack();
  const measured: { subject: SubjectName; child: Child<MeasuredCalls>; rounds: Measurement[] }[] = [];
  for (const subject of subjects) {
    const child = processes.use(await measuredChild({ ...options, subject }, []));
    measured.push({ subject, child, rounds: [] });
  }
  const counted = await countFrom(sink);
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const { child, rounds } of rotated(measured, round)) {
      if (scenario.throughExport === true && round < SMALL_BATCH_ROUNDS) {
        await child.call('warmUp', operations);
        continue;
      }
      const { processNs, mainThreadNs } = await child.call('round', operations);
      if (round < WARM_UP_ROUNDS) continue;
      rounds.push({
        processNs: processNs / operations,
        mainThreadNs: mainThreadNs === undefined ? undefined : mainThreadNs / operations,
      });
    }
  }
  for (const { subject, child } of measured) await checkProcess(subject, child);
  const operationCount = subjects.length * (WARM_UP_ROUNDS + ROUNDS) * operations;
  if (scenario.throughExport === true) await counted.check(operationCount * scenario.recordedSpans);
  return new Map(measured.map(({ subject, rounds }) => [subject, rounds]));
}

/** Bytes that an operation allocates on the JavaScript heap. @throws Error if a span was lost or anything was collected */
export async function measureHeap(options: MeasureOptions): Promise<number> {
  const operations = scaled(HEAP_OPERATIONS);
  await using child = await measuredChild(options, HEAP_ARGUMENTS);
  const counted = await countFrom(options.sink);
  for (let round = 0; round < HEAP_WARM_UP_ROUNDS; round++) await child.call('round', operations);
  for (let attempt = 1; attempt <= HEAP_TRIES; attempt++) {
    const { bytes, collections } = await child.call('heapRound', operations);
    if (collections > 0) continue;
    await checkProcess(options.subject, child);
    const { scenario } = options;
    const operationCount = (HEAP_WARM_UP_ROUNDS + attempt) * operations;
    if (scenario.throughExport === true) await counted.check(operationCount * scenario.recordedSpans);
    return bytes / operations;
  }
  throw new Error(`garbage was collected in each of ${HEAP_TRIES} rounds, so bytes cannot be counted`);
}

async function measuredChild(
  { program, release, subject, scenario, sink }: MeasureOptions,
  nodeArguments: readonly string[],
): Promise<Child<MeasuredCalls>> {
  const child = startChild<MeasuredCalls>(program, {
    node: release.executable,
    nodeArguments: ['--expose-gc', ...nodeArguments],
    core: MEASURED_CORE,
    ...(subject === 'dd-trace' ? { env: DATADOG_ENV } : {}),
  });
  try {
    await child.call('start', {
      subject,
      operation: scenario.operation,
      uniqueValues: scenario.uniqueValues === true,
      sampledOut: scenario.sampledOut === true,
      peers: (subject === 'dd-trace' ? release.datadogPeers : release.officialPeers) ?? '',
      ...(scenario.throughExport === true ? { sinkOrigin: sink.origin } : {}),
    });
    return child;
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw new Error(`${subject} did not start: ${String(error)}`, { cause: error });
  }
}

/** @throws Error for a process that has lost spans, or is not what it should be */
async function checkProcess(subject: SubjectName, child: Child<MeasuredCalls>): Promise<void> {
  const dropped = await child.call('dropped');
  if (dropped > 0) throw new Error(`${subject}: ${dropped} spans were dropped`);
  // An export thread that cannot start is replaced by the application's thread.
  const threads = await child.call('threads');
  if (threads !== (subject === 'ours-worker' ? 1 : 0)) throw new Error(`${subject}: ${threads} worker threads run`);
}
