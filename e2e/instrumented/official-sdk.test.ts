import { type Span, SpanKind } from '@throughline/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findServer, installCommand, missingServers, type ServerName } from '../../scripts/servers.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { startPostgresql } from '../servers/postgresql.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';
import type { TestServer } from '../servers/server-process.ts';
import { comparableResource, type ComparableSpan, tracesByScenario, withoutHttpDetails } from './comparable-trees.ts';
import { type Scenario, scenarios, unsampled } from './scenarios.ts';
import { type ShopOptions, startShop } from './shop-process.ts';

const missing = missingServers();
if (missing.length > 0) {
  console.warn(`Instrumentation of ${missing.join(', ')} is not tested: run "${installCommand(missing)}".`);
}
const canRun = ({ needs = [] }: Scenario): boolean => !needs.some((name) => missing.includes(name));

const starters: Readonly<Record<ServerName, (program: string) => Promise<TestServer>>> = {
  postgresql: startPostgresql,
  redis: startRedis,
  rabbitmq: startRabbitmq,
};
const servers = new Map<ServerName, TestServer>();

beforeAll(async () => {
  await Promise.all(
    Object.entries(starters).map(async ([name, start]) => {
      // The record's keys are server names.
      const server = name as ServerName;
      const program = findServer(server);
      if (program !== undefined) servers.set(server, await start(program));
    }),
  );
}, 240_000);

afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server[Symbol.asyncDispose]()));
}, 60_000);

