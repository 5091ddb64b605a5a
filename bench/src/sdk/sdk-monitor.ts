import { type Benchmark, type Figure, quantile } from '../bench.ts';
import { bundleProgram } from '../measured/bundle.ts';
import { MEASURED_CORE, startChild } from '../measured/child-process.ts';
import { gatedFigure } from '../measured/gate.ts';
import { nodeReleases } from '../measured/node-releases.ts';
import { isChosen, REPETITIONS, scaled, warnOfShortRun } from '../measured/repetitions.ts';
import type { MonitorCalls, MonitoredOperations } from './monitor-process.ts';

const monitored: readonly (MonitoredOperations & { readonly name: string })[] = [
  { name: '10 attributes', operation: 'span-10', operationCount: 20_480 },
  { name: 'startActiveSpan, nest of 3 + await', operation: 'nest-3', operationCount: 10_240 },
  { name: 'sampled-out root', operation: 'span-0', sampledOut: true, operationCount: 204_800 },
];
const WARM_UP_PAIRS = 3;
const PAIRS_PER_REPETITION = 10;

/**
 * What the overhead monitor adds to what it measures: pairs of rounds in one process, because two processes differ by
 * more than that. The range is that of half of the pairs.
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
      for (const { name, ...operations } of monitored) {
        const operationCount = scaled(operations.operationCount);
        const title = `${label}, CPU, ${name}, monitor on / off`;
        if (!isChosen(title)) continue;
        await using child = startChild<MonitorCalls>(program, {
          node: executable,
          nodeArguments: ['--expose-gc'],
          core: MEASURED_CORE,
        });
        const ratios: number[] = [];
        for (let pair = 0; pair < WARM_UP_PAIRS + REPETITIONS * PAIRS_PER_REPETITION; pair++) {
          const { onNs, offNs } = await child.call('pair', { ...operations, operationCount });
          if (pair >= WARM_UP_PAIRS) ratios.push(onNs / offNs);
        }
        const median = quantile(ratios, 0.5);
        const range = [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const;
        figures.push(gatedFigure(title, { median, range }, 'times', { atMost: 1.01 }));
        log(`  done: ${title}`);
      }
    }
    return figures;
  },
};
