import { type Benchmark, type Figure, quantile } from '../bench.ts';
import { bundleProgram } from '../measured/bundle.ts';
import { MEASURED_CORE, startChild } from '../measured/child-process.ts';
import { gatedFigure } from '../measured/gate.ts';
import { nodeReleases } from '../measured/node-releases.ts';
import { isChosen, REPETITIONS, scaled, spreadOf, warnOfShortRun } from '../measured/repetitions.ts';
import type { MonitorCalls, MonitoredOperations } from './monitor-process.ts';

interface Monitored extends Omit<MonitoredOperations, 'isMonitoredFirst'> {
  readonly name: string;
  /** That are exported, of an operation. */
  readonly spans: number;
}

const monitored: readonly Monitored[] = [
  { name: 'request, 4 spans', operation: 'request-4', operationCount: 512, spans: 4 },
  { name: '10 attributes', operation: 'span-10', operationCount: 2_048, spans: 1 },
  { name: 'startActiveSpan, nest of 3 + await', operation: 'nest-3', operationCount: 1_024, spans: 3 },
  { name: 'sampled-out root', operation: 'span-0', sampledOut: true, operationCount: 20_480, spans: 0 },
];
const RATIOS_PER_PROCESS = 100;

/**
 * What the overhead monitor adds to what it measures: short turns with and without it in one process, because two
 * processes differ by more than that. So do the two in one process, by which of them was made first: each repetition is
 * two processes, one for each order.
 */
export const sdkMonitor: Benchmark = {
  name: 'sdk-monitor',
  what: 'what the overhead monitor of the SDK adds to what it measures',
  quick: false,
  run: async (log) => {
    const program = await bundleProgram('monitor-process', new URL('monitor-process.ts', import.meta.url));
    warnOfShortRun(log);
    const figures: Figure[] = [];
    for (const { label, executable } of nodeReleases(log)) {
      for (const { name, spans, ...operations } of monitored) {
        const operationCount = scaled(operations.operationCount);
        const title = `${label}, CPU, ${name}, monitor on / off`;
        if (!isChosen(title)) continue;
        const values: number[] = [];
        for (let repetition = 0; repetition < REPETITIONS; repetition++) {
          try {
            const logRatios: number[] = [];
            for (const isMonitoredFirst of [true, false]) {
              await using child = startChild<MonitorCalls>(program, { node: executable, core: MEASURED_CORE });
              await child.call('start', { ...operations, operationCount, isMonitoredFirst });
              const ratios = await child.call('ratios', scaled(RATIOS_PER_PROCESS, 1));
              const { turnCount, exportedSpanCount } = await child.call('counts');
              const lostCount = turnCount * operationCount * spans - exportedSpanCount;
              if (lostCount !== 0) throw new Error(`${lostCount} spans were lost`);
              logRatios.push(Math.log(quantile(ratios, 0.5)));
            }
            values.push(Math.exp(logRatios.reduce((sum, ratio) => sum + ratio, 0) / logRatios.length));
          } catch (error) {
            log(`FAILED: ${title}, repetition ${repetition + 1}: ${String(error)}`);
          }
        }
        figures.push(gatedFigure(title, spreadOf(values), 'times', { atMost: 1.01 }));
        log(`  done: ${title}`);
      }
    }
    return figures;
  },
};