interface Run {
  readonly spans: readonly Span[];
  readonly traces: ReadonlyMap<string, readonly ComparableSpan[]>;
  readonly statuses: ReadonlyMap<string, number>;
  readonly code: number | null;
  readonly errors: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

async function runShop(options: Pick<ShopOptions, 'modules' | 'officialMajor' | 'sdk' | 'http'>): Promise<Run> {
  const startedAtMs = Date.now();
  await using receiver = await startOtlpReceiver();
  const serverPorts = Object.fromEntries([...servers].map(([name, { port }]) => [name, port]));
  const shop = await startShop({ ...options, otlpUrl: receiver.url, serverPorts });
  const statuses = new Map<string, number>();
  for (const scenario of [...scenarios, unsampled].filter(canRun)) {
    statuses.set(scenario.name, await shop.send(scenario));
  }
  const { code, errors } = await shop.stop();
  const portNames = new Map(Object.entries({ ...serverPorts, ...shop.ports }).map(([name, port]) => [port, name]));
  const traces = tracesByScenario(receiver.spans, { portNames, keepsNull: options.officialMajor === 3 });
  return { spans: receiver.spans, traces, statuses, code, errors, startedAtMs, endedAtMs: Date.now() };
}

const official = new Map<2 | 3, Promise<Run>>();

/** The official SDK's run with the modules that go with its version here; once. */
function officialRun(modules: 'esm' | 'cjs', officialMajor: 2 | 3): Promise<Run> {
  const run = official.get(officialMajor) ?? runShop({ modules, officialMajor, sdk: 'official' });
  official.set(officialMajor, run);
  return run;
}

function scopesOf({ spans }: Run): readonly string[] {
  return [...new Set(spans.map(({ scope }) => scope.name))].toSorted();
}

/** What is instrumented here; kafkajs is not, as Debian has no Kafka to run it against. */
const SCOPES: Readonly<Record<string, readonly ServerName[]>> = {
  '@fastify/otel': [],
  '@opentelemetry/instrumentation-amqplib': ['rabbitmq'],
  '@opentelemetry/instrumentation-dns': [],
  '@opentelemetry/instrumentation-express': [],
  '@opentelemetry/instrumentation-grpc': [],
  '@opentelemetry/instrumentation-http': [],
  '@opentelemetry/instrumentation-ioredis': ['redis'],
  '@opentelemetry/instrumentation-net': [],
  '@opentelemetry/instrumentation-pg': ['postgresql'],
  '@opentelemetry/instrumentation-router': [],
  '@opentelemetry/instrumentation-undici': [],
  prices: [],
  shop: [],
  stock: [],
};

/** Attributes of the resource whose values may differ, and why. */
const RESOURCE_DIFFERENCES: ReadonlySet<string> = new Set([
  // Who made the spans.
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  // The base name of the executable, says the convention; the official SDK takes `process.title`, which is a path here.
  'process.executable.name',
  // Each says which file was preloaded for it.
  'process.command_args',
]);

/** What our resource has beside that of the official SDK, by its major version. */
const RESOURCE_ADDITIONS: Readonly<Record<2 | 3, readonly string[]>> = {
  2: ['os.type', 'os.version', 'process.parent_pid', 'service.instance.id', 'service.version'],
  3: ['process.parent_pid', 'service.version'],
};

/** Of all spans: there is one. */
function resourceOf({ spans }: Run): Readonly<Record<string, string>> {
  const texts = new Set(spans.map((span) => JSON.stringify(comparableResource(span))));
  expect([...texts]).toHaveLength(1);
  const [first] = spans;
  const all = first === undefined ? {} : comparableResource(first);
  return Object.fromEntries(Object.entries(all).filter(([key]) => !RESOURCE_DIFFERENCES.has(key)));
}

describe.each([
  { modules: 'esm', officialMajor: 3 },
  { modules: 'cjs', officialMajor: 2 },
] as const)('an $modules application, beside the official SDK $officialMajor', ({ modules, officialMajor }) => {
  let theirs: Run;
  let ours: Run;
  beforeAll(async () => {
    theirs = await officialRun(modules, officialMajor);
    ours = await runShop({ modules, officialMajor, sdk: 'throughline' });
  }, 240_000);

  test.for(scenarios)('$name', (scenario, context) => {
    context.skip(!canRun(scenario), 'its server is not installed');
    const { name } = scenario;
    expect(theirs.statuses.get(name)).toBe(scenario.status);
    expect(ours.statuses.get(name)).toBe(scenario.status);
    expect(theirs.traces.get(name)?.some(({ kind }) => kind === SpanKind.SERVER)).toBe(true);
    expect(ours.traces.get(name)).toEqual(theirs.traces.get(name));
  });

  test('what is traced outside of the scenarios', () => {
    expect(ours.traces.get('')).toEqual(theirs.traces.get(''));
    expect(ours.spans.length).toBe(theirs.spans.length);
  });

  test('every instrumentation made spans', () => {
    const expected = Object.entries(SCOPES).filter(([, needs]) => !needs.some((name) => missing.includes(name)));
    expect(scopesOf(theirs)).toEqual(expected.map(([name]) => name));
    expect(scopesOf(ours)).toEqual(scopesOf(theirs));
  });

  test('a request whose sender did not sample it is not recorded', () => {
    expect(ours.statuses.get(unsampled.name)).toBe(unsampled.status);
    expect(theirs.traces.has(unsampled.name)).toBe(false);
    expect(ours.traces.has(unsampled.name)).toBe(false);
  });

  test('the resource', () => {
    expect(resourceOf(ours)).toMatchObject(resourceOf(theirs));
    const added = Object.keys(resourceOf(ours)).filter((key) => !(key in resourceOf(theirs)));
    expect(added.toSorted()).toEqual(RESOURCE_ADDITIONS[officialMajor]);
  });

  test('the application ends well, and every span lies within its life', () => {
    expect([ours.code, theirs.code]).toEqual([0, 0]);
    expect(ours.errors).not.toMatch(/throughline|opentelemetry (?:warn|error)/i);
    const outside = ours.spans.filter(
      ({ startTimeUnixNano, endTimeUnixNano }) =>
        startTimeUnixNano < BigInt(ours.startedAtMs) * 1_000_000n ||
        endTimeUnixNano < startTimeUnixNano ||
        endTimeUnixNano > BigInt(ours.endedAtMs + 1) * 1_000_000n,
    );
    expect(outside).toEqual([]);
  });
});

describe('with our own instrumentation of HTTP beside those of the ecosystem', () => {
  let theirs: Run;
  let ours: Run;
  beforeAll(async () => {
    theirs = await officialRun('esm', 3);
    ours = await runShop({ modules: 'esm', officialMajor: 3, sdk: 'throughline', http: 'own' });
  }, 240_000);

  test.for(scenarios)('$name', (scenario, context) => {
    context.skip(!canRun(scenario), 'its server is not installed');
    const { name } = scenario;
    expect(ours.statuses.get(name)).toBe(scenario.status);
    const expected = withoutHttpDetails(theirs.traces.get(name) ?? []);
    expect(expected.length).toBeGreaterThan(0);
    expect(withoutHttpDetails(ours.traces.get(name) ?? [])).toEqual(expected.map(withConventionalName));
  });
});

/** An unknown method is `HTTP` in a span's name, says the convention; the official instrumentation takes it as it comes. */
function withConventionalName(span: ComparableSpan): ComparableSpan {
  return { ...span, name: span.name.replace(/^PROPFIND /, 'HTTP ') };
}
