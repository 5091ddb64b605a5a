import { bundleProgram } from '../measured/bundle.ts';
import { MEASURED_CORE, startChild } from '../measured/child-process.ts';
import { type Sink, startSink } from '../measured/sink-process.ts';
import type { Ending, Memory, SoakAppOptions, SoakCalls } from './soak-app.ts';

export interface SoakOptions extends Omit<SoakAppOptions, 'sinkOrigin'> {
  /** Ended altogether, in steps of equal size. */
  readonly spanCount: number;
  /** The executable of the application. Default: the one that runs. */
  readonly node?: string;
  /** Waited at least in each step without a sink, so that exports also run into their time limit. */
  readonly outageStepMs: number;
}

export interface SoakResult extends Ending {
  /** Spans in the requests that a sink answered with success, before and after the outage. */
  readonly deliveredSpans: number;
  readonly deliveredAfterOutage: number;
  /** After each step. */
  readonly memory: readonly Memory[];
}

const STEPS = 20;
/** The sink stops while this step runs and is back before the other one. */
export const OUTAGE_FROM_STEP = 6;
export const OUTAGE_TO_STEP = 10;

/** An application and its exporter, whose receiver is away for a fifth of the time. */
export async function soak(options: SoakOptions, log: (line: string) => void): Promise<SoakResult> {
  const { spanCount, node = process.execPath, outageStepMs, ...limits } = options;
  const program = await bundleProgram('soak-app', new URL('soak-app.ts', import.meta.url));
  await using app = startChild<SoakCalls>(program, { node, nodeArguments: ['--expose-gc'], core: MEASURED_CORE });
  let sink: Sink = await startSink();
  try {
    const { port } = sink;
    await app.call('start', { sinkOrigin: sink.origin, ...limits });
    const memory: Memory[] = [];
    let deliveredSpans = 0;
    for (let step = 0; step < STEPS; step++) {
      if (step === OUTAGE_TO_STEP) sink = await startSink(port);
      const isDown = step >= OUTAGE_FROM_STEP && step < OUTAGE_TO_STEP;
      // While it stops, exports are under way: those that it has begun to read are answered and count.
      const [, count] = await Promise.all([
        app.call('spans', { spanCount: spanCount / STEPS, waitForExports: !isDown }),
        step === OUTAGE_FROM_STEP ? sink.calls.call('close') : undefined,
        isDown ? new Promise((resolve) => setTimeout(resolve, outageStepMs)) : undefined,
      ]);
      if (count !== undefined) {
        deliveredSpans += count.spans;
        await sink[Symbol.asyncDispose]();
      }
      const after = await app.call('memory');
      memory.push(after);
      log(
        `  ${String(((step + 1) * spanCount) / STEPS).padStart(10)} spans: heap ${mib(after.heapBytes)} MiB, ` +
          `buffers ${mib(after.arrayBufferBytes)} MiB, resident ${mib(after.rssBytes)} MiB${isDown ? ', no receiver' : ''}`,
      );
    }
    const ending = await app.call('finish');
    const deliveredAfterOutage = (await sink.calls.call('count')).spans;
    return { ...ending, deliveredSpans: deliveredSpans + deliveredAfterOutage, deliveredAfterOutage, memory };
  } finally {
    await sink[Symbol.asyncDispose]();
  }
}

/** From the second quarter to the last, of the means. In the first quarter code is compiled and caches fill. */
export function growthMib(memory: readonly Memory[], pick: (one: Memory) => number): number {
  const quarter = memory.length / 4;
  const mean = (from: number): number =>
    memory.slice(from, from + quarter).reduce((sum, one) => sum + pick(one), 0) / quarter;
  return (mean(3 * quarter) - mean(quarter)) / 2 ** 20;
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
