import { readFileSync } from 'node:fs';
import type { Span } from '@throughline/model';
import { nativeApi } from '@throughline/query';
import type { ChangesAnswer, RootCauseAnswer } from '@throughline/query/client';
import { parseFault, parseScenario, Simulator, withRate } from '@throughline/simulator';
import { openMemoryStore } from '@throughline/store';
import { columnsFromSpans } from '@throughline/wire';
import Fastify from 'fastify';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';

const START_UNIX_NANO = 1_700_000_040_000_000_000n;
const MINUTE_NANO = 60e9;

interface Case {
  /** When the fault was, by the simulator's truth. */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  json<Answer>(url: string): Promise<Answer>;
}

/** Twelve minutes of the shop, with one fault from the fifth to the tenth, behind the native API. */
async function shopWith(fault: Record<string, unknown>): Promise<Case> {
  const file = new URL('../../scenarios/shop.yaml', import.meta.url);
  const shop = parseScenario(parse(readFileSync(file, 'utf8')));
  const scenario = {
    ...withRate(shop, 4),
    durationNano: 12 * MINUTE_NANO,
    faults: [parseFault({ ...fault, at: '5m', for: '5m' })],
  };
  const store = await openMemoryStore({ maxSpanCount: 1_000_000, maxBytes: 1 << 30 });
  const batches: (readonly Span[])[] = [];
  const simulator = new Simulator(scenario, {
    seed: 7,
    startUnixNano: START_UNIX_NANO,
    onSpans: (spans) => void batches.push(spans),
  });
  simulator.run();
  for (const spans of batches)
    await store.write({ tenant: 'default', columns: columnsFromSpans({ spans, rejected: {} }) });
  const [truth] = simulator.truth();
  if (truth === undefined) throw new Error('the scenario has a fault');
  const app = Fastify();
  await app.register(nativeApi, { store, nowUnixNano: () => START_UNIX_NANO + BigInt(12 * MINUTE_NANO) });
  return {
    fromSeconds: Number(truth.startTimeUnixNano) / 1e9,
    untilSeconds: Number(truth.endTimeUnixNano) / 1e9,
    json: async (url) => {
      const response = await app.inject({ method: 'GET', url });
      expect([url, response.statusCode]).toEqual([url, 200]);
      return response.json();
    },
  };
}

const shops = new Map<object, Promise<Case>>();

/** Each is simulated once. */
function shopOf(fault: Record<string, unknown>): Promise<Case> {
  const shop = shops.get(fault) ?? shopWith(fault);
  shops.set(fault, shop);
  return shop;
}

const CASES = [
  {
    fault: { kind: 'bad_deployment', service: 'catalog', version: '5.1.0', factor: 8, error_rate: 0.3 },
    is: 'catalog',
  },
  // It has no spans of its own: its callers name it so.
  { fault: { kind: 'slow_dependency', service: 'catalog-db', delay: '400ms' }, is: 'postgresql/catalog' },
];

describe.each(CASES)('$fault.kind of $fault.service', ({ fault, is }) => {
  let shop: Case;
  beforeAll(async () => {
    shop = await shopOf(fault);
  });

  it('is the first of the root causes, and its time is found', async () => {
    const { services, split } = await shop.json<RootCauseAnswer>('/v1/analysis/root-cause');
    expect(services[0]?.name).toBe(is);
    expect(split).toMatchObject({ time: shop.fromSeconds, reference: 'before' });
    expect(split?.until_time).toBeLessThanOrEqual(shop.untilSeconds);
    expect(services[0]?.evidence[0]?.samples.length).toBeGreaterThan(0);
  });

  it('is the first against a reference, too', async () => {
    const body = await shop.json<RootCauseAnswer>(
      `/v1/analysis/root-cause?start_time=${shop.fromSeconds}&end_time=${shop.untilSeconds}` +
        `&reference_start_time=${shop.fromSeconds - 300}&reference_end_time=${shop.fromSeconds}`,
    );
    expect([body.services[0]?.name, body.split]).toEqual([is, null]);
  });

  it('is seen from its beginning to its end', async () => {
    const { operations, split } = await shop.json<ChangesAnswer>('/v1/analysis/changes');
    const [first] = operations;
    expect(first).toMatchObject({ since_time: shop.fromSeconds, until_time: shop.untilSeconds });
    expect(['slower', 'failing']).toContain(first?.kind);
    expect(split).toMatchObject({ time: shop.fromSeconds, chosen: 'operation_change' });
  });
});

it('a new version and its errors appear with it', async () => {
  const shop = await shopOf(CASES[0]?.fault ?? {});
  const { features, new_errors: errors } = await shop.json<ChangesAnswer>('/v1/analysis/changes');
  const version = features.find(({ key }) => key === 'service.version');
  expect(version).toMatchObject({ kind: 'attribute', service: 'catalog', value: '5.1.0' });
  expect(version?.before_share).toBeLessThan(0.01);
  expect(version?.after_share).toBeGreaterThan(0.3);
  expect(errors.map(({ service }) => service)).toContain('catalog');
});
