import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startThroughline } from 'throughline/testing/throughline-process';
import { type Benchmark, quantile } from './bench.ts';
import { residentMib } from './process-stats.ts';
import { benchFolder } from './request-file.ts';

const ROUNDS = 5;

/** From process start to the ready line, on a new directory and again on the same. */
export const startup: Benchmark = {
  name: 'startup',
  what: 'throughline up to its ready line, little stored',
  quick: true,
  run: async () => {
    mkdirSync(benchFolder, { recursive: true });
    const dataDir = mkdtempSync(join(benchFolder, 'startup-'));
    const readyMs: number[] = [];
    let idleMib = 0;
    try {
      for (let round = 0; round <= ROUNDS; round++) {
        await using server = await startThroughline(['--data-dir', dataDir]);
        readyMs.push(server.readyAfterMs);
        idleMib = residentMib(server.pid);
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
    return [
      { name: 'ready, first start (new directory)', value: readyMs[0] ?? Number.NaN, unit: 'ms' },
      { name: 'ready, later starts, p50', value: quantile(readyMs.slice(1), 0.5), unit: 'ms', budget: '<= 1,500' },
      { name: 'memory, idle', value: idleMib, unit: 'MiB', budget: '<= 350' },
    ];
  },
};
