import { CodedError, parseInstant, type Span } from '@throughline/model';
import { type Scenario, Simulator, SlowestTraces, withRate } from '@throughline/simulator';
import { checkReachable } from '../client/check-reachable.ts';
import type { Server } from '../client/client-options.ts';
import { durationOf } from '../client/duration-option.ts';
import { EXIT_FAILURE, EXIT_OK } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { chooseFaults } from './choose-faults.ts';
import { driveRealTime, driveVirtual, SpanBuffer } from './pace.ts';
import { loadScenario } from './scenario-files.ts';
import { startSimulateProgress } from './simulate-progress.ts';
import { resultJson, resultText, type SimulationResult } from './simulation-report.ts';
import { endpointOutput, fileOutput, noOutput, type SpanOutput, storeOutput } from './span-output.ts';
import { truthJson, writeTruth } from './truth-file.ts';

/** 2026-01-01T00:00:00Z */
const DEFAULT_START_UNIX_NANO = 1_767_225_600_000_000_000n;
const MAX_KEPT_SPANS = 2_000;
const BATCH_SPANS = 2_000;

export interface SimulateRequest {
  readonly terminal: Terminal;
  readonly scenario: string;
  readonly seed: number;
  readonly duration: string | undefined;
  readonly rate: number | undefined;
  readonly faults: string;
  readonly start: string | undefined;
  readonly isRealTime: boolean;
  readonly output: string | undefined;
  readonly endpoint: Server | undefined;
  readonly dataDir: string | undefined;
  readonly truth: string | undefined;
  readonly slowest: number;
  readonly trees: number;
  readonly isJson: boolean;
  readonly hasProgress: boolean;
  readonly nowUnixNano: () => bigint;
  /** Ends it early; what has been simulated is reported. */
  readonly signal: AbortSignal;
}

/** Runs a scenario to its end. Resolves with the exit code: 1 when not every span arrived. */
export async function runSimulate(request: SimulateRequest): Promise<number> {
  const { terminal, seed } = request;
  const scenario = chooseFaults(adjusted(await loadScenario(request.scenario), request), request.faults, seed);
  const startUnixNano = startOf(request);
  const truthPath = truthPathOf(request, scenario);
  await using output = await openOutput(request);

  const slowest = new SlowestTraces(request.slowest);
  let slowCount = 0;
  const buffer = new SpanBuffer();
  const simulator = new Simulator(scenario, {
    seed,
    startUnixNano,
    maxBatchSpans: BATCH_SPANS,
    maxKeptSpans: request.trees > 0 ? MAX_KEPT_SPANS : 0,
    onSpans: buffer.add,
    onTrace: (trace) => {
      if (trace.durationNano > (scenario.slowTraceNano ?? Number.POSITIVE_INFINITY)) slowCount++;
      if (!slowest.offer(trace)) trace.keptSpans = undefined;
    },
  });
  const progress = startSimulateProgress(request.hasProgress, scenario.durationNano);
  const startedAtMs = performance.now();
  let spans = 0;
  const drive = {
    simulator,
    signal: request.signal,
    drain: () =>
      buffer.drainTo(async (batch: readonly Span[]) => {
        spans += batch.length;
        await output.write(batch);
      }),
    onProgress: () => progress.update(simulator.nowNano, spans),
  };
  try {
    await (request.isRealTime ? driveRealTime(drive) : driveVirtual(drive));
    await output.finish();
  } finally {
    progress.stop();
  }
  const truth = simulator.truth();
  if (truthPath !== undefined) await writeTruth(truthPath, truthJson({ scenario, seed, startUnixNano, truth }));
  const hasOutput = request.output ?? request.endpoint ?? request.dataDir;
  const result: SimulationResult = {
    scenario,
    seed,
    startUnixNano,
    seconds: (performance.now() - startedAtMs) / 1_000,
    statistics: simulator.statistics(),
    slowest: slowest.list(),
    slowCount,
    truth,
    truthPath,
    delivery: hasOutput === undefined ? undefined : output.delivery,
    isInterrupted: request.signal.aborted,
  };
  if (request.isJson) terminal.out(`${JSON.stringify(resultJson(result))}\n`);
  else for (const text of resultText(result, terminal, request.trees)) await terminal.outSlowly(text);
  return output.delivery.failed + output.delivery.rejected > 0 ? EXIT_FAILURE : EXIT_OK;
}

function adjusted(scenario: Scenario, { duration, rate }: SimulateRequest): Scenario {
  let changed = scenario;
  if (duration !== undefined) {
    changed = { ...changed, durationNano: Number(durationOf('--duration', duration, '90s or 10m', 1n)) };
  }
  return rate === undefined ? changed : withRate(changed, rate);
}

function startOf({ start, isRealTime, nowUnixNano }: SimulateRequest): bigint {
  if (start === undefined) return isRealTime ? nowUnixNano() : DEFAULT_START_UNIX_NANO;
  if (start === 'now') return nowUnixNano();
  const instant = parseInstant(start);
  if (instant === undefined) {
    throw new CodedError(
      'invalid_usage',
      `--start takes now or a time such as 2026-01-31T08:30:00Z, not ${JSON.stringify(start)}`,
    );
  }
  return instant;
}

/** Where asked for, else beside the file of spans, if there are faults. What goes to a server or store leaves no file here. */
function truthPathOf(request: SimulateRequest, scenario: Scenario): string | undefined {
  if (request.truth !== undefined) return request.truth === 'off' ? undefined : request.truth;
  return scenario.faults.length === 0 || request.output === undefined ? undefined : `${request.output}.truth.json`;
}

async function openOutput({ output, endpoint, dataDir }: SimulateRequest): Promise<SpanOutput> {
  if (output !== undefined) return fileOutput(output);
  if (endpoint !== undefined) {
    await checkReachable(endpoint);
    return endpointOutput(endpoint);
  }
  return dataDir === undefined ? noOutput() : storeOutput(dataDir);
}
