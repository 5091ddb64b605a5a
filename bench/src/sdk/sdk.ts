import type { Benchmark, Figure } from '../bench.ts';
import { bundleProgram } from '../measured/bundle.ts';
import { type Gate, gatedFigure } from '../measured/gate.ts';
import { type NodeRelease, nodeReleases } from '../measured/node-releases.ts';
import {
  isChosen,
  mediansOf,
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

type Resource = 'CPU' | 'main thread' | 'heap';

interface Comparison {
  readonly resource: Resource;
  readonly scenario: Scenario;
  readonly official?: Gate;
  /** Where it is another one there. */
  readonly officialOnNode20?: Gate;
  readonly datadog?: Gate;
  /** Of our own figure. */
  readonly own?: Gate;
}

const comparisons: readonly Comparison[] = [
  { resource: 'CPU', scenario: scenarios.tenAttributes, official: { atLeast: 4 }, datadog: { atLeast: 3 } },
  { resource: 'CPU', scenario: scenarios.tenUnique, official: { atLeast: 3 }, datadog: { atLeast: 4 } },
  { resource: 'CPU', scenario: scenarios.noAttributes, official: { atLeast: 3.5 } },
  {
    resource: 'main thread',
    scenario: scenarios.tenAttributesWorker,
    official: { atLeast: 6 },
    officialOnNode20: { atLeast: 5 },
  },
  { resource: 'CPU', scenario: scenarios.tenAttributesWorker },
  { resource: 'CPU', scenario: scenarios.noAttributesDiscarded },
  { resource: 'CPU', scenario: scenarios.sampledOutRoot, official: { atLeast: 5 }, own: { atMost: 250 } },
  { resource: 'CPU', scenario: scenarios.sampledOutChild },
  { resource: 'CPU', scenario: scenarios.extractChild, official: { atLeast: 2.3 } },
  { resource: 'CPU', scenario: scenarios.inject, official: { atLeast: 1.5 } },
  { resource: 'CPU', scenario: scenarios.spanInject },
  { resource: 'CPU', scenario: scenarios.nest },
  { resource: 'heap', scenario: scenarios.noAttributesDiscarded, own: { atMost: 400 } },
  { resource: 'heap', scenario: scenarios.tenAttributes, own: { atMost: 850 } },
  { resource: 'heap', scenario: scenarios.sampledOutRoot, own: { atMost: 128 } },
];

/** The SDK looks for its export thread beside itself, which is in the bundle of the program. */
const exporterWorker = new URL('../../../packages/sdk/src/export/exporter-worker.ts', import.meta.url);

/** What spans cost beside the official SDK and dd-trace: ratios of the same run, in the same order of repetitions. */
export const sdk: Benchmark = {
  name: 'sdk',
  what: 'CPU and heap of a span beside the official SDK and dd-trace, through export to a sink',
  quick: false,
  run: async (log) => {
    const program = await bundleProgram('measured-process', new URL('measured-process.ts', import.meta.url));
    await bundleProgram('exporter-worker', exporterWorker);
    await using sink = await startSink();
    warnOfShortRun(log);
    const figures: Figure[] = [];
    for (const release of nodeReleases(log)) {
      const options = { program, release, sink };
      for (const comparison of comparisons) {
        const title = `${release.label}, ${comparison.resource}, ${comparison.scenario.name}`;
        if (!isChosen(title)) continue;
        const samples = await repeat(comparison, options, log);
        log(`  done: ${title}`);
        figures.push(...figuresOf(title, comparison, samples, release));
      }
    }
    return figures;
  },
};

type SamplesBySubject = ReadonlyMap<SubjectName, Samples>;
type MeasuredTurns = ReadonlyMap<SubjectName, readonly number[]>;
type CommonOptions = Omit<MeasureOptions, 'subject'>;
const NONE: Samples = new Map<number, readonly number[]>();

/** Everybody's values of one repetition. */
async function measure(
  resource: Resource,
  options: CommonOptions,
  subjects: readonly SubjectName[],
): Promise<MeasuredTurns> {
  if (resource === 'heap') {
    const bytes = new Map<SubjectName, readonly number[]>();
    for (const subject of subjects) bytes.set(subject, [await measureHeap({ ...options, subject })]);
    return bytes;
  }
  const measured = await measureCpu(options, subjects);
  return new Map(
    [...measured].map(([subject, rounds]) => [
      subject,
      rounds.map(({ processNs, mainThreadNs }) => {
        if (resource === 'CPU') return processNs;
        if (mainThreadNs === undefined) throw new Error('this system does not tell the CPU of a thread');
        return mainThreadNs;
      }),
    ]),
  );
}

/** The subjects' order rotates. A repetition that fails is told and leaves a gap. */
async function repeat(
  { resource, scenario }: Comparison,
  options: Omit<CommonOptions, 'scenario'>,
  log: (line: string) => void,
): Promise<SamplesBySubject> {
  const subjects = scenario.subjects.filter(
    (subject) => subject !== 'dd-trace' || options.release.datadogPeers !== undefined,
  );
  const samples = new Map(subjects.map((subject) => [subject, new Map<number, readonly number[]>()]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    try {
      const measured = await measure(resource, { ...options, scenario }, rotated(subjects, repetition));
      for (const [subject, turns] of measured) samples.get(subject)?.set(repetition, turns);
    } catch (error) {
      log(`FAILED: ${options.release.label}, ${resource}, ${scenario.name}: ${String(error)}`);
    }
  }
  return samples;
}

function figuresOf(
  title: string,
  { resource, scenario, official, officialOnNode20, datadog, own }: Comparison,
  samples: SamplesBySubject,
  { label }: NodeRelease,
): readonly Figure[] {
  const unit = resource === 'heap' ? 'bytes' : 'ns';
  const [our] = scenario.subjects;
  const ours = samples.get(our) ?? NONE;
  const figures = [gatedFigure(`${title}: ${our}`, spreadOf(mediansOf(ours)), unit, own)];
  for (const [subject, gate] of [
    ['official', label === 'Node 20' ? (officialOnNode20 ?? official) : official],
    ['dd-trace', datadog],
  ] as const) {
    const theirs = samples.get(subject);
    if (theirs === undefined) continue;
    figures.push(
      gatedFigure(`${title}: ${subject}`, spreadOf(mediansOf(theirs)), unit),
      gatedFigure(
        `${title}: ${subject} / ${our}`,
        spreadOf(mediansOf(paired(theirs, ours, (a, b) => a / b))),
        'times',
        gate,
      ),
    );
  }
  return figures;
}
