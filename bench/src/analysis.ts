import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import type { Benchmark, Figure } from './bench.ts';
import { gatedFigure } from './measured/gate.ts';
import { isChosen, REPETITIONS, spreadOf, warnOfShortRun } from './measured/repetitions.ts';
import { cpuSeconds, residentMib } from './process-stats.ts';
import { storedShop } from './stored-shop.ts';

const SPAN_COUNT = 1_000_000;
const ANALYSIS_GATE = { atMost: 2 };
const REPORT_GATE = { atMost: 10 };
/** How often something cheap is asked while an analysis runs. */
const ASK_EVERY_MS = 20;

/** The analyses of a million stored spans over HTTP, all of them in the window, and the report. */
export const analysis: Benchmark = {
  name: 'analysis',
  what: 'analyses and the report over a million stored spans, and how quick other answers stay meanwhile',
  quick: false,
  run: async (log) => {
    warnOfShortRun(log);
    const { dataDir, startUnixSeconds, endUnixSeconds, faultUnixSeconds } = await storedShop(SPAN_COUNT, log);
    // Those of the benchmarks are none of the product's, which refuses what it does not know.
    for (const name of Object.keys(process.env)) if (name.startsWith('THROUGHLINE_BENCH_')) delete process.env[name];
    await using server = await startThroughline(['--data-dir', dataDir]);
    const base = server.listen['http'] ?? '';
    const window = `start_time=${startUnixSeconds}&end_time=${endUnixSeconds}`;
    const reference = `reference_start_time=${startUnixSeconds}&reference_end_time=${faultUnixSeconds}`;
    const sets = `a=${encodeURIComponent('{ trace:duration < 300ms }')}&b=${encodeURIComponent('{ trace:duration > 300ms }')}`;
    const troubled = `start_time=${faultUnixSeconds}&end_time=${endUnixSeconds}`;
    const cases: readonly (readonly [name: string, path: string])[] = [
      ['slow', `slow?${window}`],
      ['slow, of a service above its p99', `slow?${window}&service=web&percentile=99`],
      ['errors', `errors?${window}`],
      ['service', `services/web?${window}`],
      ['dependencies', `dependencies?${window}`],
      ['critical path', `critical-path?service=web&${window}`],
      ['compare sets', `compare-sets?${sets}&${window}`],
      ['changes', `changes?${window}`],
      ['changes, against a reference', `changes?${troubled}&${reference}`],
      ['root cause', `root-cause?${window}`],
      ['root cause, against a reference', `root-cause?${troubled}&${reference}`],
      ['clock skew', `skew?${window}`],
    ];
    const figures: Figure[] = [];
    for (const [name, path] of cases) {
      if (!isChosen(name)) continue;
      const runs = await repeated(() => measured(server.pid, () => answered(`${base}/v1/analysis/${path}`)));
      figures.push(
        gatedFigure(name, spreadOf(runs.map(({ seconds }) => seconds)), 's', ANALYSIS_GATE),
        { name: `${name}, CPU of the server`, value: spreadOf(runs.map(({ cpu }) => cpu)).median, unit: 's' },
        {
          name: `${name}, slowest other answer meanwhile`,
          value: await slowestMeanwhile(`${base}/health`, () => answered(`${base}/v1/analysis/${path}`)),
          unit: 'ms',
        },
      );
    }
    if (isChosen('report')) {
      const folder = await mkdtemp(join(tmpdir(), 'throughline-bench-report-'));
      const html = join(folder, 'report.html');
      const times = ['--from', String(startUnixSeconds), '--to', String(endUnixSeconds)];
      const runs = await repeated(() =>
        measured(server.pid, async () => {
          const { code, stderr } = await runThroughline(['report', '--url', base, '--html', html, ...times]);
          if (code !== 0) throw new Error(`the report failed: ${stderr}`);
        }),
      );
      await rm(folder, { recursive: true });
      figures.push(gatedFigure('report', spreadOf(runs.map(({ seconds }) => seconds)), 's', REPORT_GATE), {
        name: 'report, CPU of the server',
        value: spreadOf(runs.map(({ cpu }) => cpu)).median,
        unit: 's',
      });
    }
    figures.push({ name: 'memory, afterwards', value: residentMib(server.pid), unit: 'MiB' });
    return figures;
  },
};

interface Measured {
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpu: number;
}

/** After one run that warms up. */
async function repeated(run: () => Promise<Measured>): Promise<readonly Measured[]> {
  await run();
  const runs: Measured[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) runs.push(await run());
  return runs;
}

async function measured(pid: number, run: () => Promise<unknown>): Promise<Measured> {
  const [before, cpuBefore] = [performance.now(), cpuSeconds(pid)];
  await run();
  return { seconds: (performance.now() - before) / 1e3, cpu: cpuSeconds(pid) - cpuBefore };
}

async function answered(url: string): Promise<void> {
  const response = await fetch(url);
  const body = await response.text();
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status} ${body.slice(0, 500)}`);
}

/** Milliseconds that the slowest of the answers took that were asked for until the run was over. */
async function slowestMeanwhile(url: string, run: () => Promise<void>): Promise<number> {
  const over = new AbortController();
  let slowestMs = 0;
  const asking = (async () => {
    while (!over.signal.aborted) {
      const before = performance.now();
      await answered(url);
      slowestMs = Math.max(slowestMs, performance.now() - before);
      await delay(ASK_EVERY_MS);
    }
  })();
  try {
    await run();
  } finally {
    over.abort();
    await asking;
  }
  return slowestMs;
}
