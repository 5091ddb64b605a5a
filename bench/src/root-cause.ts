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
import { simulatedFaults } from './simulated-faults.ts';

interface Method {
  readonly name: string;
  readonly rank: (reference: readonly Trace[], window: readonly Trace[]) => readonly string[];
  /** Pods and hosts; absent where a method knows services only. */
  readonly rankInstances?: (reference: readonly Trace[], window: readonly Trace[]) => readonly string[];
}

const named = (causes: readonly { readonly name: string }[]): readonly string[] => causes.map(({ name }) => name);

const WINDOW_ALONE = 'evidence, window alone';

const METHODS: readonly Method[] = [
  { name: 'longer spans (baseline)', rank: byDurationRatio },
  { name: 'more self time (baseline)', rank: bySelfTimeIncrease },
  { name: 'in slow traces (baseline)', rank: bySlowTracePresence },
  {
    name: 'evidence, with a reference',
    rank: (reference, window) => named(rankRootCauses(reference, window).services),
    rankInstances: (reference, window) => named(rankRootCauses(reference, window).instances),
  },
  {
    name: WINDOW_ALONE,
    rank: (_, window) => named(rankWithinWindow(window).ranking.services),
    rankInstances: (_, window) => named(rankWithinWindow(window).ranking.instances),
  },
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

/** Root causes found in recorded and in simulated faults, from traces alone; labels and truth only judge. */
export const rootCause: Benchmark = {
  name: 'root-cause',
  what: 'accuracy of root causes on ten recorded faults and on simulated ones, all methods and outcomes',
  quick: false,
  run: (log) => Promise.resolve([...recordedFaults(log), ...everyKindOfFault(log)]),
};

/** Where the right one stands; what is not ranked comes, on average, in the middle of those that are not. */
function placeOf(ranking: readonly string[], isRight: (name: string) => boolean, candidateCount: number): number {
  const at = ranking.findIndex(isRight);
  return at >= 0 ? at + 1 : (ranking.length + 1 + candidateCount) / 2;
}

function accuracy(label: string, places: readonly number[]): Figure[] {
  const within = (k: number): number => places.filter((rank) => rank <= k).length;
  return [
    ...[1, 3, 5].map((k) => ({ name: `${label}, top-${k}`, value: within(k), unit: `of ${places.length}` })),
    { name: `${label}, mean rank`, value: places.reduce((sum, rank) => sum + rank, 0) / places.length, unit: '' },
  ];
}

/** The method with a reference sees the time before the fault; the one without sees both in one window. */
function everyKindOfFault(log: (line: string) => void): Figure[] {
  const ranks = new Map<string, number[]>();
  log("\n  simulated: rank of the right service, of the right host's instances for bad_host");
  log(`  ${'fault'.padEnd(42)} ${METHODS.map(({ name }) => name.padStart(28)).join('')}`);
  for (const { kind, scenario, seed, reference, window, culprits, level, candidateCount } of simulatedFaults()) {
    const cells = METHODS.map(({ name, rank, rankInstances }) => {
      const of = level === 'service' ? rank : rankInstances;
      if (of === undefined) return '-'.padStart(28);
      const seen = name === WINDOW_ALONE ? [...reference, ...window] : window;
      const ranking = of(reference, seen);
      const place = placeOf(ranking, (candidate) => culprits.has(candidate), candidateCount);
      ranks.set(name, [...(ranks.get(name) ?? []), place]);
      return `${place}${place === 1 ? '' : ` (${ranking[0] ?? 'none'})`}`.padStart(28);
    });
    log(`  ${`${kind}, ${[...culprits][0] ?? ''}, ${scenario} ${seed}`.slice(0, 42).padEnd(42)} ${cells.join('')}`);
  }
  return [...ranks].flatMap(([name, places]) => accuracy(`simulated: ${name}`, places));
}

/** Of Online Boutique. */
function recordedFaults(log: (line: string) => void): Figure[] {
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
        const place = placeOf(ranking, (candidate) => candidate === fault.service, serviceCount);
        ranks.set(name, [...(ranks.get(name) ?? []), place]);
        return `${place}${place === 1 ? '' : ` (${ranking[0] ?? 'none'})`}`.padStart(28);
      });
      log(`  ${`${fault.service} ${fault.kind}`.padEnd(42)} ${cells.join('')}`);
    }
    for (const { name } of METHODS) {
      figures.push(...accuracy(`${windowName}: ${name}`, ranks.get(name) ?? []));
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
}
