import type { Benchmark, Figure } from '../bench.ts';
import { bundleProgram } from '../measured/bundle.ts';
import { MEASURED_CORE, startChild } from '../measured/child-process.ts';
import { gatedFigure } from '../measured/gate.ts';
import { nodeReleases } from '../measured/node-releases.ts';
import { isChosen, REPETITIONS, scaled, spreadOf, warnOfShortRun } from '../measured/repetitions.ts';
import type { MonitorCalls, MonitoredOperations } from './monitor-process.ts';

interface Monitored extends Omit<MonitoredOperations, 'isMonitoredFirst' | 'isSteady'> {
  readonly name: string;
  /** That are exported, of an operation. */
  readonly spans: number;
}

const TEN_ATTRIBUTES: Monitored = { name: '10 attributes', operation: 'span-10', operationCount: 2_048, spans: 1 };
const monitored: readonly Monitored[] = [
  { name: 'request, 4 spans', operation: 'request-4', operationCount: 512, spans: 4 },
  TEN_ATTRIBUTES,
  { name: 'startActiveSpan, nest of 3 + await', operation: 'nest-3', operationCount: 1_024, spans: 3 },
  { name: 'sampled-out root', operation: 'span-0', sampledOut: true, operationCount: 20_480, spans: 0 },
];
const RATIOS_PER_PROCESS = 200;
/** As many before those that count, of code that is not compiled yet. */
const TOLD_TURNS = 800;

/**
 * What the overhead monitor adds to what it measures: short turns with and without it in one process, because two
 * processes differ by more than that. And whether what it tells is true.
 */
export const sdkMonitor: Benchmark = {
  name: 'sdk-monitor',
  what: 'what the overhead monitor of the SDK adds to what it measures, and whether it tells the truth',
  quick: false,
  run: async (log) => {
    const program = await bundleProgram('monitor-process', new URL('monitor-process.ts', import.meta.url));
    warnOfShortRun(log);
    const figures: Figure[] = [];
    const measure = async (title: string, atMost: number, repetition: () => Promise<number>): Promise<void> => {
      if (!isChosen(title)) return;
      const values: number[] = [];
      for (let number = 1; number <= REPETITIONS; number++) {
        try {
          values.push(await repetition());
        } catch (error) {
          log(`FAILED: ${title}, repetition ${number}: ${String(error)}`);
        }
      }
      figures.push(gatedFigure(title, spreadOf(values), 'times', { atMost }));
      log(`  done: ${title}`);
    };
    for (const { label, executable } of nodeReleases(log)) {
      for (const operations of monitored) {
        await measure(`${label}, CPU, ${operations.name}, monitor on / off`, 1.01, () =>
          addedRatio(program, executable, operations),
        );
      }
      // Here a process does hardly anything but tracing, so that both numbers should be the same.
      await measure(`${label}, CPU as the monitor tells it, ${TEN_ATTRIBUTES.name}, wrong by a factor of`, 1.3, () =>
        errorFactor(program, executable, TEN_ATTRIBUTES),
      );
    }
    return figures;
  },
};

/** Of two processes: the provider that is made first is cheaper in each, monitor or not. */
async function addedRatio(program: string, node: string, { spans, ...operations }: Monitored): Promise<number> {
  const operationCount = scaled(operations.operationCount);
  let logRatio = 0;
  for (const isMonitoredFirst of [true, false]) {
    await using child = startChild<MonitorCalls>(program, { node, core: MEASURED_CORE });
    await child.call('start', { ...operations, operationCount, isMonitoredFirst, isSteady: true });
    const ratios = await child.call('ratios', scaled(RATIOS_PER_PROCESS, 1));
    const { turnCount, exportedSpanCount } = await child.call('counts');
    const lostCount = turnCount * operationCount * spans - exportedSpanCount;
    if (lostCount !== 0) throw new Error(`${lostCount} spans were lost`);
    logRatio += trimmedMean(ratios.map((ratio) => Math.log(ratio))) / 2;
  }
  return Math.exp(logRatio);
}

/** Without a twentieth at either end. A median would leave out the few turns in which calls are timed. */
function trimmedMean(values: readonly number[]): number {
  const cut = Math.floor(values.length / 20);
  const kept = values.toSorted((a, b) => a - b).slice(cut, values.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

/** At least 1, whether it tells too much or too little. */
async function errorFactor(program: string, node: string, operations: Monitored): Promise<number> {
  await using child = startChild<MonitorCalls>(program, { node, core: MEASURED_CORE });
  await child.call('start', { ...operations, isMonitoredFirst: true, isSteady: false });
  const turns = scaled(TOLD_TURNS, 1);
  await child.call('toldRatio', turns);
  return Math.exp(Math.abs(Math.log(await child.call('toldRatio', turns))));
}
