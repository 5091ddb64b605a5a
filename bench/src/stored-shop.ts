import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT, type Span } from '@throughline/model';
import { parseScenario, Simulator, withRate } from '@throughline/simulator';
import { openChdbStore } from '@throughline/store';
import { columnsFromSpans } from '@throughline/wire';
import { parse } from 'yaml';
import { benchFolder } from './request-file.ts';

const HOUR_NANO = 3_600e9;
const START_UNIX_SECONDS = 1_767_225_600; // 2026-01-01T00:00:00Z
/** Measured: what a request of the shop comes to. */
const SPANS_PER_REQUEST = 9.6;
const FAULT_AT_SECONDS = 2_400;
const FAULT_SECONDS = 600;
const STEPS_PER_WRITE = 20_000;

export interface StoredShop {
  readonly dataDir: string;
  readonly startUnixSeconds: number;
  readonly endUnixSeconds: number;
  readonly faultUnixSeconds: number;
}

/**
 * About so many spans of one simulated hour of the shop, with a bad deployment of the service that takes payments for ten
 * minutes, rolled up. Made once and kept.
 */
export async function storedShop(spanCount: number, log: (line: string) => void): Promise<StoredShop> {
  const dataDir = join(benchFolder, `shop-${spanCount}`);
  const shop = {
    dataDir,
    startUnixSeconds: START_UNIX_SECONDS,
    // What was asked for last still takes some time.
    endUnixSeconds: START_UNIX_SECONDS + HOUR_NANO / 1e9 + 60,
    faultUnixSeconds: START_UNIX_SECONDS + FAULT_AT_SECONDS,
  };
  if (existsSync(dataDir)) return shop;
  mkdirSync(benchFolder, { recursive: true });
  log(`  storing about ${spanCount.toLocaleString('en')} spans in ${dataDir}`);
  rmSync(`${dataDir}.tmp`, { recursive: true, force: true });
  const file = new URL('../../packages/throughline/scenarios/shop.yaml', import.meta.url);
  const requestsPerSecond = spanCount / SPANS_PER_REQUEST / (HOUR_NANO / 1e9);
  const scenario = withRate(parseScenario(parse(readFileSync(file, 'utf8'))), requestsPerSecond);
  const faults = scenario.faults
    .filter(({ kind }) => kind === 'bad_deployment')
    .map((fault) => ({ ...fault, atNano: FAULT_AT_SECONDS * 1e9, lengthNano: FAULT_SECONDS * 1e9 }));
  const pending: Span[] = [];
  const simulator = new Simulator(
    { ...scenario, durationNano: HOUR_NANO, faults },
    { seed: 1, startUnixNano: BigInt(START_UNIX_SECONDS) * 1_000_000_000n, onSpans: (spans) => pending.push(...spans) },
  );
  {
    await using store = await openChdbStore({ directory: `${dataDir}.tmp`, rollupIntervalMs: 100 });
    const write = async (): Promise<void> => {
      const spans = pending.splice(0);
      if (spans.length === 0) return;
      await store.write({ tenant: DEFAULT_TENANT, columns: columnsFromSpans({ spans, rejected: {} }) });
    };
    while (!simulator.advance(Number.POSITIVE_INFINITY, STEPS_PER_WRITE)) await write();
    simulator.flush();
    await write();
    await rolledUp(async () => (await store.status()).counters['minutes_rolled_up'] ?? 0);
    log(`  ${(await store.status()).spanRowCount.toLocaleString('en')} spans`);
  }
  renameSync(`${dataDir}.tmp`, dataDir);
  return shop;
}

/** Waits until no more minutes are rolled up for a while. */
async function rolledUp(count: () => Promise<number>): Promise<void> {
  for (let before = -1, now = await count(); now !== before; now = await count()) {
    before = now;
    await delay(5_000);
  }
}
