import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@throughline/model';
import { type Scenario, Simulator, withRate } from '@throughline/simulator';
import type { Logger } from 'pino';
import { LISTENERS, listenerKey } from '../../config/listeners.ts';
import { loadConfig } from '../../config/load.ts';
import { createLogger } from '../../up/logger.ts';
import { up } from '../../up/up.ts';
import { serverOf } from '../client/client-options.ts';
import type { DemoOptions } from '../demo-command.ts';
import { chooseFaults } from '../simulate/choose-faults.ts';
import { driveRealTime, SpanBuffer } from '../simulate/pace.ts';
import { loadScenario } from '../simulate/scenario-files.ts';
import { endpointOutput } from '../simulate/span-output.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** What has happened when it starts, so that every screen has something to show. */
const PAST_MS = 10 * 60_000;
/** Requests end after a day; what has come stays to be looked at. */
const DURATION_NANO = 86_400e9;

/** @throws CodedError of the configuration, the scenario, the store or a listener */
export async function runDemo(options: DemoOptions): Promise<void> {
  const scenario = await demoScenario(options);
  const isTemporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'throughline-demo-')));
  using interrupt = untilInterrupted();
  try {
    const config = loadConfig({ file: undefined, env: process.env, flags: flagsOf(options, dataDir) });
    const logger = createLogger(config);
    const running = await up(config, logger);
    try {
      const url = running.listen['otlp-http'] ?? running.listen.http;
      if (url === undefined)
        throw new CodedError('invalid_usage', 'demo needs --http or --otlp-http to send its spans to');
      logger.info({ listen: running.listen }, 'ready');
      if (running.listen.http !== undefined) logger.info(`open ${running.listen.http}`);
      await live(scenario, { url, seed: options.seed, logger, signal: interrupt.signal });
      logger.info('draining');
    } finally {
      await running.close();
    }
    logger.info('stopped');
  } finally {
    if (isTemporary) await rm(dataDir, { recursive: true, force: true });
  }
}

async function demoScenario({ scenario: name, seed, rate }: DemoOptions): Promise<Scenario> {
  const loaded = { ...(await loadScenario(name)), durationNano: DURATION_NANO };
  return chooseFaults(rate === undefined ? loaded : withRate(loaded, rate), 'rotate', seed);
}

function flagsOf(options: DemoOptions, dataDir: string): Record<string, string> {
  const flags: Record<string, string> = { data_dir: dataDir };
  if (options.logFormat !== undefined) flags['log_format'] = options.logFormat;
  for (const { name } of LISTENERS) {
    const value = options[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    if (typeof value === 'string') flags[listenerKey(name)] = value;
  }
  return flags;
}

/** Sends what the scenario makes until the signal; then waits for it, so that the server can be closed. */
async function live(
  scenario: Scenario,
  run: { readonly url: string; readonly seed: number; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const { logger, signal } = run;
  const buffer = new SpanBuffer();
  const simulator = new Simulator(scenario, {
    seed: run.seed,
    startUnixNano: BigInt(Date.now() - PAST_MS) * 1_000_000n,
    onSpans: buffer.add,
  });
  await using output = endpointOutput(serverOf({ url: run.url, timeout: '60s' }));
  let seenNano = PAST_MS * 1e6;
  await driveRealTime(
    {
      simulator,
      signal,
      drain: () => buffer.drainTo((spans) => output.write(spans)),
      onProgress: () => {
        for (const { kind, service, operation, host, resource, atNano, lengthNano } of scenario.faults) {
          const place = { kind, service, operation, host, resource };
          if (atNano > seenNano && atNano <= simulator.nowNano) logger.info(place, 'a fault begins');
          const endNano = atNano + lengthNano;
          if (endNano > seenNano && endNano <= simulator.nowNano) logger.info(place, 'the fault is over');
        }
        seenNano = Math.max(seenNano, simulator.nowNano);
      },
    },
    { aheadMs: PAST_MS },
  );
  await output.finish();
  // A simulation that has come to its end leaves its data to be looked at.
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
