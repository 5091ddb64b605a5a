import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CodedError } from '@throughline/model';
import { compareLearnt, learnScenario, parseScenario, TraceSample } from '@throughline/simulator';
import { messageOf } from '../../error-message.ts';
import { EXIT_FAILURE, EXIT_OK } from '../../exit-codes.ts';
import { ImportReport } from '../../import/import-report.ts';
import { startProgress } from '../../import/progress.ts';
import { counted } from '../../terminal/count.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { comparisonJson, comparisonText } from './comparison-report.ts';
import type { LearnRequest } from './learn-request.ts';
import { learningJson, learningText } from './learning-report.ts';
import { openFiles, readSources } from './read-sources.ts';
import { scenarioText } from './scenario-text.ts';

export interface LearnRun extends LearnRequest {
  readonly terminal: Terminal;
  readonly isJson: boolean;
  readonly hasProgress: boolean;
}

/**
 * Reads traces, writes the scenario, and compares what it gives with what was read. Resolves with the exit code: 1 when
 * not everything could be read.
 *
 * @throws CodedError `nothing_to_learn`, `cannot_read_file`, `cannot_write_file`, `unreachable`
 */
export async function runLearn(run: LearnRun): Promise<number> {
  const { terminal, out } = run;
  const sample = new TraceSample(run.maxSpans);
  const reading = new ImportReport();
  reading.sources = run.sources.length;
  await readAll(run, sample, reading);

  const source = run.sources.map((from) => (from.kind === 'file' ? basename(from.path) : from.server.url)).join(', ');
  const learnt = learnScenario(sample, { name: nameOf(out), source });
  const text = scenarioText(learnt.data, [
    'Learnt by "throughline simulate --learn".',
    `Replay it with "throughline simulate ${out}"; --rate and --faults put it under stress.`,
  ]);
  try {
    await writeFile(out, text);
  } catch (cause) {
    throw new CodedError('cannot_write_file', `${out} cannot be written: ${messageOf(cause)}`, { cause });
  }
  const comparison = run.isCompared ? compareLearnt(parseScenario(learnt.data), learnt.views, run.seed) : undefined;

  if (run.isJson) {
    const json = { ...learningJson(learnt.report, out), complete: reading.isClean };
    const result = comparison === undefined ? json : { ...json, comparison: comparisonJson(comparison) };
    terminal.out(`${JSON.stringify(result)}\n`);
  } else {
    terminal.out(learningText(learnt.report, out));
    if (comparison !== undefined) terminal.out(comparisonText(comparison, terminal));
  }
  terminal.err(reading.errorsText());
  if (reading.spansRejected > 0) terminal.err(`${counted(reading.spansRejected, 'span')} could not be read\n`);
  return reading.isClean ? EXIT_OK : EXIT_FAILURE;
}

async function readAll(run: LearnRun, sample: TraceSample, reading: ImportReport): Promise<void> {
  const files = await openFiles(run);
  const isKnown = files.length === run.sources.length && files.every(({ byteCount }) => byteCount !== undefined);
  const byteCount = isKnown ? files.reduce((sum, file) => sum + (file.byteCount ?? 0), 0) : undefined;
  const progress = startProgress(run.hasProgress, byteCount, 'reading');
  let readBytes = 0;
  const onBytes = (kind: 'stored' | 'unpacked', count: number): void => {
    if (kind === 'stored') readBytes += count;
    progress.update(readBytes, reading.spansRead);
  };
  try {
    for await (const result of readSources(run, files, onBytes)) {
      if (result.kind === 'unreadable') {
        reading.fail(result.place, result.error);
        continue;
      }
      reading.read(result.spans, result.place);
      for (const span of result.spans.spans) sample.add(span);
    }
  } finally {
    progress.stop();
  }
}

/** Of the scenario: that of the file. */
function nameOf(path: string): string {
  return basename(path).replace(/\.(?:ya?ml|json)$/, '') || 'learnt';
}
