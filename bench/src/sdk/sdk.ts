import type { Benchmark, Figure } from '../bench.ts';
import { bundleProgram } from '../measured/bundle.ts';
import { type Gate, gatedFigure } from '../measured/gate.ts';
import { type NodeRelease, nodeReleases } from '../measured/node-releases.ts';
import {
  isChosen,
  paired,
  REPETITIONS,
  rotated,
  type Samples,
  spreadOf,
  warnOfShortRun,
} from '../measured/repetitions.ts';
import { startSink } from '../measured/sink-process.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { measureCpu, measureHeap, type MeasureOptions } from './measure.ts';
import { type Scenario, scenarios } from './scenarios.ts';

interface Comparison {
  readonly scenario: Scenario;
  readonly official?: Gate;
  readonly datadog?: Gate;
  /** Of our own figure. */
  readonly own?: Gate;
}

const cpuComparisons: readonly Comparison[] = [
  { scenario: scenarios.tenAttributes, official: { atLeast: 4 }, datadog: { atLeast: 3 } },
  { scenario: scenarios.tenUnique, official: { atLeast: 3 }, datadog: { atLeast: 4 } },
  { scenario: scenarios.noAttributes, official: { atLeast: 3.5 } },
  { scenario: scenarios.noAttributesDiscarded },
  { scenario: scenarios.sampledOutRoot, official: { atLeast: 5 }, own: { atMost: 250 } },
  { scenario: scenarios.sampledOutChild },
  { scenario: scenarios.extractChild, official: { atLeast: 2.3 } },
  { scenario: scenarios.inject, official: { atLeast: 1.5 } },
  { scenario: scenarios.spanInject },
  { scenario: scenarios.nest },
];

const heapComparisons: readonly Comparison[] = [
  { scenario: scenarios.noAttributesDiscarded, own: { atMost: 400 } },
  { scenario: scenarios.tenAttributes, own: { atMost: 850 } },
  { scenario: scenarios.sampledOutRoot, own: { atMost: 128 } },
];

/** What spans cost beside the official SDK and dd-trace: ratios of the same run, in the same order of repetitions. */
export const sdk: Benchmark = {
  name: 'sdk',
  what: 'CPU and heap of a span beside the official SDK and dd-trace, through export to a sink',
  quick: false,
  run: async (log) => {
    const program = await bundleProgram('measured-process', new URL('measured-process.ts', import.meta.url));
    await using sink = await startSink();
    warnOfShortRun(log);
    const figures: Figure[] = [];
    for (const release of nodeReleases(log)) {
      const options = { program, release, sink };
      for (const comparison of cpuComparisons) {
        if (!isChosen(titleOf(release, 'CPU', comparison.scenario))) continue;
        const samples = await repeat(
          comparison.scenario,
          options,
          log,
          async (one) => (await measureCpu(one)).processNs,
        );
        figures.push(...figuresOf(comparison, samples, 'CPU', release));
      }
      for (const comparison of heapComparisons) {
        if (!isChosen(titleOf(release, 'heap', comparison.scenario))) continue;
        const samples = await repeat(comparison.scenario, options, log, measureHeap);
        figures.push(...figuresOf(comparison, samples, 'heap', release));
      }
    }
    return figures;
  },
};

type Resource = 'CPU' | 'heap';

function titleOf({ label }: NodeRelease, resource: Resource, { name }: Scenario): string {
  return `${label}, ${resource}, ${name}`;
}

type SamplesBySubject = ReadonlyMap<SubjectName, Samples>;
const NONE: Samples = new Map<number, number>();

/** Each subject once a repetition, in rotated order. One that fails is told and leaves a gap. */
async function repeat(
  scenario: Scenario,
  options: Pick<MeasureOptions, 'program' | 'release' | 'sink'>,
  log: (line: string) => void,
  measure: (options: MeasureOptions) => Promise<number>,
): Promise<SamplesBySubject> {
  const subjects = scenario.subjects.filter(
    (subject) => subject !== 'dd-trace' || options.release.datadogPeers !== undefined,
  );
  const samples = new Map(subjects.map((subject) => [subject, new Map<number, number>()]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const subject of rotated(subjects, repetition)) {
      try {
        const value = await measure({ ...options, scenario, subject });
        samples.get(subject)?.set(repetition, value);
      } catch (error) {
        log(`FAILED: ${options.release.label}, ${scenario.name}, ${subject}: ${String(error)}`);
      }
    }
  }
  log(`  done: ${options.release.label}, ${scenario.name}`);
  return samples;
}

function figuresOf(
  { scenario, official, datadog, own }: Comparison,
  samples: SamplesBySubject,
  resource: Resource,
  release: NodeRelease,
): readonly Figure[] {
  const name = titleOf(release, resource, scenario);
  const unit = resource === 'CPU' ? 'ns' : 'bytes';
  const ours = samples.get('ours') ?? NONE;
  const figures = [gatedFigure(`${name}: ours`, spreadOf(ours.values()), unit, own)];
  for (const [subject, gate] of [
    ['official', official],
    ['dd-trace', datadog],
  ] as const) {
    const theirs = samples.get(subject);
    if (theirs === undefined) continue;
    figures.push(
      gatedFigure(`${name}: ${subject}`, spreadOf(theirs.values()), unit),
      gatedFigure(`${name}: ${subject} / ours`, spreadOf(paired(theirs, ours, (a, b) => a / b)), 'times', gate),
    );
  }
  return figures;
}
