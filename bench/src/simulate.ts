import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { parseScenario, Simulator } from '@throughline/simulator';
import type { Benchmark, Figure } from './bench.ts';

const SCENARIOS = ['batch-1m', 'shop', 'company-1000'] as const;
/** About a million spans each. */
const DURATION_NANO: Readonly<Partial<Record<string, number>>> = { shop: 5_000e9, 'company-1000': 700e9 };

/** The simulator alone: spans made and dropped, on one core. */
export const simulate: Benchmark = {
  name: 'simulate',
  what: 'simulation of about a million spans',
  quick: false,
  run: (log) => {
    const figures: Figure[] = [];
    for (const name of SCENARIOS) {
      const file = new URL(`../../packages/throughline/scenarios/${name}.yaml`, import.meta.url);
      const scenario = parseScenario(parse(readFileSync(file, 'utf8')));
      const durationNano = DURATION_NANO[name] ?? scenario.durationNano;
      let spans = 0;
      const cpuBefore = process.cpuUsage();
      const simulator = new Simulator(
        { ...scenario, durationNano },
        { seed: 1, startUnixNano: 1_767_225_600_000_000_000n, onSpans: (batch) => (spans += batch.length) },
      );
      simulator.run();
      const cpu = process.cpuUsage(cpuBefore);
      const seconds = (cpu.user + cpu.system) / 1e6;
      log(`  ${name}: ${spans.toLocaleString('en')} spans in ${seconds.toFixed(1)} CPU-s`);
      figures.push({
        name: `${name}, CPU a million spans`,
        value: (seconds * 1e6) / spans,
        unit: 's',
        budget: '<= 20',
      });
    }
    return Promise.resolve(figures);
  },
};
