import type { Benchmark, Figure } from '../bench.ts';
import { scaled, warnOfShortRun } from '../measured/repetitions.ts';
import { growthMib, soak } from './soak.ts';

const SPANS = 10_240_000;
/** The SDK's defaults. */
const MAX_QUEUE_SPANS = 2_048;
const MAX_QUEUE_BYTES = 16 * 2 ** 20;
const EXPORT_TIMEOUT_MS = 10_000;
/** Four such steps are longer than an export's time limit. */
const OUTAGE_STEP_MS = 5_000;

/** Millions of spans with a receiver that goes and comes back: memory stays flat, and every span is accounted for. */
export const sdkSoak: Benchmark = {
  name: 'sdk-soak',
  what: '10M spans with a receiver that is down for part of it: flat memory, every span delivered or counted',
  quick: false,
  run: async (log) => {
    warnOfShortRun(log);
    const result = await soak(
      {
        spanCount: scaled(SPANS, 20 * 512),
        maxQueueSpans: MAX_QUEUE_SPANS,
        maxQueueBytes: MAX_QUEUE_BYTES,
        exportTimeoutMs: EXPORT_TIMEOUT_MS,
        outageStepMs: OUTAGE_STEP_MS,
      },
      log,
    );
    for (const error of result.errors) log(`FAILED: the application got ${error}`);
    const dropped = Object.entries(result.droppedByReason);
    const droppedSpans = dropped.reduce((sum, [, spans]) => sum + spans, 0);
    const unaccounted = result.endedSpans - result.deliveredSpans - droppedSpans;
    const heapGrowth = growthMib(result.memory, ({ heapBytes }) => heapBytes);
    const figures: Figure[] = [
      { name: 'spans ended', value: result.endedSpans, unit: 'spans' },
      { name: 'spans delivered', value: result.deliveredSpans, unit: 'spans' },
      { name: '  of them after the outage', value: result.deliveredAfterOutage, unit: 'spans' },
      ...dropped.map(([reason, value]) => ({ name: `spans dropped, ${reason}`, value, unit: 'spans' })),
      {
        name: 'spans neither delivered nor counted',
        value: unaccounted,
        unit: 'spans',
        budget: '0',
        met: unaccounted === 0,
      },
      {
        name: 'exceptions in the application',
        value: result.errors.length,
        unit: '',
        budget: '0',
        met: result.errors.length === 0,
      },
      {
        name: 'held by exporters, most spans',
        value: result.maxHeldSpans,
        unit: 'spans',
        budget: `<= ${MAX_QUEUE_SPANS}`,
        met: result.maxHeldSpans <= MAX_QUEUE_SPANS,
      },
      {
        name: 'held by exporters, most bytes',
        value: result.maxHeldBytes,
        unit: 'bytes',
        budget: `<= ${MAX_QUEUE_BYTES}`,
        met: result.maxHeldBytes <= MAX_QUEUE_BYTES,
      },
      {
        name: 'heap growth, second to last quarter',
        value: heapGrowth,
        unit: 'MiB',
        budget: '<= 1',
        met: heapGrowth <= 1,
      },
      {
        name: 'resident growth, second to last quarter',
        value: growthMib(result.memory, ({ rssBytes }) => rssBytes),
        unit: 'MiB',
      },
    ];
    return figures;
  },
};
