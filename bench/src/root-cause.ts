import {
  byDurationRatio,
  bySelfTimeIncrease,
  bySlowTracePresence,
  rankRootCauses,
  rankWithinWindow,
} from '@throughline/analysis';
import type { Trace } from '@throughline/model';
import type { Benchmark, Figure } from './bench.ts';
import {
  FAULT_FREE_FILE,
  type LabelledFault,
  labelledFaults,
  onlineBoutiqueFolder,
  readMinutes,
} from './online-boutique.ts';

interface Method {
  readonly name: string;
  readonly rank: (reference: readonly Trace[], window: readonly Trace[]) => readonly string[];
}

const named = (causes: readonly { readonly name: string }[]): readonly string[] => causes.map(({ name }) => name);

const METHODS: readonly Method[] = [
  { name: 'longer spans (baseline)', rank: byDurationRatio },
  { name: 'more self time (baseline)', rank: bySelfTimeIncrease },
  { name: 'in slow traces (baseline)', rank: bySlowTracePresence },
  {
    name: 'evidence, with a reference',
    rank: (reference, window) => named(rankRootCauses(reference, window).services),
  },
  { name: 'evidence, window alone', rank: (_, window) => named(rankWithinWindow(window).ranking.services) },
];

/** Which spans of a fault the methods see. */
const WINDOWS: readonly {
  readonly name: string;
  readonly of: (fault: LabelledFault, traces: readonly Trace[]) => readonly Trace[];
}[] = [
  { name: 'all minutes', of: (_, traces) => traces },
  {
    name: 'from the injection on',
    of: ({ injectUnixSeconds }, traces) =>
      traces.filter(({ startTimeUnixNano }) => startTimeUnixNano >= BigInt(injectUnixSeconds) * 1_000_000_000n),
  },
];

/** Root causes found in the recorded faults of Online Boutique, from traces alone; the labels only judge. */
export const rootCause: Benchmark = {
  name: 'root-cause',
  what: 'accuracy of root causes on ten recorded faults, all methods and outcomes',
  quick: false,
  // Nothing to wait for; the interface is asynchronous.
  // oxlint-disable-next-line typescript/require-await
  run: async (log) => {
    const folder = onlineBoutiqueFolder();
    if (folder === undefined) {
      log('  skipped: the recording is not there (set THROUGHLINE_DATA)');
      return [];
    }
    const reference = readMinutes(folder, [FAULT_FREE_FILE]);
    const faults = labelledFaults(folder).map((fault) => ({ fault, traces: readMinutes(folder, fault.files) }));
    const serviceCount = new Set(
      reference.flatMap((trace) => trace.spans.map(({ resource }) => resource.attributes.get('service.name'))),
    ).size;
    const figures: Figure[] = [];
    for (const { name: windowName, of } of WINDOWS) {
      log(`\n  ${windowName}: rank of the right service`);
      const ranks = new Map<string, number[]>();
      log(`  ${'fault'.padEnd(42)} ${METHODS.map(({ name }) => name.padStart(28)).join('')}`);
      for (const { fault, traces } of faults) {
        const window = of(fault, traces);
        const cells = METHODS.map(({ name, rank }) => {
          const ranking = rank(reference, window);
          const at = ranking.indexOf(fault.service);
          // What is not ranked comes, on average, in the middle of those that are not.
          const place = at >= 0 ? at + 1 : (ranking.length + 1 + serviceCount) / 2;
          ranks.set(name, [...(ranks.get(name) ?? []), place]);
          return `${place}${place === 1 ? '' : ` (${ranking[0] ?? 'none'})`}`.padStart(28);
        });
        log(`  ${`${fault.service} ${fault.kind}`.padEnd(42)} ${cells.join('')}`);
      }
      for (const { name } of METHODS) {
        const places = ranks.get(name) ?? [];
        const within = (k: number): number => places.filter((rank) => rank <= k).length;
        const label = `${windowName}: ${name}`;
        figures.push({ name: `${label}, top-1`, value: within(1), unit: `of ${places.length}` });
        figures.push({ name: `${label}, top-3`, value: within(3), unit: `of ${places.length}` });
        figures.push({ name: `${label}, top-5`, value: within(5), unit: `of ${places.length}` });
        figures.push({
          name: `${label}, mean rank`,
          value: places.reduce((sum, rank) => sum + rank, 0) / places.length,
          unit: '',
        });
      }
    }
    const all = faults.flatMap(({ traces }) => traces);
    const some: Trace[] = [];
    for (let spans = 0; spans < 100_000 && some.length < all.length;) {
      const trace = all[some.length];
      if (trace === undefined) break;
      some.push(trace);
      spans += trace.spans.length;
    }
    for (const { name, rank } of METHODS.slice(-2)) {
      const before = performance.now();
      const cpuBefore = process.cpuUsage();
      rank(reference, some);
      const seconds = (performance.now() - before) / 1e3;
      const { user, system } = process.cpuUsage(cpuBefore);
      figures.push({ name: `${name}, 100,000 spans`, value: seconds, unit: 's', budget: '<= 5' });
      figures.push({ name: `${name}, 100,000 spans, CPU`, value: (user + system) / 1e6, unit: 's' });
    }
    return figures;
  },
};
